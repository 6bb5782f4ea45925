"""Fetching the model: part by part, and none that was changed on the way."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.daemon.learning.endpoint.answering import Answer, answering
from tests.daemon.learning.endpoint.paired import (
    WHOLE,
    Paired,
    client_of,
    code_of,
    toy_spectra,
)

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint import fetching, jobs
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.pairing import Pairing

MODEL = b"made at the trainer"
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="it stands for a full disk")


def succeeded(paired: Paired) -> tuple[Client, jobs.Job]:
    """A client, and a job that has made a model."""
    paired.trainer.script(WHOLE)
    paired.begin(paired.order(toy_spectra(4))).ended()
    kept = paired.place._keeper.pairing()
    assert kept
    client = client_of(kept[0], paired.trainer.cert)
    return client, jobs.look(client, paired.note["job"])


def test_a_model_that_was_changed_is_not_taken(paired: Paired, tmp_path: Path) -> None:
    client, job = succeeded(paired)
    (stored,) = paired.trainer.data.glob("tenants/*/jobs/*/*/result/model.onnx")
    stored.write_bytes(b"x" * stored.stat().st_size)
    assert job.result
    with pytest.raises(EarmarkError) as raised:
        fetching.fetch(client, job.id, job.result, tmp_path / "m.onnx")
    assert code_of(raised) == "wrong-digest"
    assert not list(tmp_path.glob("m.onnx*"))
    client.close()


@FULL
def test_a_full_disk_ends_the_fetching_in_words(paired: Paired, tmp_path: Path) -> None:
    client, job = succeeded(paired)
    assert job.result
    target = tmp_path / "m.onnx"
    part = target.with_name(f"m.onnx.{job.result.sha256[:16]}.part")
    part.symlink_to("/dev/full")
    with pytest.raises(EarmarkError, match=r"No space left.* is not full, then train") as raised:
        fetching.fetch(client, job.id, job.result, target)
    assert code_of(raised) == "unwritable"
    part.unlink()
    fetching.fetch(client, job.id, job.result, target)
    assert target.read_bytes() == b"model of attempt 1"
    client.close()


@FULL
def test_a_disk_that_is_full_before_anything_is_sent_ends_the_training_in_words(
    paired: Paired,
) -> None:
    order = paired.order(toy_spectra(4))
    (order.folder / "order.json.new").symlink_to("/dev/full")
    with pytest.raises(EarmarkError, match="No space left") as raised:
        paired.begin(order).ended()
    assert code_of(raised) == "unwritable"
    assert not paired.jobs()


@pytest.mark.parametrize("have", [b"model of", b"model of attempt 1", b""])
def test_a_download_goes_on_where_it_was(paired: Paired, tmp_path: Path, have: bytes) -> None:
    client, job = succeeded(paired)
    assert job.result
    target = tmp_path / "m.onnx"
    part = target.with_name(f"m.onnx.{job.result.sha256[:16]}.part")
    part.write_bytes(have)
    told: list[int] = []
    fetching.fetch(client, job.id, job.result, target, told.append)
    assert target.read_bytes() == b"model of attempt 1"
    assert told == ([] if len(have) == 18 else [18])
    assert not part.exists()
    client.close()


def test_a_part_that_is_wrong_costs_one_try(paired: Paired, tmp_path: Path) -> None:
    client, job = succeeded(paired)
    assert job.result
    target = tmp_path / "m.onnx"
    target.with_name(f"m.onnx.{job.result.sha256[:16]}.part").write_bytes(b"wrong")
    with pytest.raises(EarmarkError, match="not the one"):
        fetching.fetch(client, job.id, job.result, target)
    fetching.fetch(client, job.id, job.result, target)
    assert target.read_bytes() == b"model of attempt 1"
    client.close()


def signed() -> tuple[str, jobs.Result]:
    """A trainer's key, and what it says of `MODEL`."""
    key, digest = Ed25519PrivateKey.generate(), hashlib.sha256(MODEL).hexdigest()
    signature = key.sign(b"earmark model 1\n" + digest.encode()).hex()
    return key.public_key().public_bytes_raw().hex(), jobs.Result(digest, len(MODEL), signature)


@pytest.mark.parametrize(
    ("first", "problem"),
    [
        pytest.param(MODEL, None, id="the whole again"),
        pytest.param(MODEL[:9], "trainer-unreachable", id="less, without a word"),
        pytest.param(MODEL * 2, "no-trainer", id="more than was said"),
    ],
)
def test_of_an_answer_that_knows_no_parts_nothing_is_taken_amiss(
    tmp_path: Path, first: bytes, problem: str | None
) -> None:
    """As where something on the way passes on neither the part that was asked for nor lengths."""
    signing_key, result = signed()
    part = tmp_path / f"m.onnx.{result.sha256[:16]}.part"
    part.write_bytes(MODEL[:4])
    coming = [Answer(body=first), Answer(body=MODEL)]
    with answering(lambda path, headers: coming.pop(0)) as address:
        client = client_of(Pairing(address, "t" * 16, signing_key), None)
        with closing(client):
            if problem is not None:
                with pytest.raises(EarmarkError) as raised:
                    fetching.fetch(client, "1" * 32, result, tmp_path / "m.onnx")
                assert code_of(raised) == problem
                assert part.stat().st_size <= result.size
            fetching.fetch(client, "1" * 32, result, tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx").read_bytes() == MODEL


@pytest.mark.parametrize("size", [0, -1, fetching.LARGEST_MODEL + 1])
def test_a_model_of_a_size_that_cannot_be_is_not_asked_for(tmp_path: Path, size: int) -> None:
    signing_key, result = signed()
    client = client_of(Pairing("http://127.0.0.1:1", "t" * 16, signing_key), None)
    with closing(client), pytest.raises(EarmarkError) as raised:
        fetching.fetch(client, "1" * 32, replace(result, size=size), tmp_path / "m.onnx")
    assert code_of(raised) == "no-trainer"
