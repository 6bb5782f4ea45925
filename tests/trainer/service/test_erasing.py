"""What somebody sent is erased: at their own word, or at that of whoever has the machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from tests.trainer.service.client import Client, make_order, make_pack, sha256, toy_sounds
from tests.trainer.service.processes import Trainer, run_cli
from tests.waiting import until

Start = Callable[..., Trainer]
TAG = "Xylofoniumklang"
"""A label that stands nowhere by chance."""


def submitted(client: Client) -> str:
    """A job of this client's; its id."""
    sounds = {TAG: toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)}
    client.upload([blob for several in sounds.values() for blob in several])
    return str(client.submit(make_order(sounds))["id"])


def traces(trainer: Trainer) -> list[str]:
    """Files of any tenant's, and others in which the label stands."""
    files = [path for path in trainer.data.rglob("*") if path.is_file()]
    tenants = trainer.data / "tenants"
    return [
        str(path) for path in files if tenants in path.parents or TAG.encode() in path.read_bytes()
    ]


def test_who_deletes_jobs_and_spectrograms_leaves_no_trace(scripted: Start) -> None:
    trainer = scripted()
    trainer.script(["epoch 1", "result", "finish"])
    client = trainer.client()
    job = submitted(client)
    assert client.wait(job)["state"] == "succeeded"
    assert len(traces(trainer)) > 1
    assert client.call("DELETE", f"/v1/jobs/{job}").status_code == 204
    assert client.call("DELETE", "/v1/spectrograms").json()["bytes"] > 0
    assert traces(trainer) == []


def test_an_upload_under_way_is_not_kept_once_all_was_deleted(scripted: Start) -> None:
    trainer = scripted()
    client, other = trainer.client(), trainer.client()
    pack, deleted = make_pack(toy_sounds(10, 0, 1)), threading.Event()

    def slowly() -> Iterator[bytes]:
        yield pack[:5000]
        until(lambda: list(trainer.data.glob("tenants/*/incoming/*")), "half of it is there")
        assert other.call("DELETE", "/v1/spectrograms").json() == {"bytes": 0}
        deleted.set()
        yield pack[5000:]

    answer = client.call("PUT", f"/v1/spectrograms/packs/{sha256(pack)}", data=slowly())
    assert deleted.is_set()
    assert (answer.status_code, answer.json()["code"]) == (409, "spectrograms-deleted")
    assert traces(trainer) == []
    assert client.put_pack(pack).status_code == 200


def test_a_lost_computer_is_erased_while_the_trainer_runs(scripted: Start) -> None:
    trainer = scripted(housekeeping_seconds=0.2)
    trainer.script(["epoch 1", "wait never"])
    lost, other = trainer.client("lost"), trainer.client("other")
    job = submitted(lost)
    lost.wait_for_event(job, "progress", epoch=1)
    kept = toy_sounds(3, 1, 1)
    other.upload(kept)
    done = run_cli(trainer.data, "unpair", "lost", "--erase")
    assert "deletes within a minute: 1 training and" in done.stdout, done.stderr
    assert lost.call("GET", "/v1/jobs").status_code == 401
    trainer.assert_idle()
    until(lambda: len(list(trainer.data.glob("tenants/*"))) == 1, "the files are gone")
    assert len(traces(trainer)) == 1
    assert other.missing(kept) == []
    again = run_cli(trainer.data, "unpair", "lost", "--erase")
    assert again.returncode == 1
    assert "Nobody called" in again.stderr
    trainer.script(["result", "finish"])
    assert other.wait(submitted(other))["state"] == "succeeded"


def test_a_lost_computer_is_erased_while_no_trainer_runs(scripted: Start) -> None:
    trainer = scripted()
    trainer.script(["epoch 1", "result", "finish"])
    client = trainer.client("lost")
    assert client.wait(submitted(client))["state"] == "succeeded"
    trainer.stop()
    assert run_cli(trainer.data, "unpair", "lost").returncode == 0
    done = run_cli(trainer.data, "unpair", "lost", "--erase")
    assert "Deleted: 1 training and" in done.stdout, done.stderr
    assert list(trainer.data.glob("tenants/*")) == []
    assert traces(trainer) == []
