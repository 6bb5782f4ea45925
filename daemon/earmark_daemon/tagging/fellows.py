"""Sounds of one folder that sound alike, and what a model says of them together.

A maker records one instrument take by take and keeps the takes in one folder, so the sounds beside
one that are nearest to it mostly are what it is, and a model errs less about all of them than about
each. A sound's logits are averaged with theirs, the nearest counting most; where few sounds are
alike, most is left to the sound itself. Averaging over nearest neighbours is how labels spread in
Zhou et al. (2004), "Learning with local and global consistency", here one step far. The constants
were chosen on packs that no model had heard (`benchmarks/accuracy/LOG.md`).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Weights = npt.NDArray[np.float64]
Scores = Mapping[str, Mapping[str, float]]
"""Digest of each model that has heard a sound, and its scores by label."""

NEAREST: Final = 15
"""So many fellows speak for a sound at most."""

SHARE: Final = 2 / 3
"""What so many count together; the rest is the sound's own."""

ALIKE: Final = 0.2
"""Cosine of the embeddings up to which sounds are strangers. In a folder of all sorts hardly any
pair reaches it; among the takes of one maker most have so many that do."""

REMEMBERED: Final = 1024
"""So many sounds of a folder at most are compared with: a fair sample."""

_SHORTEST: Final = 1e-6
_LEAST: Final = 1e-5
"""Scores are told to four digits; a logit is reckoned from this at least."""


@dataclass(frozen=True)
class Fellow:
    """A sound of a folder.

    Attributes:
        content: digest of its audio; being as good as random, it decides who is in the sample.
        embedding: by the built-in model, ``[D]``.
        scores: what each further model said of it.
    """

    content: str
    embedding: Floats
    scores: Scores


class Beside:
    """The sounds of one folder, a fair sample where there are many."""

    def __init__(self) -> None:
        self._known: dict[str, Fellow] = {}
        self._paths: dict[str, str] = {}
        self._order: list[str] = []
        self._units: Floats | None = None

    def take(self, path: str, fellow: Fellow) -> None:
        """Take note of what lies at a path; again, if that has changed, or what is known of it."""
        before = self._paths.get(path, fellow.content)
        self._paths[path] = fellow.content
        if before != fellow.content and before not in self._paths.values():
            self._drop(before)
        if fellow.content not in self._known:
            if len(self._order) == REMEMBERED and fellow.content > self._order[-1]:
                return
            insort(self._order, fellow.content)
        self._known[fellow.content] = fellow
        self._units = None
        if len(self._order) > REMEMBERED:
            del self._known[self._order.pop()]

    def _drop(self, content: str) -> None:
        if self._known.pop(content, None):
            self._order.remove(content)

    def nearest(self, content: str, embedding: Floats) -> list[Fellow]:
        """Those beside a sound that are alike, the nearest first, never itself.

        Args:
            content: digest of its audio.
            embedding: of it, ``[D]``.
        """
        if not self._order:
            return []
        near = self._embeddings() @ _units(embedding)
        most = min(NEAREST + 1, len(near))
        some = np.argpartition(-near, most - 1)[:most]
        ranked = [
            self._order[place] for place in some[np.argsort(-near[some])] if near[place] > ALIKE
        ]
        return [self._known[name] for name in ranked if name != content][:NEAREST]

    def alike(self, contents: Collection[str]) -> set[str]:
        """Which sounds are like one of these, if these are among the sounds that are known."""
        own = [place for place, content in enumerate(self._order) if content in contents]
        if not own:
            return set()
        units = self._embeddings()
        near = (units @ units[own].T).max(axis=1)
        return {self._order[place] for place in np.flatnonzero(near > ALIKE)}

    def _embeddings(self) -> Floats:
        """Of length 1, in the order of the contents."""
        if self._units is None:
            self._units = _units(np.stack([self._known[own].embedding for own in self._order]))
        return self._units


def shares_of(count: int) -> Weights:
    """What each of so many fellows counts, the nearest first, ``[count]``; at most `SHARE`."""
    ranked = 1.0 / np.sqrt(np.arange(1, NEAREST + 1))
    return np.asarray(SHARE * ranked / ranked.sum())[:count]


def together(
    own: Mapping[str, float], fellows: Sequence[Mapping[str, float]], *, exclusive: bool
) -> dict[str, float]:
    """A sound's scores by one model, as its fellows' have them.

    Args:
        own: label to calibrated score; empty for silence, which stays silent.
        fellows: the same of those beside it, the nearest first; empty ones are left out, and
            those behind them move up.
        exclusive: whether scores are of a softmax, or each of a sigmoid.
    """
    heard = [scores for scores in fellows if scores.keys() == own.keys()]
    if not own or not heard:
        return dict(own)
    labels = list(own)
    logits = _logits(np.array([[s[label] for label in labels] for s in (own, *heard)]), exclusive)
    shares = shares_of(len(heard))
    mixed = (1.0 - shares.sum()) * logits[0] + shares @ logits[1:]
    if exclusive:
        powers = np.exp(mixed - mixed.max())
        scores = powers / powers.sum()
    else:
        scores = 1.0 / (1.0 + np.exp(-mixed))
    return {label: float(score) for label, score in zip(labels, scores, strict=True)}


def _logits(scores: Weights, exclusive: bool) -> Weights:
    """Logits of scores ``[sounds, labels]``; of a softmax but for a constant of each sound."""
    some = np.clip(scores, _LEAST, 1.0 - _LEAST)
    return np.asarray(np.log(some) if exclusive else np.log(some) - np.log1p(-some))


def _units(embeddings: Floats) -> Floats:
    lengths = np.linalg.norm(embeddings, axis=-1, keepdims=True)
    return np.asarray(embeddings / np.maximum(lengths, _SHORTEST), dtype=np.float32)
