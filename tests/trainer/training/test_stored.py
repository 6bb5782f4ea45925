"""Clips on disk answer as clips in memory do."""

import numpy as np

from earmark_trainer.training.stored import StoredClips, rows_of


def test_rows_of_rows_read_the_right_clips(tmp_path):
    whole = np.arange(60, dtype=np.uint8).reshape(10, 2, 3)
    np.save(tmp_path / "clips.npy", whole)
    stored = StoredClips(np.load(tmp_path / "clips.npy", mmap_mode="r"))
    kept = np.array([9, 3, 5, 1])
    some = rows_of(rows_of(stored, kept), np.array([False, True, True, False]))
    assert isinstance(some, StoredClips)
    assert (len(some), some.shape) == (2, (2, 2, 3))
    np.testing.assert_array_equal(some[np.array([1, 0])], whole[[5, 3]])
    np.testing.assert_array_equal(some[:1], rows_of(whole, kept)[1:2])
