"""From a path to what is heard in it: the one function that a worker process runs for a sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.hearing.facts import facts
from earmark_daemon.hearing.model import Floats, Model
from earmark_daemon.hearing.sound import SoundInfo, open_sound
from earmark_daemon.hearing.spectra import frontend_identity, pack
from earmark_daemon.hearing.waveform import Shown
from earmark_daemon.hearing.windows import heard_stretches, heard_windows
from earmark_db.records import Facts


@dataclass(frozen=True)
class Heard:
    """What one sound sounds like.

    Attributes:
        info: length, rate, channels.
        frontend: identity of the front end.
        spectrogram: the packed windows; empty where the model hears samples.
        model: digest of the model.
        scores: label to score, the mean over the windows; empty for silence.
        embedding: float16 bytes, the mean over the windows.
        facts: what stands beside the tags.
    """

    info: SoundInfo
    frontend: str
    spectrogram: bytes
    model: str
    scores: Mapping[str, float]
    embedding: bytes
    facts: Facts

    @property
    def silent(self) -> bool:
        """Whether there was nothing to hear."""
        return not self.scores


@dataclass(frozen=True)
class _Decoded:
    """A sound before the model has heard it."""

    info: SoundInfo
    windows: Shown
    facts: Facts


def listen(paths: Sequence[str], model: Model) -> list[Heard | Problem]:
    """Hear several sounds; the model runs once over the windows of all of them.

    Args:
        paths: the files.
        model: the model to ask.

    Returns:
        For each path what was heard, or why nothing was.
    """
    decoded = [_decode(path, model) for path in paths]
    windows = [item.windows for item in decoded if not isinstance(item, Problem)]
    results = iter(_run(windows, model))
    return [
        item if isinstance(item, Problem) else _heard(item, next(results), model)
        for item in decoded
    ]


def _decode(path: str, model: Model) -> _Decoded | Problem:
    spec = model.info.frontend
    try:
        with open_sound(path) as sound:
            info, stretches = sound.info, heard_stretches(sound, spec)
        rate = info.sample_rate
        return _Decoded(info, heard_windows(stretches, rate, spec), facts(stretches, rate, path))
    except EarmarkError as error:
        return error.problem
    except OSError as error:
        return Problem(
            "unreadable",
            f"The file could not be read to its end ({error.strerror or error}).",
            "Check the disk that it lies on.",
        )


def _run(sounds: list[Shown], model: Model) -> list[tuple[Floats, Floats]]:
    """Mean scores and embedding of each sound, from one run over all windows."""
    counts = [len(windows) for windows in sounds]
    nothing = np.zeros(0, dtype=np.float32)
    if not sum(counts):
        return [(nothing, nothing) for _ in sounds]
    scores, embeddings = model.run(np.concatenate(sounds))
    ends = np.cumsum(counts)[:-1]
    return [
        (part.mean(axis=0), embedding.mean(axis=0)) if len(part) else (nothing, nothing)
        for part, embedding in zip(np.split(scores, ends), np.split(embeddings, ends), strict=True)
    ]


def _heard(decoded: _Decoded, result: tuple[Floats, Floats], model: Model) -> Heard:
    scores, embedding = result
    windows = decoded.windows
    return Heard(
        decoded.info,
        frontend_identity(model.info.frontend),
        pack(windows) if windows.dtype == np.uint8 else b"",
        model.info.digest,
        {label: float(s) for label, s in zip(model.info.labels, scores, strict=False)},
        np.asarray(embedding, dtype=np.float16).tobytes(),
        decoded.facts,
    )
