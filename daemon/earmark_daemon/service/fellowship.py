"""Who lies beside a sound, as the index knows it, and what models say of them together."""

from __future__ import annotations

import os
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.service.models.lineup import LineUp
from earmark_daemon.tagging.fellows import REMEMBERED, Beside, Fellow, Scores, together
from earmark_db.index import Index
from earmark_db.records import Step

_FOLDERS = 4
"""So many folders are kept in memory; each takes two megabytes at most."""


class Fellowship:
    """Has the models beside the built-in one judge a sound together with its fellows.

    The built-in model is not concerned: what lies beside a sound speaks in its set by `company`.
    Every call is part of the caller's transaction, which lets in one thread at a time.
    """

    def __init__(self, index: Index, lineup: Callable[[], LineUp]) -> None:
        """Prepare.

        Args:
            index: where sounds are known.
            lineup: the models in use at the moment.
        """
        self._index = index
        self._lineup = lineup
        self._asked: tuple[str, ...] = ()
        self._folders: OrderedDict[str, Beside] = OrderedDict()

    def scores(self, path: str, content: str, alone: Scores) -> Scores:
        """What the models say of the sound at a path, from what each says of it alone."""
        lineup = self._lineup()
        if not asked(lineup):
            return alone
        embedding = self._index.verdicts.embedding(content, lineup.base.info.digest)
        if not embedding:
            return alone
        near = self._in(os.path.dirname(path)).nearest(content, vector(embedding))
        return heard_together(alone, near, lineup)

    def take_note(self, files: Iterable[tuple[str, str, Scores]]) -> None:
        """Remember what models said of new sounds, and queue those beside whom that concerns.

        Args:
            files: path of each, digest of its audio, and what the models said of it alone.
        """
        lineup = self._lineup()
        if not asked(lineup):
            return
        base = lineup.base.info.digest
        new: defaultdict[str, set[str]] = defaultdict(set)
        for path, content, scores in files:
            embedding = self._index.verdicts.embedding(content, base)
            if embedding:
                folder = os.path.dirname(path)
                self._in(folder).take(path, Fellow(content, vector(embedding), scores))
                new[folder].add(content)
        for folder, contents in new.items():
            concerned = self._in(folder).alike(contents) - contents
            if concerned:
                self._queue(folder, base, concerned)

    def _queue(self, folder: str, base: str, concerned: Collection[str]) -> None:
        known = self._index.verdicts.embedded_in(folder, base, 2 * REMEMBERED)
        files = [file.file_id for file in known if file.content in concerned]
        self._index.queue.add(Step.RETAG, files, afresh=False, last=True)

    def _in(self, folder: str) -> Beside:
        """A folder, read from the index where it was forgotten or knows other models."""
        lineup = self._lineup()
        models = tuple(model.digest for model in asked(lineup))
        if models != self._asked:
            self._asked = models
            self._folders.clear()
        if folder not in self._folders:
            self._folders[folder] = beside_in(self._index, folder, lineup.base.info.digest, models)
        self._folders.move_to_end(folder)
        if len(self._folders) > _FOLDERS:
            self._folders.popitem(last=False)
        return self._folders[folder]


def asked(lineup: LineUp) -> list[ModelInfo]:
    """The models that judge a sound together with its fellows."""
    return [model for model in lineup.answering if model.digest != lineup.base.info.digest]


def heard_together(alone: Scores, near: Sequence[Fellow], lineup: LineUp) -> Scores:
    """What the models say of a sound, given who lies beside it.

    Args:
        alone: what each model says of it by itself.
        near: its fellows, the nearest first.
        lineup: the models.
    """
    mixed = {
        model.digest: together(
            alone[model.digest],
            [fellow.scores.get(model.digest, {}) for fellow in near],
            exclusive=model.exclusive,
        )
        for model in asked(lineup)
        if model.digest in alone
    }
    return {**alone, **mixed}


def beside_in(index: Index, folder: str, base: str, models: Sequence[str] = ()) -> Beside:
    """A fair sample of the sounds right in a folder.

    Args:
        index: where to look.
        folder: a path.
        base: digest of the model whose embeddings are kept.
        models: digests of those whose scores are wanted.
    """
    beside = Beside()
    for file in index.verdicts.embedded_in(folder, base, REMEMBERED):
        scores = index.verdicts.of(file.content) if models else {}
        beside.take(file.path, Fellow(file.content, vector(file.embedding), scores))
    return beside


def vector(blob: bytes) -> npt.NDArray[np.float32]:
    """An embedding ``[D]`` as it is stored, as numbers."""
    return np.frombuffer(blob, dtype=np.float16).astype(np.float32)
