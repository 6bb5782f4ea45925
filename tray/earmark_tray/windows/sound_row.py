"""One sound as lists show it, and its path, folder and length in words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QCoreApplication, QUrl

_PICTURES = {
    **dict.fromkeys((*range(0x80, 0xA0), 0x2028, 0x2029), 0xFFFD),
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
}
"""Control characters, and what Unicode has to show them by, or else the sign for a lost letter."""


@dataclass(frozen=True)
class Row:
    """One sound as the list shows it."""

    path: str
    tags: tuple[tuple[str, str], ...]
    duration: float | None
    online: bool
    loudness: float | None = None
    denied: tuple[str, ...] = ()
    """The tags that a person said it is not."""
    facts: str = ""
    """Tempo, and key or note, such as ``128 BPM Am``."""

    @property
    def said(self) -> tuple[str, ...]:
        """The tags that a person gave."""
        return tuple(tag for tag, source in self.tags if source == "person")

    @property
    def tagged(self) -> str:
        """All its tags in a line."""
        return ", ".join(tag for tag, _ in self.tags)

    @property
    def name(self) -> str:
        """The file's name, with what is no text replaced."""
        return shown(os.path.basename(self.path))

    @property
    def folder(self) -> str:
        """The two folders that it lies in."""
        return folder_words(self.path)

    @property
    def length(self) -> str:
        """Its length as musicians write it."""
        return length_words(self.duration)

    @property
    def spoken(self) -> str:
        """What a screen reader says: name, tags, length, tempo and key."""
        told = (self.name, self.tagged, self.length, self.facts)
        return ", ".join(filter(None, told))


def row_of(hit: Any) -> Row:
    """A row from what the daemon's search says of a sound."""
    tags = tuple((tag["tag"], tag["source"]) for tag in hit["tags"])
    online = hit.get("online", True)
    loudness, denied = hit["facts"]["loudness"], tuple(hit["denied"])
    facts = facts_words(hit["facts"])
    return Row(hit["path"], tags, hit["duration"], online, loudness, denied, facts)


def shown(text: str) -> str:
    """Text that may hold undecodable bytes and line breaks, fit to be shown in a line."""
    return text.encode("utf-8", "replace").decode("utf-8").translate(_PICTURES)


def folder_words(path: str) -> str:
    """The two folders that a file lies in, such as ``808s › Kicks``."""
    parts = os.path.dirname(path).split(os.sep)
    return shown(" › ".join(part for part in parts[-2:] if part))


def facts_words(facts: Any) -> str:
    """Tempo, and key or note, of what the daemon knows of a sound."""
    tempo = f"{facts['bpm']:.4g} BPM" if facts["bpm"] else None
    return " ".join(filter(None, (tempo, facts["key"] or facts["pitch"])))


def count_words(count: int) -> str:
    """A number of sounds: ``1 sound``, ``1,200 sounds``."""
    if count == 1:
        return QCoreApplication.translate("Sounds", "1 sound")
    return QCoreApplication.translate("Sounds", "{} sounds").format(f"{count:,}")


def length_words(seconds: float | None) -> str:
    """A length such as ``0.42 s`` or ``3:05``."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def file_url(path: str) -> QUrl:
    """The address of a file, whatever bytes its name has."""
    if os.name == "nt":
        return QUrl.fromLocalFile(path)
    return QUrl.fromEncoded(b"file://" + quote_from_bytes(os.fsencode(path)).encode("ascii"))


def path_of(url: QUrl) -> str:
    """The path of a local file's address, whatever bytes its name has."""
    if os.name == "nt":
        return url.toLocalFile()
    return os.fsdecode(unquote_to_bytes(bytes(url.toEncoded().data()).removeprefix(b"file://")))
