"""Which clips are drawn, and which are kept aside.

Labels are uneven and packs are large and alike inside: drawn as they come, one vendor's pianos
would be most of an epoch. Owns index arithmetic alone.
"""

from __future__ import annotations

import numpy as np

from earmark_trainer.training.types import Floats, Ints, SpectrogramDataset

PlainFloats = np.ndarray[tuple[int], np.dtype[np.float64]]


def draw_weights(
    dataset: SpectrogramDataset, class_balance: float, pack_balance: float
) -> PlainFloats:
    """The probability of each clip, ``[N]``.

    A clip of several labels counts for the rarest of them.

    Args:
        dataset: the clips.
        class_balance: 0 draws labels as often as they occur, 1 draws all equally often.
        pack_balance: the same for the packs of one label.
    """
    main = _rarest_label(dataset.targets)
    _, cell, cell_size = np.unique(
        np.stack((main, dataset.packs)), axis=1, return_inverse=True, return_counts=True
    )
    weights = cell_size.astype(np.float64)[cell.ravel()] ** -pack_balance
    for label in np.unique(main):
        own = main == label
        weights[own] *= own.sum() ** (1.0 - class_balance) / weights[own].sum()
    result: PlainFloats = weights / weights.sum()
    return result


def _rarest_label(targets: Floats) -> Ints:
    """For each clip the label with the fewest clips among its own; -1 for none."""
    positive = targets >= 0.5
    counts = np.where(positive, positive.sum(axis=0), np.iinfo(np.int64).max)
    rarest = counts.argmin(axis=1)
    return np.where(positive.any(axis=1), rarest, -1).astype(np.int64)


def draw(weights: PlainFloats, count: int, seed: int, epoch: int) -> Ints:
    """``count`` positions for one epoch; spread evenly, so that no epoch misses a rare cell.

    Systematic sampling (Madow 1949): one random offset, equal steps along the running sum.
    """
    random = np.random.default_rng((seed, epoch))
    order = random.permutation(len(weights))
    running = np.cumsum(weights[order])
    points = (random.random() + np.arange(count)) / count * running[-1]
    picked = order[np.minimum(np.searchsorted(running, points), len(weights) - 1)]
    return random.permutation(picked).astype(np.int64)


def split(dataset: SpectrogramDataset, share: float, seed: int) -> tuple[Ints, Ints]:
    """Positions for training and for validation; groups stay whole, labels keep their share.

    Greedy: groups are visited in random order, and a group is kept aside where the labels it
    carries are furthest from their share. A label whose clips are all in one group stays in
    training. Of groups that carry no label the share is drawn by chance. Groups of copies alone
    stay in training.
    """
    whole = np.arange(len(dataset), dtype=np.int64)
    if share <= 0:
        return whole, whole[:0]
    _, group = np.unique(dataset.groups, return_inverse=True)
    table = np.zeros((group.max() + 1, len(dataset.labels)))
    originals = ~dataset.copies
    np.add.at(table, group[originals], dataset.targets[originals])
    wanted = table.sum(axis=0) * share
    allowed = table.sum(axis=0) * min(0.5, 1.7 * share)
    kept = np.zeros(len(dataset.labels))
    aside = np.zeros(len(table), dtype=bool)
    random, known = np.random.default_rng(seed), set(group[originals].tolist())
    for one in random.permutation(len(table)):
        row = table[one]
        carried = row > 0
        if not carried.any():
            aside[one] = one in known and random.random() < share
        elif _helps(row[carried], kept[carried], wanted[carried], allowed[carried]):
            kept += row
            aside[one] = True
    held = aside[group]
    return whole[~held], whole[held & originals]


def _helps(row: Floats, kept: Floats, wanted: Floats, allowed: Floats) -> bool:
    """Whether the group fills a gap and takes no label beyond what may be kept aside."""
    return bool((kept < wanted).any() and (kept + row <= allowed).all())


def folds(dataset: SpectrogramDataset, count: int, seed: int) -> list[Ints]:
    """``count`` parts of the clips, positions in each; groups stay whole, labels are spread.

    Greedy: groups are visited in random order, and each goes where the clips of its rarest label
    are fewest so far, then where all are.
    """
    _, group = np.unique(dataset.groups, return_inverse=True)
    main = _rarest_label(dataset.targets) + 1
    filled = np.zeros((count, len(dataset.labels) + 1))
    place = np.zeros(group.max() + 1, dtype=np.int64)
    for one in np.random.default_rng(seed).permutation(len(place)):
        own = np.bincount(main[group == one], minlength=filled.shape[1])
        rarest = int(main[group == one][0])
        place[one] = np.lexsort((filled.sum(axis=1), filled[:, rarest]))[0]
        filled[place[one]] += own
    return [np.flatnonzero(place[group] == part).astype(np.int64) for part in range(count)]
