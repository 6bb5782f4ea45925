"""What is left to learn from, when there are to be fewer packs or fewer sounds of each."""

import numpy as np
import pytest
from benchmarks.accuracy.folds import FOLDS
from benchmarks.accuracy.more_packs import Portion, in_portion
from benchmarks.accuracy.pictures import SYNTHESISED, Pictures

LABELS, TAKES, COPIES = 3, 8, 2
PACKS = tuple(pack for packs in FOLDS for pack in packs)


def _found() -> Pictures:
    """Every pack has eight clips of each of three labels, each clip with two copies."""
    rows = [
        (pack, label, copy > 0)
        for pack in PACKS
        for label in range(LABELS)
        for _ in range(TAKES)
        for copy in range(1 + COPIES)
    ]
    rows += [(SYNTHESISED, label, True) for label in range(LABELS) for _ in range(5)]
    packs, labels, copies = zip(*rows, strict=True)
    count = len(rows)
    return Pictures(
        clips=np.zeros((count, 2, 4), dtype=np.uint8),
        teacher=np.zeros((count, 2), dtype=np.float16),
        labels=np.array(labels, dtype=np.int64),
        packs=np.array(packs),
        groups=np.array(packs),
        copies=np.array(copies),
    )


def _recorded(found: Pictures, use: np.ndarray) -> np.ndarray:
    return use & (found.packs != SYNTHESISED)


@pytest.mark.parametrize("fold", range(len(FOLDS)))
@pytest.mark.parametrize("portion", [Portion(), Portion(packs=0.5), Portion(takes=0.5)])
def test_the_fold_stays_out_and_what_is_synthesised_stays_in(fold: int, portion: Portion) -> None:
    found = _found()
    use = in_portion(found, fold, portion)
    assert not np.isin(found.packs[use], FOLDS[fold]).any()
    assert use[found.packs == SYNTHESISED].all()
    assert set(found.labels[_recorded(found, use)]) == set(range(LABELS))


def test_half_the_packs_are_half_the_packs_and_whole_ones() -> None:
    found = _found()
    use = _recorded(found, in_portion(found, 0, Portion(packs=0.5)))
    packs, counts = np.unique(found.packs[use], return_counts=True)
    assert len(packs) == round((len(PACKS) - len(FOLDS[0])) / 2)
    assert set(counts) == {LABELS * TAKES * (1 + COPIES)}


def test_half_the_takes_leave_every_pack_and_whole_takes() -> None:
    found = _found()
    use = _recorded(found, in_portion(found, 0, Portion(takes=0.5)))
    packs, counts = np.unique(found.packs[use], return_counts=True)
    assert len(packs) == len(PACKS) - len(FOLDS[0])
    assert set(counts) == {LABELS * TAKES // 2 * (1 + COPIES)}
    originals = np.flatnonzero(use & ~found.copies)
    assert all(use[place : place + 1 + COPIES].all() for place in originals)


def test_a_label_of_one_pack_keeps_that_pack() -> None:
    found = _found()
    found.labels[found.packs == FOLDS[1][0]] = LABELS
    for fold in (0, 2, 3):
        use = _recorded(found, in_portion(found, fold, Portion(packs=0.25)))
        assert LABELS in found.labels[use]


def test_what_cannot_be_said_is_said() -> None:
    found = _found()
    for label, pack in enumerate(PACKS):
        found.labels[found.packs == pack] = label
    with pytest.raises(ValueError, match="no draw keeps every label"):
        in_portion(found, 0, Portion(packs=0.25))
