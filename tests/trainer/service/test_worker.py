"""What a worker reads, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.trainer.service.client import SHAPE, Blob, make_order, make_pack, toy_sounds

from earmark_trainer.engines.reports import Kind, Line
from earmark_trainer.engines.reports import decode as decode_line
from earmark_trainer.jobs.orders import Order
from earmark_trainer.limits import Limits
from earmark_trainer.storage.packs import read_pack
from earmark_trainer.storage.spectrograms import Place
from earmark_trainer.training.types import SpectrogramDataset
from earmark_trainer.worker.blobs import decode, load_clips
from earmark_trainer.worker.dataset import load_dataset


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


def loaded(tmp_path: Path, **told: Sequence[object]) -> SpectrogramDataset:
    """What a training is given of an order for tags of which a sound may have any number."""
    blobs = toy_sounds(5, 0, 1)
    pack = tmp_path / "pack.tar"
    pack.write_bytes(make_pack(blobs))
    with pack.open("rb") as file:
        entries = read_pack(file, Limits())
    places = {e.digest: Place(str(pack), e.offset, e.length, e.size) for e in entries}
    examples = [
        {"spectrogram": blob.digest, **{name: row[number] for name, row in told.items()}}
        for number, blob in enumerate(blobs)
    ]
    order = {**make_order({}), "labels": ["low", "high"], "exclusive": False, "examples": examples}
    return load_dataset(Order.model_validate(order), places)


LABELS = [["low"], ["low", "high"], ["high"], [], []]


def test_what_is_known_of_each_sound_is_what_was_ordered(tmp_path: Path) -> None:
    dataset = loaded(
        tmp_path,
        labels=LABELS,
        unknown=[[], [], [], ["high"], []],
        library=[False, False, False, False, True],
        augmented=[False, True, False, False, False],
    )
    assert dataset.targets.tolist() == [[1, 0], [1, 1], [0, 1], [0, 0], [0, 0]]
    assert dataset.known.tolist() == [[True, True]] * 3 + [[True, False], [True, True]]
    assert dataset.beside is not None
    assert dataset.beside.tolist() == [False] * 4 + [True]
    assert dataset.copies.tolist() == [False, True, False, False, False]


def test_near_copies_are_one_group_and_what_names_none_is_its_own(tmp_path: Path) -> None:
    groups = ["a", "", "a", "", "b"]
    dataset = loaded(tmp_path, labels=LABELS, group=groups)
    assert dataset.groups.tolist() == [0, 1, 0, 2, 3]
    assert dataset.packs.tolist() == dataset.groups.tolist(), "no sound of another's weight"
    dataset = loaded(tmp_path, labels=LABELS, group=groups, pack=["x", "", "y", "", "x"])
    assert dataset.packs.tolist() == [0, 1, 2, 1, 0]


@given(st.binary(max_size=200))
def test_lines_that_are_no_reports_are_refused(noise: bytes) -> None:
    assert decode_line(Line(Kind.BEAT).encode()) == Line(Kind.BEAT)
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words, whatever they are
        decode_line(noise)
