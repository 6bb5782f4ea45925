"""What a worker reads, and what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.trainer.service.client import SHAPE, Blob, make_pack, toy_sounds

from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.engines.reports import decode as decode_line
from earmark_trainer.limits import Limits
from earmark_trainer.storage.packs import read_pack
from earmark_trainer.storage.spectrograms import Place
from earmark_trainer.worker.blobs import decode, load_clips


@given(arrays(np.uint8, SHAPE))
def test_what_is_uploaded_is_what_is_trained_on(picture: npt.NDArray[np.uint8]) -> None:
    np.testing.assert_array_equal(decode(Blob.of(picture).data, SHAPE), picture)


def test_waveforms_must_be_numbers() -> None:
    samples = np.array([0.5, -0.5], "<f4")
    np.testing.assert_array_equal(decode(samples.tobytes(), (2,)), samples)
    with pytest.raises(ValueError, match="no numbers"):
        decode(np.array([np.nan, 0], "<f4").tobytes(), (2,))
    with pytest.raises(ValueError, match="reshape"):
        decode(b"1234", (2,))


def test_what_is_not_what_was_uploaded_is_not_learnt_from(tmp_path: Path) -> None:
    pack = tmp_path / "pack.tar"
    pack.write_bytes(make_pack(toy_sounds(2, 0, 1)))
    with pack.open("rb") as file:
        one, other = read_pack(file, Limits())
    places = {e.digest: Place(str(pack), e.offset, e.length, e.size) for e in (one, other)}
    assert load_clips([one.digest, other.digest], places, SHAPE).shape == (2, *SHAPE)
    with pytest.raises(ValueError, match="not what was uploaded"):
        load_clips([one.digest], {one.digest: places[other.digest]}, SHAPE)


@given(st.binary(max_size=200))
def test_lines_that_are_no_reports_are_refused(noise: bytes) -> None:
    assert decode_line(Line(Kind.BEAT).encode()) == Line(Kind.BEAT)
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words, whatever they are
        decode_line(noise)
