"""What the index is told of files and tells of them: plain, frozen data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

_HALF, _WHOLE = 2**63, 2**64


def signed(number: int) -> int:
    """A number as SQLite keeps it, in 64 bits with a sign."""
    return (number + _HALF) % _WHOLE - _HALF


class FileState(StrEnum):
    """How far a file has come."""

    WAITING = "waiting"
    HEARD = "heard"
    FAILED = "failed"
    GONE = "gone"


class Step(StrEnum):
    """What the queue holds work for."""

    HEAR = "hear"
    RETAG = "retag"
    WRITE = "write"


class Stamp(NamedTuple):
    """What tells that a file is the one we knew, without reading it.

    Attributes:
        size: length in bytes.
        mtime_ns: time of the last change of the content, nanoseconds since 1970, as 64 bits with a
            sign hold it: from 1677 to 2262, and round again for those that a disk dates otherwise.
        inode: the file's number on its file system, 0 where there is none.
        device: the number of that file system; may change when the machine restarts.
    """

    size: int
    mtime_ns: int
    inode: int
    device: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp of a file whose status was asked for."""
        return cls(status.st_size, signed(status.st_mtime_ns), status.st_ino, status.st_dev)


@dataclass(frozen=True)
class Reason:
    """Why a file has no tags, or why its tags are not written into it."""

    code: str
    message: str
    advice: str = ""


@dataclass(frozen=True)
class Tag:
    """One tag of one file.

    Attributes:
        tag: the word.
        set: the tag set it belongs to.
        score: how sure its source is, 0 to 1.
        source: ``"person"``, ``"model"`` where the sound decided, ``"name"`` where the name did,
            ``"model+name"`` where both did, ``"folder"`` where it took sounds beside it,
            ``"narrower"`` where a tag that lies under it did.
    """

    tag: str
    set: str
    score: float
    source: str


@dataclass(frozen=True)
class Arrival:
    """A new or changed file that wants to be heard.

    Attributes:
        path: absolute path.
        stamp: the file as it was found.
        root_id: the watched folder it lies in, if any.
        first: whether somebody waits for it, so that it overtakes the queue.
        blind: whether names, folders and metadata must not count as evidence.
    """

    path: str
    stamp: Stamp
    root_id: int | None
    first: bool = False
    blind: bool = False


@dataclass(frozen=True)
class Task:
    """One piece of work taken from the queue."""

    file_id: int
    path: str
    stamp: Stamp
    attempts: int
    content: str | None
    blind: bool


class Kind(StrEnum):
    """How a sound is meant to be used."""

    ONE_SHOT = "one-shot"
    LOOP = "loop"


@dataclass(frozen=True)
class Facts:
    """What can be measured on a sound, or read in its name; None where it has no such thing.

    Attributes:
        kind: None for long recordings, unless their makers say that they are loops.
        bpm: tempo of a loop or a long recording, beats a minute.
        key: as its maker wrote it, spelled by `earmark_db.keys`: ``A#m``, ``C``.
        loudness: of the loudest moment, LUFS.
        brightness: spectral centroid of that moment, hertz.
        pitch: of a tonal one-shot, as ``F#1``; ``C4`` is the middle C.
    """

    kind: Kind | None = None
    bpm: float | None = None
    key: str | None = None
    loudness: float | None = None
    brightness: float | None = None
    pitch: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What one model says of one sound.

    Attributes:
        model: digest of the model.
        scores: label to calibrated probability; empty for silence.
        embedding: float16 bytes; empty where the model's embedding is not kept.
        frontend: identity of the front end that made ``spectrogram``.
        spectrogram: compressed 8-bit windows; empty where they are kept already, or the model
            hears samples or an embedding.
    """

    model: str
    scores: Mapping[str, float]
    embedding: bytes = b""
    frontend: str = ""
    spectrogram: bytes = b""


@dataclass(frozen=True)
class Hearing:
    """What was heard in one file.

    Attributes:
        content: digest of the audio payload.
        duration: seconds.
        sample_rate: samples a second.
        channels: number of channels.
        verdicts: what each model says, that whose embedding is kept first.
        facts: what stands beside the tags.
    """

    content: str
    duration: float
    sample_rate: int
    channels: int
    verdicts: tuple[Verdict, ...]
    facts: Facts = Facts()


@dataclass(frozen=True)
class FileRecord:
    """All that the index knows about one file."""

    id: int
    path: str
    stamp: Stamp
    state: FileState
    root_id: int | None
    content: str | None
    duration: float | None
    sample_rate: int | None
    channels: int | None
    reason: Reason | None
    write_reason: Reason | None
    written: bool
    tags: tuple[Tag, ...] = ()
    facts: Facts = Facts()
    metadata: Mapping[str, Any] = field(default_factory=dict)
