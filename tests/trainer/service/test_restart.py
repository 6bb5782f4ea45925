"""Kill -9 of the server and of the training, in each phase: one model, and no process left."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import psutil
import pytest
from tests.trainer.service.client import Blob, Client, make_order, toy_sounds
from tests.trainer.service.processes import Trainer, assert_gone, run_cli

Start = Callable[..., Trainer]

PHASES = {
    "loading": ["child", "epoch 0", "wait go", "epoch 1", "checkpoint later", "result", "finish"],
    "training": ["child", "checkpoint here", "epoch 0", "wait go", "result", "finish"],
    "exporting": ["child", "checkpoint here", "result", "epoch 0", "wait go", "finish"],
}


def submit(client: Client, key: str | None = None) -> str:
    sounds: dict[str, list[Blob]] = {"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)}
    client.upload([blob for blobs in sounds.values() for blob in blobs])
    return str(client.submit(make_order(sounds), key)["id"])


def script_of(phase: str) -> list[list[str]]:
    seen = [] if phase == "loading" else ["expect here"]
    return [PHASES[phase], [*seen, "epoch 5", "result", "finish"]]


@pytest.mark.parametrize("phase", PHASES)
def test_a_killed_server_goes_on_where_it_was(scripted: Start, phase: str) -> None:
    trainer = scripted()
    trainer.script(*script_of(phase))
    client = trainer.client()
    job = submit(client, "the-key")
    seen = client.wait_for_event(job, "progress", epoch=0)
    had = trainer.kill()
    assert len(had) == 2
    assert_gone(had)
    trainer.start()
    assert submit(client, "the-key") == job
    assert client.wait_for_event(job, "progress", after=seen, epoch=5) > seen
    done = client.wait(job)
    assert (done["state"], done["attempt"]) == ("succeeded", 2)
    assert client.call("GET", f"/v1/jobs/{job}/result/model.onnx").content == b"model of attempt 2"
    assert [folder.name for folder in trainer.data.glob("tenants/*/jobs/*/*")] == ["attempt-2"]


@pytest.mark.parametrize("phase", PHASES)
def test_a_killed_training_goes_on_where_it_was(scripted: Start, phase: str) -> None:
    trainer = scripted()
    trainer.script(*script_of(phase))
    client = trainer.client()
    job = submit(client)
    client.wait_for_event(job, "progress", epoch=0)
    (worker,) = trainer.workers()
    children = worker.children()
    worker.kill()
    done = client.wait(job)
    assert (done["state"], done["attempt"]) == ("succeeded", 2)
    assert len(children) == 1
    assert_gone(children)


def test_a_stopped_training_dies_with_the_server(scripted: Start) -> None:
    trainer = scripted()
    trainer.script(["child", "epoch 0", "hang"])
    client = trainer.client()
    job = submit(client)
    client.wait_for_event(job, "progress", epoch=0)
    (worker,) = trainer.workers()
    os.kill(worker.pid, signal.SIGSTOP)
    assert_gone(trainer.kill())


def test_a_server_that_is_told_to_stop_ends_its_trainings(scripted: Start) -> None:
    trainer = scripted()
    trainer.script(
        ["child", "checkpoint here", "epoch 0", "wait go"], ["expect here", "result", "finish"]
    )
    client = trainer.client()
    job = submit(client)
    client.wait_for_event(job, "progress", epoch=0)
    assert trainer.process is not None
    had = psutil.Process(trainer.process.pid).children(recursive=True)
    trainer.stop()
    assert_gone(had)
    trainer.start()
    assert client.wait(job)["state"] == "succeeded"


def test_a_job_that_brings_the_server_down_is_given_up(scripted: Start) -> None:
    trainer = scripted(attempts=2)
    trainer.script(["epoch 0", "wait go"])
    client = trainer.client()
    job = submit(client)
    after = 0
    for _ in range(2):
        after = client.wait_for_event(job, "progress", after=after, epoch=0)
        trainer.kill()
        trainer.start()
    failed = client.wait(job)
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "cut-short")
    trainer.open_gate("go")


def test_cancelling_survives_a_killed_server(scripted: Start) -> None:
    trainer = scripted()
    trainer.script(["epoch 0", "wait go"])
    client = trainer.client()
    running, waiting = submit(client), submit(client)
    client.wait_for_event(running, "progress", epoch=0)
    client.call("POST", f"/v1/jobs/{waiting}/cancel")
    trainer.kill()
    trainer.start()
    assert client.job(waiting)["state"] == "cancelled"
    client.call("POST", f"/v1/jobs/{running}/cancel")
    assert client.wait(running)["state"] == "cancelled"


def test_streams_that_break_are_taken_up_again(scripted: Start) -> None:
    trainer = scripted()
    trainer.script(["epoch 0", "wait go"], ["epoch 5", "result", "finish"])
    client = trainer.client()
    job = submit(client)
    stream = client.stream(job)
    seen = [next(stream) for _ in range(3)]
    trainer.kill()
    stream.close()
    trainer.start()
    rest = list(client.stream(job, last=seen[-1]["number"]))
    numbers = [event["number"] for event in (*seen, *rest)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert rest[-1]["data"] == {"state": "succeeded"}


def test_two_servers_do_not_share_a_folder(scripted: Start) -> None:
    trainer = scripted()
    second = run_cli(trainer.data, "serve", "--port", "0")
    assert second.returncode == 1
    assert "already running" in second.stderr
