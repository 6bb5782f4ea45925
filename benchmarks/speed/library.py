"""A made-up library of any size in an index: sounds that sound like real ones, where no file is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.speed.running import one_shots
from earmark_daemon.hearing.listen import Heard, listen
from earmark_daemon.hearing.model import load
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_db.index import Index
from earmark_db.records import Arrival, Hearing, Reason, Stamp, Tag

TAGS = ("kick", "snare", "hihat", "clap", "tom", "bass", "synth", "vocal", "fx", "guitar")
_AT_ONCE = 5_000
_DOUBT = Reason("disagreement", "Name and sound disagree.", "")

Add = Callable[[Index, int, Hearing, np.random.Generator], None]
"""Puts the sound with a number into the index, heard as told."""


def heard_sounds(count: int) -> list[Heard]:
    """What real one-shots sound like."""
    model = load(str(BUILTIN))
    answers = listen([str(path) for path in one_shots(count)], model)
    return [answer for answer in answers if isinstance(answer, Heard)]


def fill(
    path: Path, sounds: list[Heard], count: int, add: Add, *, spectrograms: bool = False
) -> None:
    """An index with ``count`` sounds that sound like those given, but for a little noise."""
    index = Index.for_writing(path)
    index.models.set_backbone(sounds[0].first.model)
    noise = np.random.default_rng(1)
    for start in range(0, count, _AT_ONCE):
        with index.transaction():
            for number in range(start, min(count, start + _AT_ONCE)):
                like = _hearing_like(sounds[number % len(sounds)], number, noise, spectrograms)
                add(index, number, like, noise)
    index.close()


def untagged(index: Index, number: int, heard: Hearing, noise: np.random.Generator) -> None:
    """Sounds whose names say nothing, and that have no tags yet."""
    _arrived(index, f"/library/Deep Pack {number // 200}/sound {number}.wav", number, heard, ())


def tagged_below(folder: Path) -> Add:
    """Sounds with names and tags, every other one doubtful, below a folder."""

    def add(index: Index, number: int, heard: Hearing, noise: np.random.Generator) -> None:
        tag = TAGS[number % len(TAGS)]
        path = folder / f"Deep Pack {number // 200}" / f"{tag.title()}s" / f"{tag} {number}.wav"
        given = Tag(tag, "instrument", 0.5 + 0.5 * float(noise.random()), "model")
        file_id = _arrived(index, str(path), number, heard, (given,))
        index.files.set_note(file_id, _DOUBT if number % 2 else None)

    return add


def _arrived(index: Index, path: str, number: int, heard: Hearing, tags: tuple[Tag, ...]) -> int:
    (file_id,) = index.files.arrived([Arrival(path, Stamp(1, 1, number, 1), None)])
    index.files.heard(file_id, heard, {})
    index.files.set_tags(file_id, tags)
    return file_id


def _hearing_like(
    sound: Heard, number: int, noise: np.random.Generator, spectrogram: bool
) -> Hearing:
    embedding = np.frombuffer(sound.first.embedding, dtype=np.float16)
    moved = embedding + noise.normal(0.0, 0.01, len(embedding)).astype(np.float16)
    said = replace(sound.first, embedding=moved.astype(np.float16).tobytes())
    said = said if spectrogram else replace(said, spectrogram=b"")
    info = sound.info
    return Hearing(str(number), info.duration, info.sample_rate, info.channels, (said,))
