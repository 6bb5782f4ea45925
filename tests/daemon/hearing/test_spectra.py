from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.spectra import frontend_identity, pack, unpack


@given(
    arrays.arrays(
        np.uint8,
        arrays.array_shapes(min_dims=3, max_dims=3, max_side=12),
        elements=st.integers(0, 255),
    )
)
def test_windows_come_back_as_they_were(windows: np.ndarray) -> None:
    assert np.array_equal(unpack(pack(windows)), windows)


def test_no_window_at_all_is_fine() -> None:
    assert unpack(pack(np.zeros((0, 64, 300), dtype=np.uint8))).shape == (0, 64, 300)


@pytest.mark.parametrize("damage", [b"", b"EMS1", b"XXXX" + bytes(20)])
def test_damage_is_noticed(damage: bytes) -> None:
    with pytest.raises(EarmarkError, match="damaged"):
        unpack(damage)


def test_a_cut_blob_is_noticed() -> None:
    blob = pack(np.random.default_rng(0).integers(0, 255, (1, 64, 300)).astype(np.uint8))
    with pytest.raises(EarmarkError, match="damaged"):
        unpack(blob[:-10])


def test_equal_front_ends_have_equal_names_and_others_do_not() -> None:
    assert frontend_identity(FrontendSpec()) == frontend_identity(FrontendSpec())
    assert frontend_identity(FrontendSpec()) != frontend_identity(FrontendSpec(n_mels=65))
