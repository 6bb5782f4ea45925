from __future__ import annotations

import tracemalloc

import numpy as np

from earmark_daemon.learning.copies import groups_of, near_pairs


def turned(*degrees: float) -> np.ndarray:
    return np.array([[np.cos(np.radians(d)), np.sin(np.radians(d))] for d in degrees], np.float32)


def test_near_copies_chain_into_one_group_with_the_number_of_its_first() -> None:
    sounds = turned(90, 0, 180, 20, 100, 10, 270)
    least = float(np.cos(np.radians(11)))
    assert groups_of(sounds, least).tolist() == [0, 1, 2, 1, 0, 1, 6]
    assert list(near_pairs(sounds, least)) == [(0, 4), (1, 5), (3, 5)]


def test_two_groups_that_a_later_sound_lies_between_are_one() -> None:
    sounds = turned(0, 1, 20, 21, 10)
    assert groups_of(sounds, float(np.cos(np.radians(10.5)))).tolist() == [0, 0, 0, 0, 0]


def test_no_sounds_have_no_groups() -> None:
    assert groups_of(np.zeros((0, 8), np.float32)).tolist() == []
    assert list(near_pairs(np.zeros((1, 8), np.float32))) == []


def test_sounds_that_are_all_alike_take_no_room_for_each_pair() -> None:
    sounds = np.ones((1500, 8), np.float32)
    tracemalloc.start()
    try:
        assert not groups_of(sounds).any()
        assert next(iter(near_pairs(sounds))) == (0, 1)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1500 * 1500
