"""Data sets: examples with their embeddings, as the arrays that a head is fitted to.

In an independent set a sound that was labelled with other tags, and not with this one, counts as
"not this"; so does, with little weight, a sample of the library that nobody has labelled. Without
the library a head of few tags knows only how these differ from one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark_daemon.learning.copies import groups_of
from earmark_daemon.learning.examples import Example, Examples
from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.learning.storing import stored

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
_PARTS = ("embeddings", "which", "shares")


@dataclass(frozen=True)
class Dataset:
    """What a head learns from.

    Attributes:
        contents: digests of the labelled sounds.
        embeddings: float32 ``[N, D]``.
        targets: 1 for "this", 0 for "not this", ``[N, L]``.
        known: where targets are known, bool ``[N, L]``.
        groups: equal for near-copies, int64 ``[N]``.
        labels: the tags.
        tag_set: their set.
        exclusive: whether a sound has one of them at most.
        background: embeddings of unlabelled sounds of the library, ``[B, D]``.
        fellows: who lies beside the labelled sounds; None where each is heard by itself.
        background_fellows: the same of the unlabelled ones.
    """

    contents: tuple[str, ...]
    embeddings: Floats
    targets: Floats
    known: npt.NDArray[np.bool_]
    groups: Ints
    labels: tuple[str, ...]
    tag_set: str
    exclusive: bool
    background: Floats
    fellows: Fellows | None = None
    background_fellows: Fellows | None = None

    def rows(self, chosen: npt.NDArray[Any]) -> Dataset:
        """Only these labelled sounds, by number or by mask."""
        numbers = np.arange(len(self.contents))[chosen]
        return replace(
            self,
            contents=tuple(self.contents[number] for number in numbers),
            embeddings=self.embeddings[chosen],
            targets=self.targets[chosen],
            known=self.known[chosen],
            groups=self.groups[chosen],
            fellows=self.fellows and self.fellows.rows(chosen),
        )

    def beside(self, chosen: npt.NDArray[Any]) -> Dataset:
        """With only these sounds of the library, by number or by mask."""
        return replace(
            self,
            background=self.background[chosen],
            background_fellows=self.background_fellows and self.background_fellows.rows(chosen),
        )

    def only(self, labels: tuple[str, ...]) -> Dataset:
        """Fewer tags; in an exclusive set without the sounds of the others."""
        columns = [self.labels.index(label) for label in labels]
        data = replace(
            self, labels=labels, targets=self.targets[:, columns], known=self.known[:, columns]
        )
        return data.rows(np.asarray(data.targets.any(axis=1))) if self.exclusive else data

    def distinct(self) -> dict[str, int]:
        """For each label how many sounds carry it, near-copies counted once."""
        return {
            label: len(np.unique(self.groups[self.targets[:, column] > 0]))
            for column, label in enumerate(self.labels)
        }


def dataset_of(examples: Examples, embeddings: Mapping[str, Floats], background: Floats) -> Dataset:
    """The arrays of these examples; sounds without an embedding are left out.

    Args:
        examples: what people said.
        embeddings: by content digest; silent sounds have none.
        background: of sounds that nobody has labelled in this set, ``[B, D]``.
    """
    items = [item for item in examples.items if _is_usable(item, examples, embeddings)]
    shape = (len(items), len(examples.labels))
    targets, known = np.zeros(shape, dtype=np.float32), np.ones(shape, dtype=np.bool_)
    for row, item in enumerate(items):
        for column, label in enumerate(examples.labels):
            targets[row, column] = label in item.yes
            known[row, column] = examples.exclusive or bool(item.yes) or label in item.no
    vectors = np.zeros((0, background.shape[1]), dtype=np.float32)
    if items:
        vectors = np.stack([embeddings[item.content] for item in items])
    return Dataset(
        contents=tuple(item.content for item in items),
        embeddings=vectors,
        targets=targets,
        known=known,
        groups=groups_of(vectors),
        labels=examples.labels,
        tag_set=examples.tag_set,
        exclusive=examples.exclusive,
        background=background,
    )


def _is_usable(item: Example, examples: Examples, embeddings: Mapping[str, Floats]) -> bool:
    if item.content not in embeddings:
        return False
    return len(item.yes) == 1 if examples.exclusive else True


def save(data: Dataset, path: Path) -> None:
    """Keep a data set in a file, for another process.

    Raises:
        EarmarkError: there is no room for it.
    """
    names = {name: getattr(data, name) for name in ("tag_set", "exclusive")}
    with stored("What is to be learnt from"), path.open("wb") as file:
        np.savez(
            file,
            contents=np.array(data.contents, dtype=str),
            embeddings=data.embeddings,
            targets=data.targets,
            known=data.known,
            groups=data.groups,
            labels=np.array(data.labels, dtype=str),
            background=data.background,
            **names,
            **_stored("fellows", data.fellows),
            **_stored("background", data.background_fellows),
        )


def load(path: Path) -> Dataset:
    """The data set that `save` kept."""
    with np.load(path, allow_pickle=False) as stored:
        return Dataset(
            contents=tuple(str(content) for content in stored["contents"]),
            embeddings=stored["embeddings"],
            targets=stored["targets"],
            known=stored["known"],
            groups=stored["groups"],
            labels=tuple(str(label) for label in stored["labels"]),
            tag_set=str(stored["tag_set"]),
            exclusive=bool(stored["exclusive"]),
            background=stored["background"],
            fellows=_restored("fellows", stored),
            background_fellows=_restored("background", stored),
        )


def _stored(name: str, fellows: Fellows | None) -> dict[str, Any]:
    if fellows is None:
        return {}
    return {f"{name}_{part}": getattr(fellows, part) for part in _PARTS}


def _restored(name: str, stored: Mapping[str, npt.NDArray[Any]]) -> Fellows | None:
    if f"{name}_{_PARTS[0]}" not in stored:
        return None
    return Fellows(*(stored[f"{name}_{part}"] for part in _PARTS))
