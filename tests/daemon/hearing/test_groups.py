from __future__ import annotations

import numpy as np

from earmark_daemon.hearing.groups import FEWEST, MOST, alike


def sounds(*counts: int, noise: float = 0.02) -> list[bytes]:
    """Embeddings around as many directions as there are counts, and a silent sound at the end."""
    random = np.random.default_rng(3)
    centres = np.eye(len(counts), 16)
    rows = [centre for centre, count in zip(centres, counts, strict=True) for _ in range(count)]
    noisy = np.array(rows) * random.uniform(1, 9, (len(rows), 1))
    noisy += noise * random.standard_normal(noisy.shape)
    return [row.astype(np.float16).tobytes() for row in noisy] + [b""]


def test_what_points_the_same_way_is_a_group_and_the_largest_comes_first() -> None:
    found = alike(sounds(4, 2, 7))
    assert [set(group) for group in found] == [set(range(6, 13)), set(range(4))]


def test_groups_have_a_size_for_one_look() -> None:
    found = alike(sounds(MOST + FEWEST, FEWEST - 1))
    assert [len(group) for group in found] == [MOST, FEWEST]
    assert len({place for group in found for place in group}) == MOST + FEWEST


def test_nothing_is_no_group() -> None:
    assert alike([]) == alike([b"", b"", b""]) == alike(sounds(1, 1, 1)) == []
