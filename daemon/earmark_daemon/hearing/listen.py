"""From a path to what is heard in it: the one function that a worker process runs for a sound."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.hearing.facts import facts
from earmark_daemon.hearing.frontend import Audio, FrontendSpec
from earmark_daemon.hearing.lineup import head_verdicts, verdict, window_verdicts
from earmark_daemon.hearing.model import Floats, Model
from earmark_daemon.hearing.samples import Sound, SoundInfo
from earmark_daemon.hearing.sound import open_sound
from earmark_daemon.hearing.waveform import Shown
from earmark_daemon.hearing.windows import heard_stretches, heard_windows
from earmark_db.records import Facts, Verdict


@dataclass(frozen=True)
class Heard:
    """What one sound sounds like.

    Attributes:
        info: length, rate, channels.
        verdicts: what each model says, that whose embedding is kept first; no scores for silence.
        facts: what stands beside the tags.
    """

    info: SoundInfo
    verdicts: tuple[Verdict, ...]
    facts: Facts

    @property
    def first(self) -> Verdict:
        """What the model says whose embedding is kept."""
        return self.verdicts[0]


@dataclass(frozen=True)
class _Decoded:
    """A sound before the model has heard it."""

    info: SoundInfo
    windows: Shown
    facts: Facts
    further: Mapping[FrontendSpec, Shown]


def listen(
    paths: Sequence[str], model: Model, others: Sequence[Model] = ()
) -> list[Heard | Problem]:
    """Hear several sounds; the model runs once over the windows of all of them.

    Args:
        paths: the files.
        model: the model whose embedding is kept.
        others: further models to ask: heads on that embedding, or whole ones.

    Returns:
        For each path what was heard, or why nothing was.
    """
    spec = model.info.frontend
    further = {other.info.frontend for other in others if other.info.backbone is None} - {spec}
    decoded = [_decode(path, spec, further) for path in paths]
    good = [item for item in decoded if not isinstance(item, Problem)]
    results = _run([item.windows for item in good], model)
    heard = [_heard(item, result, model) for item, result in zip(good, results, strict=True)]
    answers = iter(_with_others(heard, good, others) if others else heard)
    return [item if isinstance(item, Problem) else next(answers) for item in decoded]


def _decode(path: str, spec: FrontendSpec, further: Collection[FrontendSpec]) -> _Decoded | Problem:
    try:
        with open_sound(path) as sound:
            info, stretches = sound.info, heard_stretches(sound, spec)
            shown = {other: _shown(sound, other, spec, stretches) for other in further}
        rate = info.sample_rate
        windows = heard_windows(stretches, rate, spec)
        return _Decoded(info, windows, facts(stretches, rate, path, info.duration), shown)
    except EarmarkError as error:
        return error.problem
    except OSError as error:
        return Problem(
            "unreadable",
            f"The file could not be read to its end ({error.strerror or error}).",
            "Check the disk that it lies on.",
        )


def _shown(
    sound: Sound, spec: FrontendSpec, read_for: FrontendSpec, stretches: list[Audio]
) -> Shown:
    """The windows for another front end, from the samples at hand where they are the same."""
    if spec.window_seconds != read_for.window_seconds:
        stretches = heard_stretches(sound, spec)
    return heard_windows(stretches, sound.info.sample_rate, spec)


def _with_others(
    heard: Sequence[Heard], decoded: Sequence[_Decoded], others: Sequence[Model]
) -> list[Heard]:
    """Ask one further model after the other; one that stumbles says nothing, and no sound is lost.

    What is missing then is asked for again, alone, when the sounds are tagged anew.
    """
    said: list[Sequence[Verdict]] = []
    for other in others:
        try:
            said.append(_answers(heard, decoded, other))
        except Exception:  # noqa: BLE001, S112 - the runtime raises what it likes
            continue
    by_sound = zip(*said, strict=True) if said else ((),) * len(heard)
    return [
        replace(item, verdicts=(item.first, *one))
        for item, one in zip(heard, by_sound, strict=True)
    ]


def _answers(
    heard: Sequence[Heard], decoded: Sequence[_Decoded], other: Model
) -> Sequence[Verdict]:
    if other.info.backbone is not None:
        return head_verdicts([item.first.embedding for item in heard], other)
    spec = other.info.frontend
    own = any(spec in item.further for item in decoded)
    windows = [item.further.get(spec, item.windows) for item in decoded]
    return window_verdicts(windows, other, keep_windows=own)


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
    said = verdict(model.info, scores if len(scores) else None, decoded.windows)
    stored = np.asarray(embedding, dtype=np.float16).tobytes()
    return Heard(decoded.info, (replace(said, embedding=stored),), decoded.facts)
