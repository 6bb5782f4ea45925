"""Which names are left alone and which are sound files; looks at names only, never at the disk.

Exclude patterns are written as in a ``.gitignore`` file: ``*`` and ``?`` stop at a slash, ``**``
does not, ``[a-z]`` is one character of a set, a slash at the start or in the middle ties the
pattern to the watched folder, one at the end makes it match folders only, ``!`` takes a name in
again, the last pattern that matches decides, and ``#`` starts a comment. Unlike there, capital
and small letters are the same, as they are on most disks that hold samples, and a pattern can
never take in what Earmark itself leaves alone. What lies in an excluded folder is excluded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from earmark_daemon.errors import fail
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
    _patterns: tuple[_Pattern, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_patterns", tuple(_compile(self.exclude)))

    def takes_file(self, relative: str) -> bool:
        """Whether to take a file whose folders are taken already.

        Args:
            relative: path below the watched folder, with the system's separators.
        """
        return is_sound(os.path.basename(relative)) and not self._excluded(relative, folder=False)

    def enters_folder(self, relative: str) -> bool:
        """Whether to look into a folder whose own parents are entered already."""
        return not skips_folder(os.path.basename(relative)) and not self._excluded(
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

    def _excluded(self, relative: str, *, folder: bool) -> bool:
        if not self._patterns:
            return False
        path = relative.replace(os.sep, "/")
        for pattern in reversed(self._patterns):
            if (folder or not pattern.folders_only) and pattern.regex.fullmatch(path):
                return not pattern.takes_in
        return False


@dataclass(frozen=True)
class _Pattern:
    regex: re.Pattern[str]
    takes_in: bool
    folders_only: bool


def _compile(lines: Iterable[str]) -> Iterable[_Pattern]:
    for line in lines:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        takes_in = text.startswith("!")
        text = text.removeprefix("!").removeprefix("\\")
        folders_only = text.endswith("/")
        text = text.rstrip("/")
        tied = "/" in text
        body = _regex(text.lstrip("/"))
        try:
            regex = re.compile(body if tied else f"(?:.*/)?{body}", re.IGNORECASE | re.DOTALL)
        except re.error as error:
            raise fail(
                "bad-pattern",
                f"The exclude pattern “{line}” cannot be read: {error.msg}.",
                "Write [a-z] for one letter of a set, in alphabetical order.",
            ) from error
        yield _Pattern(regex, takes_in, folders_only)


_TOKEN = re.compile(
    r"(?P<any>^\*\*/|/\*\*/)|(?P<below>/\*\*$)|(?P<set>\[!?\]?[^\]]*\])|(?P<one>.)", re.DOTALL
)


def _regex(glob: str) -> str:
    """The regular expression for one pattern, without its ends tied."""
    parts = []
    for match in _TOKEN.finditer(glob):
        text = match.group()
        if match["any"]:
            parts.append("/(?:.*/)?" if text.startswith("/") else "(?:.*/)?")
        elif match["below"]:
            parts.append("/.+")
        elif match["set"]:
            inside = text[1:-1].replace("\\", r"\\").replace("[", r"\[")
            parts.append(f"[{'^/' + inside[1:] if inside.startswith('!') else inside}]")
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(text, re.escape(text)))
    return "".join(parts)
