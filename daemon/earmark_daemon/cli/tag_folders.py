"""Tags as names of folders, on every system, and back.

What cannot stand in the name of a folder is written as in web addresses: ``%2F`` for a slash.
"""

from __future__ import annotations

import re

_NO_NAME = re.compile(
    r'[/\\:*?"<>|\x00-\x1f\x7f]'
    r"|%(?=[0-9a-f]{2})"
    r"|^\."  # is hidden, or means another folder
    r"|[. ]$"  # Windows drops it
    r"|^(?=(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)).",  # is a device of Windows
    re.IGNORECASE,
)
_WRITTEN = re.compile(r"%([0-9A-F]{2})")


def folder_of(tag: str) -> str:
    """The name of a tag's folder; no two tags share one."""
    return _NO_NAME.sub(lambda found: f"%{ord(found[0]):02X}", tag)


def tag_of(folder: str) -> str:
    """The tag that a folder is named after; a name that `folder_of` does not give is one itself."""
    tag = _WRITTEN.sub(lambda found: chr(int(found[1], 16)), folder)
    return tag if folder_of(tag) == folder else folder
