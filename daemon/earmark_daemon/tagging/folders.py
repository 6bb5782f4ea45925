"""What the files of a folder say of one another: whether their names may be believed, and of what
kind they are, all together or those whose names begin alike.

Keeps what was heard in the latest folders, in memory alone; whoever asks opens a folder with what
is known of it. Of a large folder a fair sample is kept, the same one in whatever order its files
come.
"""

from __future__ import annotations

import threading
from bisect import insort
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from earmark_daemon.tagging.company import kinds_of
from earmark_daemon.tagging.evidence import Pooling, combine, named
from earmark_daemon.tagging.families import Family, families_of
from earmark_daemon.tagging.names import Evidence, Place
from earmark_daemon.tagging.trust import tell_nothing

FILES_REMEMBERED: Final = 512
FOLDERS_REMEMBERED: Final = 64

LEAST_SHARE: Final = 0.6
"""A folder is of the kind that has this share of its sounds, at the least."""

LEAST_OF_FAMILY: Final = 0.5
"""The same of sounds whose names begin alike: they are of one kind more often."""

_HEARD, _SAID, _POOLED = range(3)


@dataclass(frozen=True)
class Witness:
    """A file that was heard.

    Attributes:
        path: where it lies.
        content: digest of its audio; being as good as random, it decides who is in the sample.
        scores: label to calibrated score of an exclusive tag set; empty for silence.
        clues: what its names say.
    """

    path: str
    content: str
    scores: Mapping[str, float]
    clues: Evidence


@dataclass(frozen=True)
class View:
    """What the files of a folder say together.

    Attributes:
        believed: whether their names count; they do until the sounds speak against it.
        kind: the label that most of them have; None where they are mixed.
        families: the same of those whose names begin alike; mixed ones are left out.
    """

    believed: bool = True
    kind: str | None = None
    families: Mapping[Family, str] = field(default_factory=dict)

    def kind_of(self, path: str) -> str | None:
        """The kind of a file's company: its closest family's that is of a kind, or the folder's."""
        closest = (self.families[own] for own in families_of(path) if own in self.families)
        return next(closest, self.kind)


@dataclass
class _Folder:
    """The sample of a folder: rows ``[3, labels]`` of scores as heard, as said, and of both."""

    labels: tuple[str, ...] = ()
    rows: dict[tuple[str, str], npt.NDArray[np.float32]] = field(default_factory=dict)
    order: list[tuple[str, str]] = field(default_factory=list)
    view: View | None = View()


class Folders:
    """Judges folders by the files of theirs that were heard. Any thread may ask."""

    def __init__(self, pooling: Pooling | None = None) -> None:
        """Begin with no folder; ``pooling`` is the fitted rule by default."""
        self._pooling = pooling
        self._lock = threading.Lock()
        self._folders: OrderedDict[str, _Folder] = OrderedDict()

    def knows(self, folder: str) -> bool:
        """Whether the folder is remembered."""
        return folder in self._folders

    def remember(self, folder: str, files: Iterable[Witness]) -> None:
        """Take note of files that lie in a folder; again, if what is known of them has changed."""
        with self._lock:
            known = self._folders.setdefault(folder, _Folder())
            for file in files:
                self._take(known, file)
            self._folders.move_to_end(folder)
            if len(self._folders) > FOLDERS_REMEMBERED:
                self._folders.popitem(last=False)

    def view(self, folder: str) -> View:
        """What the remembered files of the folder say together."""
        with self._lock:
            known = self._folders.get(folder)
            if known is None:
                return View()
            if known.view is None:
                known.view = _judged(known)
            return known.view

    def _take(self, folder: _Folder, file: Witness) -> None:
        if not file.scores:
            return
        key = (file.content, file.path)
        if key not in folder.rows:
            if len(folder.order) == FILES_REMEMBERED and key > folder.order[-1]:
                return
            insort(folder.order, key)
        folder.labels = tuple(sorted(file.scores))
        folder.rows[key] = self._rows(folder.labels, file)
        folder.view = None
        if len(folder.order) > FILES_REMEMBERED:
            del folder.rows[folder.order.pop()]

    def _rows(self, labels: tuple[str, ...], file: Witness) -> npt.NDArray[np.float32]:
        """Scores as heard, as the own name alone says (zeros without one), and by all clues."""
        own = tuple(c for c in file.clues if c.place is Place.NAME and c.label in file.scores)
        said = named(file.scores, own, self._pooling) if own else dict.fromkeys(labels, 0.0)
        pooled = combine(file.scores, file.clues, self._pooling)
        return np.array(
            [[scores[label] for label in labels] for scores in (file.scores, said, pooled)],
            dtype=np.float32,
        )


def _judged(folder: _Folder) -> View:
    rows = np.array([folder.rows[key] for key in folder.order], dtype=np.float64)
    told = rows[rows[:, _SAID].any(axis=1)]
    believed = not tell_nothing(told[:, _HEARD], told[:, _SAID])
    scores = rows[:, _POOLED if believed else _HEARD]
    whole = kinds_of(folder.labels, scores, np.zeros(len(rows), dtype=np.int64), LEAST_SHARE)
    return View(believed, whole.get(0), _families(folder, scores))


def _families(folder: _Folder, scores: npt.NDArray[np.float64]) -> dict[Family, str]:
    """The families of the folder that are of a kind."""
    numbers: dict[Family, int] = {}
    places, groups = [], []
    for place, (_, path) in enumerate(folder.order):
        for family in families_of(path):
            places.append(place)
            groups.append(numbers.setdefault(family, len(numbers)))
    if not groups:
        return {}
    kinds = kinds_of(folder.labels, scores[places], np.array(groups), LEAST_OF_FAMILY)
    return {family: kinds[number] for family, number in numbers.items() if number in kinds}
