"""What the user chose; `earmark_daemon.settings_file` reads and changes the file it stands in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Writing:
    """What is written into files, and how."""

    enabled: bool = True
    genre: bool = True
    comment: bool = True
    sure_from: float = 0.5
    finder_tags: bool = False
    xdg_tags: bool = False
    ableton: bool = False
    keep_mtime: bool = False


@dataclass(frozen=True)
class Watching:
    """When a file is taken, and which are left alone."""

    quiet_seconds: float = 1.0
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tags:
    """Which tags are given, and how sure they must be; others follow their models."""

    off: tuple[str, ...] = ()
    sure_from: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """How much of the machine is used."""

    processes: int = 0

    @property
    def count(self) -> int:
        """How many worker processes to run."""
        return self.processes or max(1, os.cpu_count() or 1)


@dataclass(frozen=True)
class Tray:
    """What the tray icon tells by notifications."""

    notify_packs: bool = True
    notify_training: bool = True
    notify_trouble: bool = True


@dataclass(frozen=True)
class Playback:
    """How the windows play sounds."""

    at_once: bool = True
    match_levels: bool = False
    device: str = ""


@dataclass(frozen=True)
class Folder:
    """One watched folder."""

    path: str
    write_tags: bool = True
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """All that can be chosen."""

    writing: Writing = field(default_factory=Writing)
    watching: Watching = field(default_factory=Watching)
    tags: Tags = field(default_factory=Tags)
    work: Work = field(default_factory=Work)
    tray: Tray = field(default_factory=Tray)
    playback: Playback = field(default_factory=Playback)
    folders: tuple[Folder, ...] = ()

    def folder_of(self, path: str) -> Folder | None:
        """The innermost watched folder that ``path`` lies in."""
        found = innermost({folder.path: folder for folder in self.folders}, path)
        return found[1] if found else None

    def telling(self, path: str) -> str:
        """The part of a path that may speak of its sound: from the watched folder's own name on.

        What stands above says the same of every sound, and so does the name of who is at home
        there: all that Tom has lies in ``/home/tom``.
        """
        folders = (folder.path.rstrip(os.sep) for folder in self.folders)
        starts = [len(os.path.dirname(each)) for each in folders if _lies_in(path, each)]
        home = os.path.expanduser("~").rstrip(os.sep)
        return path[max(min(starts, default=0), len(home) if _lies_in(path, home) else 0) :]

    def writes_into(self, path: str) -> bool:
        """Whether tags are to be written into the file at ``path``."""
        return self.writing.enabled and not self.only_searches(path)

    def only_searches(self, path: str) -> bool:
        """Whether the folder of the file at ``path`` is watched without writing into its files.

        That may be the folder that it is named in, or the one that it really lies in. Only the
        latter takes a look at the disk.
        """
        if all(folder.write_tags for folder in self.folders):
            return False
        named_in = self.folder_of(path)
        if named_in is not None and not named_in.write_tags:
            return True
        lies_in = innermost(self._real_folders(), os.path.realpath(path))
        return lies_in is not None and not lies_in[1].write_tags

    def _real_folders(self) -> dict[str, Folder]:
        return {os.path.realpath(folder.path): folder for folder in self.folders}


def _lies_in(path: str, folder: str) -> bool:
    return path.startswith(folder + os.sep)


def innermost(folders: Mapping[str, Folder], path: str) -> tuple[str, Folder] | None:
    """Of folders by their paths the innermost that ``path`` lies in."""
    inside = [item for item in folders.items() if _lies_in(path, item[0].rstrip(os.sep))]
    return max(inside, key=lambda item: len(item[0]), default=None)
