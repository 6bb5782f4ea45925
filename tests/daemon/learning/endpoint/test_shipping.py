"""What is left in a bucket: noted in the job's folder, and sent once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.daemon.learning.endpoint.shelf import BLOBS, Shelf, blobs_of

from earmark_daemon.learning.endpoint import shipping
from earmark_daemon.learning.endpoint.aws import Bucket
from earmark_daemon.learning.endpoint.packs import packs_of
from earmark_daemon.learning.endpoint.shipping import Pace, Shipment, ship, without


@pytest.fixture(autouse=True)
def packs_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earmark_daemon.learning.endpoint.packs.PACK_BLOBS", 2)


def shipped(bucket: Bucket, folder: Path, digests: Sequence[str]) -> list[Pace]:
    """Leave these in the bucket; what was told on the way, and last what came of it."""
    told: list[Pace] = []
    told.append(ship(bucket, Shipment(folder), digests, blobs_of, told.append))
    return told


def test_only_what_is_not_there_yet_is_sent(tmp_path: Path) -> None:
    bucket, digests = Shelf(), list(BLOBS)
    assert shipped(bucket, tmp_path, digests[:4])[-1].done == 4
    (first, *_, last) = shipped(bucket, tmp_path, digests)
    assert (first.done, first.total, first.bytes) == (4, 6, 0)
    assert [pack.digests for pack in bucket.sent] == [
        tuple(digests[:2]),
        tuple(digests[2:4]),
        tuple(digests[4:]),
    ]
    size = len(bucket.sent[-1].data)
    assert (last.done, last.pictures, last.bytes, last.packed) == (6, 2, size, size)


def test_while_a_pack_is_on_its_way_its_bytes_are_told_but_do_not_count_as_packed(
    tmp_path: Path,
) -> None:
    told = shipped(Shelf(), tmp_path, list(BLOBS)[:2])
    on_its_way = told[1]
    assert (on_its_way.done, on_its_way.pictures, on_its_way.packed) == (0, 0, 0)
    assert on_its_way.bytes == told[-1].bytes > 0


def test_a_pack_that_is_there_is_noted_and_one_of_another_size_is_sent_anew(
    tmp_path: Path,
) -> None:
    bucket, digests = Shelf(), list(BLOBS)[:4]
    whole, cut = packs_of(blobs_of(digests))
    bucket.sizes = {whole.digest: len(whole.data), cut.digest: len(cut.data) - 1}
    last = shipped(bucket, tmp_path, digests)[-1]
    assert [pack.digest for pack in bucket.sent] == [cut.digest]
    assert (last.done, last.pictures) == (4, 2)
    assert set(Shipment(tmp_path).packs()) == {whole.digest, cut.digest}


def test_a_note_that_was_cut_off_costs_no_other(tmp_path: Path) -> None:
    first, second = packs_of(blobs_of(list(BLOBS)[:4]))
    shipment = Shipment(tmp_path)
    assert shipment.packs() == {}
    shipment.add(first)
    with (tmp_path / shipping._FILE).open("a", encoding="ascii") as file:
        file.write('{"pack": "12')
    shipment.add(second)
    assert shipment.packs() == {each.digest: list(each.digests) for each in (first, second)}


def test_what_the_trainer_has_already_is_left_out() -> None:
    assert without(["a", "b", "c"], {"b", "x"}) == ["a", "c"]
