"""Exclude patterns, written as in a ``.gitignore`` file.

``*`` and ``?`` stop at a slash, ``**`` does not, ``[a-z]`` is one character of a set, a slash at
the start or in the middle ties the pattern to the watched folder, one at the end makes it match
folders only, ``!`` takes a name in again, the last pattern that matches decides, and ``#`` starts a
comment. Unlike there, capital and small letters are the same, as they are on most disks that hold
samples.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from earmark_daemon.errors import fail


class Patterns:
    """What a user excludes below one watched folder."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read the patterns, in their order.

        Raises:
            EarmarkError: one of them cannot be read.
        """
        self._patterns = tuple(_compile(lines))

    def exclude(self, relative: str, *, folder: bool) -> bool:
        """Whether a path is excluded by itself.

        Args:
            relative: below the watched folder, with the system's separators.
            folder: whether it is a folder's.
        """
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
