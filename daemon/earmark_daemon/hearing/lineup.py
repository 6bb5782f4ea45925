"""Further models beside the built-in one: what each says of a sound that is being heard.

The built-in model hears first, and its embedding is what heads read: the mean over the windows,
rounded to float16 as it is stored, so that a head sees the same numbers whether the sound was
heard just now or years ago. Whole models read windows; those with the built-in's front end share
its windows, others get their own from the same decoded samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.model import Floats, Model, load
from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.hearing.spectra import frontend_identity, pack
from earmark_daemon.hearing.waveform import Shown
from earmark_db.records import Verdict

MOST_WINDOWS_AT_ONCE = 64
"""Windows in one run of a model: activations take megabytes for each."""


def load_all(paths: Sequence[str]) -> list[Model]:
    """The models that can be loaded; a damaged one costs its own tags and nothing else."""
    models = []
    for path in paths:
        try:
            models.append(load(path))
        except EarmarkError:
            continue
    return models


def head_verdicts(embeddings: Sequence[bytes], head: Model) -> list[Verdict]:
    """What a head says of sounds, by their stored embeddings; nothing of silent ones."""
    rows = [np.frombuffer(stored, dtype=np.float16) for stored in embeddings]
    inputs = np.array([row for row in rows if len(row)], dtype=np.float32)
    answers = iter(head.scores(inputs) if len(inputs) else ())
    return [verdict(head.info, next(answers) if len(row) else None) for row in rows]


def window_verdicts(
    sounds: Sequence[Shown], model: Model, *, keep_windows: bool = False
) -> list[Verdict]:
    """What a whole model says of sounds: the mean over the windows of each.

    Args:
        sounds: for each the windows in the model's front end; none at all for silence.
        model: the model.
        keep_windows: whether the verdicts carry the packed windows, to be stored.
    """
    means = mean_scores(sounds, model)
    return [
        verdict(model.info, mean, windows if keep_windows else None)
        for mean, windows in zip(means, sounds, strict=True)
    ]


def mean_scores(sounds: Sequence[Shown], model: Model) -> list[Floats | None]:
    """Mean scores of each sound, None for silence, from few runs over the windows of all."""
    counts = [len(windows) for windows in sounds]
    if not sum(counts):
        return [None] * len(counts)
    windows = np.concatenate([windows for windows in sounds if len(windows)])
    starts = range(0, len(windows), MOST_WINDOWS_AT_ONCE)
    scores = np.concatenate(
        [model.scores(windows[start : start + MOST_WINDOWS_AT_ONCE]) for start in starts]
    )
    parts = np.split(scores, np.cumsum(counts)[:-1])
    return [part.mean(axis=0) if len(part) else None for part in parts]


def verdict(info: ModelInfo, scores: Floats | None, windows: Shown | None = None) -> Verdict:
    """One model's word about one sound; ``scores`` is None for silence."""
    by_label: Mapping[str, float] = {}
    if scores is not None:
        by_label = {label: float(score) for label, score in zip(info.labels, scores, strict=True)}
    packed = b"" if windows is None or windows.dtype != np.uint8 else pack(windows)
    return Verdict(info.digest, by_label, b"", frontend_identity(info.frontend), packed)
