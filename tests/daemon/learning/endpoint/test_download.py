"""Fetching the model: part by part, and none that was changed on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
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
