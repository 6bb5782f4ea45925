r"""Tags that desktops keep beside a file, in extended attributes: Finder's and freedesktop's.

A person's own tags are kept; which ones are ours stands in an attribute of our own. Computes
values alone. Sources: the freedesktop "common extended attributes"; Finder's tags are a property
list of ``name\n0``, where the digit is a colour.
"""

from __future__ import annotations

import plistlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from earmark_daemon.writing import record
from earmark_daemon.writing.merge import merge_words
from earmark_daemon.writing.outcomes import FieldChange, WriteOptions
from earmark_daemon.writing.record import Mark

XDG = "user.xdg.tags"
_ON_MAC = sys.platform == "darwin"
FINDER = (
    "com.apple.metadata:_kMDItemUserTags"
    if _ON_MAC
    else ("user.com.apple.metadata:_kMDItemUserTags")
)
"""On Linux, the name under which file servers for Macs keep it."""
RECORD = "org.earmark.record" if _ON_MAC else "user.earmark.record"
_NO_COLOUR = "\n0"

Attributes = Mapping[str, bytes]


@dataclass(frozen=True)
class DesktopPlan:
    """Attributes that change (None: removed), and what that is for a person to read."""

    attributes: dict[str, bytes | None]
    changes: tuple[FieldChange, ...]


def plan_desktop(current: Attributes, terms: tuple[str, ...], options: WriteOptions) -> DesktopPlan:
    """What to change in a file's attributes so that they carry ``terms``.

    An attribute that is not what it should be is somebody else's and is left alone.
    """
    said = record.load(current.get(RECORD, b"").decode("ascii", "replace"), options.writer)
    marks = {label: said.mine(label) for marks in said.own for label in marks}
    wanted: dict[str, bytes | None] = {}
    changes = []
    for name, label, on in (
        (FINDER, "Finder", options.finder_tags),
        (XDG, "XDG", options.xdg_tags),
    ):
        tags = _read(name, current.get(name))
        mark = marks.get(label, Mark())
        if tags is None or not (on or mark):
            continue
        plain = tuple(tag.split("\n")[0] for tag in tags)
        new, marks[label] = merge_words(plain, mark, terms if on else (), said.of_others(label))
        if new != plain:
            wanted[name] = _render(name, new, dict(zip(plain, tags, strict=True)))
            changes.append(FieldChange(label, "tags", ", ".join(plain), ", ".join(new)))
    known = said.with_own(marks if terms else {})
    if known != said or bool(known) != bool(current.get(RECORD)):
        wanted[RECORD] = record.dump(known, options.writer).encode("ascii") or None
    return DesktopPlan(wanted, tuple(changes))


def read_tags(current: Attributes) -> tuple[str, ...]:
    """The tags that people and we gave a file in its desktop, each once."""
    found = (*(_read(FINDER, current.get(FINDER)) or ()), *(_read(XDG, current.get(XDG)) or ()))
    return tuple(dict.fromkeys(tag.split("\n")[0] for tag in found))


def _read(name: str, value: bytes | None) -> tuple[str, ...] | None:
    """The tags in an attribute, Finder's with their colours; None where it is no list of tags."""
    if value is None:
        return ()
    try:
        if name == XDG:
            return tuple(tag.strip() for tag in value.decode().split(",") if tag.strip())
        tags = plistlib.loads(value)
    except (ExpatError, ValueError, LookupError, AttributeError):  # plistlib lets all these out
        return None
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return None
    return tuple(tags)


def _render(name: str, tags: tuple[str, ...], coloured: Mapping[str, str]) -> bytes | None:
    if not tags:
        return None
    if name == XDG:
        return ",".join(tags).encode()
    with_colours = [coloured.get(tag, tag + _NO_COLOUR) for tag in tags]
    return plistlib.dumps(with_colours, fmt=plistlib.FMT_BINARY)
