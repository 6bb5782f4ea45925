"""Sounds that were heard before, heard by other models: from what is stored, without their files.

Runs in a worker process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.hearing.lineup import head_verdicts, verdict, window_verdicts
from earmark_daemon.hearing.model import Model, load, load_same
from earmark_daemon.hearing.spectra import unpack
from earmark_daemon.hearing.waveform import Shown
from earmark_db.records import Verdict


@dataclass(frozen=True)
class Stored:
    """What the index keeps of one sound, and which models it lacks.

    Attributes:
        wanted: paths of the model files to ask, the one whose embedding is kept first.
        embedding: as that model gave it, float16 bytes; empty where it was silent or is wanted.
        windows: path of each whole model that is wanted to the packed windows in its front end.
    """

    wanted: tuple[str, ...]
    embedding: bytes = b""
    windows: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Answers:
    """What the models said of one sound.

    Attributes:
        verdicts: of those that could be asked; none of a whole model whose windows are damaged.
        unfit: path of a model that cannot be loaded, to the reason.
    """

    verdicts: tuple[Verdict, ...] = ()
    unfit: Mapping[str, Problem] = field(default_factory=dict)


def hear_again(
    sounds: Sequence[Stored], base: str, digest: str | None = None
) -> list[Answers | Problem]:
    """Ask for each sound the models that it lacks.

    Args:
        sounds: what is stored of each.
        base: path of the model whose embedding is kept.
        digest: of that model; None for whichever lies there.

    Raises:
        EarmarkError: that model is wanted, and cannot be loaded or is another one.
    """
    said: list[dict[str, Verdict]] = [{} for _ in sounds]
    unfit: dict[str, Problem] = {}
    for path in dict.fromkeys(path for sound in sounds for path in sound.wanted):
        places = [place for place, sound in enumerate(sounds) if path in sound.wanted]
        try:
            model = load_same(path, digest) if path == base else load(path)
        except EarmarkError as error:
            if path == base:
                raise
            unfit[path] = error.problem
            continue
        answers: Sequence[Verdict | None]
        if model.info.backbone is None:
            answers = _from_windows([sounds[place] for place in places], path, model, path == base)
        else:
            fresh = [said[place].get(base) for place in places]
            answers = head_verdicts(
                [
                    one.embedding if one else sounds[place].embedding
                    for one, place in zip(fresh, places, strict=True)
                ],
                model,
            )
        for place, answer in zip(places, answers, strict=True):
            if answer is not None:
                said[place][path] = answer
    return [
        Answers(tuple(one.values()), {p: unfit[p] for p in sound.wanted if p in unfit})
        for one, sound in zip(said, sounds, strict=True)
    ]


def _from_windows(
    sounds: Sequence[Stored], path: str, model: Model, with_embedding: bool
) -> list[Verdict | None]:
    """A whole model's words; None where the stored windows are damaged."""
    windows: list[Shown | None] = []
    for sound in sounds:
        try:
            windows.append(unpack(sound.windows[path]))
        except EarmarkError:
            windows.append(None)
    good = [one for one in windows if one is not None]
    if with_embedding:
        answers = iter([_with_embedding(one, model) for one in good])
    else:
        answers = iter(window_verdicts(good, model))
    return [None if one is None else next(answers) for one in windows]


def _with_embedding(windows: Shown, model: Model) -> Verdict:
    """The word of the model whose embedding is kept, as `listen` gives it."""
    if not len(windows):
        return verdict(model.info, None)
    scores, embeddings = model.run(windows)
    said = verdict(model.info, scores.mean(axis=0))
    mean = np.asarray(embeddings.mean(axis=0), dtype=np.float16)
    return replace(said, embedding=mean.tobytes())
