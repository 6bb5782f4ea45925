"""Packs and uploads: nothing is sent twice, and an upload goes on where it broke."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.daemon.learning.endpoint.paired import (
    FRONTEND,
    WHOLE,
    Paired,
    client_of,
    code_of,
    lesson_of,
    toy_spectra,
)
from tests.trainer.service.client import SHAPE, Blob

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.spectra import pack, unpack
from earmark_daemon.learning.endpoint import uploading
from earmark_daemon.learning.endpoint.blobs import blobs_of, digest_of
from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.endpoint.packs import packs_of
from earmark_trainer.limits import Limits
from earmark_trainer.storage.packs import read_pack

PACK = 20_000


def blobs(count: int) -> dict[str, bytes]:
    made = [blob for packed in toy_spectra(count).values() for blob in blobs_of(unpack(packed))]
    return {digest_of(blob): blob for blob in made}


LONG_TAGS = tuple(
    f"{number} " + "\N{LATIN SMALL LETTER E WITH ACUTE}" * 60 for number in range(500)
)
"""So many that a hundred sounds with all of them make an order of more than 16 MiB."""


def test_a_blob_is_what_the_api_describes() -> None:
    windows = np.random.default_rng(1).integers(0, 256, (3, *SHAPE)).astype(np.uint8)
    for window, blob in zip(windows, blobs_of(windows), strict=True):
        assert blob == Blob.of(window).data
        steps = np.frombuffer(blob, np.uint8).reshape(SHAPE)
        assert (np.cumsum(steps, axis=1, dtype=np.uint8) == window).all()


def test_the_trainer_reads_the_packs_and_they_come_out_the_same_again() -> None:
    some = blobs(20)
    first, second = (list(packs_of(some.values(), PACK)) for _ in range(2))
    assert [pack.digest for pack in first] == [pack.digest for pack in second]
    assert len(first) > 2
    assert all(PACK <= len(pack.data) < PACK + 10_000 for pack in first[:-1])
    held = [entry.digest for pack in first for entry in read_pack(io.BytesIO(pack.data), Limits())]
    assert held == list(some)
    sizes = {entry.size for entry in read_pack(io.BytesIO(first[0].data), Limits())}
    assert sizes == {FRONTEND.n_mels * FRONTEND.frames}


@pytest.fixture
def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "packs_of", lambda source: packs_of(source, PACK))


@pytest.mark.usefixtures("small_packs")
def test_an_upload_that_broke_late_sends_only_what_was_not_acknowledged(paired: Paired) -> None:
    some = blobs(60)
    sizes = [len(pack.data) for pack in packs_of(some.values(), PACK)]
    total = sum(sizes)
    kept = paired.place._keeper.pairing()
    assert kept
    told: list[uploading.Sent] = []

    def source(digests: Sequence[str]) -> list[bytes]:
        return [some[digest] for digest in digests]

    paired.line.cut_after(total * 9 // 10)
    client = client_of(kept[0], paired.trainer.cert)
    with pytest.raises(TryAgain):
        uploading.upload(client, list(some), source, told.append)
    acknowledged = next(one for one in told if one.done == told[-1].done).bytes
    assert acknowledged > total * 8 // 10
    paired.line.mend()
    before = paired.line.sent
    sent = uploading.upload(client, list(some), source)
    assert sent.done == sent.total == len(some)
    rest = total - acknowledged
    assert rest - max(sizes) <= sent.bytes <= rest, "all but a pack that came without an answer"
    assert paired.line.sent - before <= rest + 40_000, "the question and the headers on top"
    assert uploading.upload(client, list(some), source).bytes == 0
    client.close()


def test_only_new_sounds_are_sent(paired: Paired) -> None:
    few, more = blobs(5), blobs(10)
    kept = paired.place._keeper.pairing()
    assert kept
    client = client_of(kept[0], paired.trainer.cert)
    asked: list[str] = []

    def source(digests: Sequence[str]) -> list[bytes]:
        asked.extend(digests)
        return [more[digest] for digest in digests]

    uploading.upload(client, list(few), source)
    assert asked == list(few)
    asked.clear()
    uploading.upload(client, list(more), source)
    assert set(asked) == set(more) - set(few)
    client.close()


def test_an_order_that_no_trainer_takes_is_refused_before_anything_is_sent(paired: Paired) -> None:
    order = paired.order(toy_spectra(34))
    examples = order.lesson.examples
    other, *items = examples.items
    said = [other, *(replace(item, yes=(*item.yes, *LONG_TAGS)) for item in items)]
    labels = (*examples.labels, *LONG_TAGS)
    many = replace(examples, exclusive=False, labels=labels, items=tuple(said))
    before = paired.line.sent
    with pytest.raises(EarmarkError, match="MB beside their pictures") as raised:
        paired.begin(replace(order, lesson=replace(order.lesson, examples=many))).ended()
    assert code_of(raised) == "too-large-order"
    assert paired.line.sent == before


@pytest.mark.parametrize("seed", [1, 2])
def test_no_more_leaves_than_was_said_before(paired: Paired, seed: int) -> None:
    """Windows of noise hardly compress, others to almost nothing; a sound has several."""
    random = np.random.default_rng(seed)
    shape = (FRONTEND.n_mels, FRONTEND.frames)
    spectra = {}
    for number in range(60):
        windows = random.integers(0, 1 + number * 4, (1 + number % 4, *shape), dtype=np.uint8)
        spectra[f"{'low' if number % 2 else 'high'} {number}"] = pack(windows)
    said = paired.place.would_send(lesson_of(spectra)).most_bytes
    paired.trainer.script(WHOLE)
    before = paired.line.sent
    paired.begin(paired.order(spectra)).ended()
    sent = paired.line.sent - before
    assert sent <= said < 1.2 * sent + 30_000
    assert said > 60 * 2.5 * 512
