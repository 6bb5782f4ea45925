"""A disk that fills up: a clear reason, nothing lost, and it goes on when there is space."""

from __future__ import annotations

from pathlib import Path

from tests.trainer.service.client import make_order, make_pack, toy_sounds
from tests.trainer.service.processes import Trainer
from tests.trainer.service.small_disk import fill, small_disk, small_trainer

__all__ = ["small_disk", "small_trainer"]


def test_uploads_are_refused_and_accepted_again(small_trainer: Trainer, small_disk: Path) -> None:
    client = small_trainer.client()
    sounds = toy_sounds(40, 0, 1)
    assert client.upload(sounds[:20]) > 0
    filler = fill(small_disk)
    full = client.put_pack(make_pack(sounds[20:]))
    assert (full.status_code, full.json()["code"]) == (507, "disk-full")
    assert "Free some space" in full.json()["advice"]
    assert len(client.missing(sounds)) == 20
    filler.unlink()
    assert client.put_pack(make_pack(sounds[20:])).status_code == 200
    assert client.missing(sounds) == []


def test_a_training_ends_with_a_reason_and_goes_on_when_asked(
    small_trainer: Trainer, small_disk: Path
) -> None:
    small_trainer.script(
        ["checkpoint here", "epoch 0", "wait go", "exhaust"], ["expect here", "result", "finish"]
    )
    client = small_trainer.client()
    sounds = {"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)}
    client.upload([blob for blobs in sounds.values() for blob in blobs])
    job = client.submit(make_order(sounds))["id"]
    client.wait_for_event(job, "progress", epoch=0)
    filler = fill(small_disk)
    small_trainer.open_gate("go")
    failed = client.wait(job)
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "disk-full")
    other = client.call("POST", "/v1/jobs", json=make_order(sounds, seed=2))
    assert (other.status_code, other.json()["code"]) == (507, "disk-full")
    filler.unlink()
    assert client.call("POST", f"/v1/jobs/{job}/resume").status_code == 200
    assert client.wait(job)["state"] == "succeeded"
