"""What a worker reads, and what it says."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.trainer.service.client import SHAPE, Blob

from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.engines.reports import decode as decode_line
from earmark_trainer.worker.blobs import decode


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


@given(st.binary(max_size=200))
def test_lines_that_are_no_reports_are_refused(noise: bytes) -> None:
    assert decode_line(Line(Kind.BEAT).encode()) == Line(Kind.BEAT)
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words, whatever they are
        decode_line(noise)
