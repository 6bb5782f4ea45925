"""Which names are left alone and which are sound files; looks at names only, never at the disk.

What lies in an excluded folder is excluded. A pattern can never take in what Earmark itself leaves
alone.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from earmark_daemon.patterns import Patterns
from earmark_db.paths import SOUND_EXTENSIONS

_UNFINISHED = (
    ".crdownload", ".part", ".partial", ".download", ".tmp", ".temp", ".filepart",
    ".opdownload", ".aria2", ".!ut", ".!qb",
)  # fmt: skip
_SYSTEM_FOLDERS = frozenset(
    ["__macosx", "$recycle.bin", "system volume information", "lost+found", "@eadir"]
)


def is_sound(name: str) -> bool:
    """Whether a file of this base name is a sound to take in: by extension, not left alone.

    Names with a dot in front are left alone, as those of Earmark's own unfinished files.
    """
    stem, _, extension = name.rpartition(".")
    return bool(stem) and name[0] != "." and extension.lower() in SOUND_EXTENSIONS


def skips_folder(name: str) -> bool:
    """Whether a folder of this base name is left alone with all it holds."""
    lower = name.lower()
    return name[:1] == "." or lower in _SYSTEM_FOLDERS or lower.endswith(_UNFINISHED)


@dataclass(frozen=True)
class Rules:
    """What is left alone below one watched folder.

    Attributes:
        exclude: the user's patterns, in order.

    Raises:
        EarmarkError: a pattern cannot be read.
    """

    exclude: tuple[str, ...] = ()
    _patterns: Patterns = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_patterns", Patterns(self.exclude))

    def takes_file(self, relative: str) -> bool:
        """Whether to take a file whose folders are taken already.

        Args:
            relative: path below the watched folder, with the system's separators.
        """
        return is_sound(os.path.basename(relative)) and not self._patterns.exclude(
            relative, folder=False
        )

    def enters_folder(self, relative: str) -> bool:
        """Whether to look into a folder whose own parents are entered already."""
        return not skips_folder(os.path.basename(relative)) and not self._patterns.exclude(
            relative, folder=True
        )

    def takes(self, relative: str) -> bool:
        """Whether to take a file, judged by its name and by every folder above it."""
        return self.takes_file(relative) and self.reaches(os.path.dirname(relative))

    def reaches(self, relative: str) -> bool:
        """Whether a scan gets into this folder: it and every folder above it is entered."""
        while relative:
            if not self.enters_folder(relative):
                return False
            relative = os.path.dirname(relative)
        return True
