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
        inside = [f for f in self.folders if path.startswith(f.path.rstrip(os.sep) + os.sep)]
        return max(inside, key=lambda folder: len(folder.path), default=None)
