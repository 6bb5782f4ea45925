"""A made-up library of any size in an index: named and tagged sounds that sound like real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.speed.retagging import hearing_like
from earmark_daemon.hearing.listen import Heard
from earmark_db.index import Index
from earmark_db.records import Arrival, Reason, Stamp, Tag

TAGS = ("kick", "snare", "hihat", "clap", "tom", "bass", "synth", "vocal", "fx", "guitar")
_AT_ONCE = 10_000
_DOUBT = Reason("disagreement", "Name and sound disagree.", "")


def fill(path: Path, sounds: list[Heard], count: int, folder: Path) -> None:
    """Add ``count`` sounds below ``folder``, where none exists; every other one is doubtful.

    They sound like ``sounds``, but for a little noise in the embedding.
    """
    index = Index.for_writing(path)
    index.models.set_backbone(sounds[0].model)
    noise = np.random.default_rng(1)
    for start in range(0, count, _AT_ONCE):
        with index.transaction():
            for number in range(start, min(count, start + _AT_ONCE)):
                _add(index, number, sounds[number % len(sounds)], noise, folder)
    index.close()


def _add(index: Index, number: int, sound: Heard, noise: np.random.Generator, folder: Path) -> None:
    tag = TAGS[number % len(TAGS)]
    path = folder / f"Deep Pack {number // 200}" / f"{tag.title()}s" / f"{tag} {number}.wav"
    (file_id,) = index.files.arrived([Arrival(str(path), Stamp(1, 1, number, 1), None)])
    index.files.heard(file_id, hearing_like(sound, number, noise, spectrogram=False), {})
    score = 0.5 + 0.5 * float(noise.random())
    index.files.set_tags(file_id, [Tag(tag, "instrument", score, "model")])
    index.files.set_note(file_id, _DOUBT if number % 2 else None)
