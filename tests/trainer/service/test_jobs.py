"""Jobs over HTTP: order, follow, cancel, resume, delete; the workers act out a script."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from tests.trainer.service.client import Blob, Client, make_order, toy_sounds
from tests.trainer.service.processes import Trainer

Start = Callable[..., Trainer]
FINE = ["epoch 1", "result", "finish"]


@pytest.fixture
def sounds() -> dict[str, list[Blob]]:
    return {"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)}


def uploaded(client: Client, sounds: dict[str, list[Blob]]) -> dict[str, Any]:
    client.upload([blob for blobs in sounds.values() for blob in blobs])
    return make_order(sounds)


def test_a_job_runs_and_its_events_are_told_twice_alike(
    scripted: Start, sounds: dict[str, list[Blob]]
) -> None:
    trainer = scripted()
    trainer.script(["epoch 1", "epoch 2", "result", "finish"])
    client = trainer.client()
    job = client.submit(uploaded(client, sounds))["id"]
    polled = list(client.updates(job))
    assert [e["data"].get("state") or e["data"]["epoch"] for e in polled] == [
        "queued",
        "running",
        1,
        2,
        "succeeded",
    ]
    assert list(client.stream(job)) == polled
    assert list(client.stream(job, last=3)) == polled[3:]
    assert (
        client.call("GET", f"/v1/jobs/{job}/events", headers={"Last-Event-ID": "5"}).status_code
        == 204
    )
    done = client.job(job)
    assert done["state"] == "succeeded"
    model = client.call("GET", f"/v1/jobs/{job}/result/model.onnx")
    assert model.content == b"model of attempt 1"
    assert model.headers["Earmark-Signature"] == done["result"]["signature"]
    part = client.call("GET", f"/v1/jobs/{job}/result/model.onnx", headers={"Range": "bytes=9-"})
    assert (part.status_code, part.content) == (206, b"attempt 1")


def test_the_same_key_gives_the_same_job(scripted: Start, sounds: dict[str, list[Blob]]) -> None:
    trainer = scripted()
    trainer.script(FINE)
    client = trainer.client()
    order = uploaded(client, sounds)
    key = str(uuid.uuid4())
    first, again = client.submit(order, key), client.submit(order, key)
    assert first["id"] == again["id"]
    assert len(client.get("/v1/jobs")["jobs"]) == 1
    other = client.call(
        "POST", "/v1/jobs", json={**order, "seed": 7}, headers={"Idempotency-Key": key}
    )
    assert (other.status_code, other.json()["code"]) == (409, "key-used")


def test_jobs_wait_for_their_turn_and_leave_the_queue(
    scripted: Start, sounds: dict[str, list[Blob]]
) -> None:
    trainer = scripted()
    trainer.script(["epoch 1", "wait go", "result", "finish"])
    client = trainer.client()
    order = uploaded(client, sounds)
    jobs = [client.submit(order)["id"] for _ in range(3)]
    client.wait_for_event(jobs[0], "progress", epoch=1)
    assert [client.job(job)["queue_position"] for job in jobs] == [None, 0, 1]
    cancelled = client.call("POST", f"/v1/jobs/{jobs[1]}/cancel").json()
    assert cancelled["state"] == "cancelled"
    assert client.job(jobs[2])["queue_position"] == 0
    assert client.call("DELETE", f"/v1/jobs/{jobs[2]}").status_code == 204
    assert client.call("GET", f"/v1/jobs/{jobs[2]}").status_code == 404
    trainer.open_gate("go")
    assert client.wait(jobs[0])["state"] == "succeeded"


def test_a_cancelled_job_ends_its_process_and_goes_on_from_its_checkpoint(
    scripted: Start, sounds: dict[str, list[Blob]]
) -> None:
    trainer = scripted()
    trainer.script(
        ["checkpoint epoch-1", "epoch 1", "wait never"], ["expect epoch-1", "result", "finish"]
    )
    client = trainer.client()
    job = client.submit(uploaded(client, sounds))["id"]
    client.wait_for_event(job, "progress", epoch=1)
    workers = trainer.workers()
    cancelled = client.call("POST", f"/v1/jobs/{job}/cancel").json()
    assert cancelled["state"] == "cancelled"
    assert len(workers) == 1
    assert not workers[0].is_running()
    assert client.call("POST", f"/v1/jobs/{job}/resume").json()["state"] == "queued"
    assert client.wait(job)["state"] == "succeeded"
    again = client.call("POST", f"/v1/jobs/{job}/resume")
    assert (again.status_code, again.json()["code"]) == (409, "not-resumable")


def test_a_running_job_can_be_deleted(scripted: Start, sounds: dict[str, list[Blob]]) -> None:
    trainer = scripted()
    trainer.script(["epoch 1", "wait never"])
    client = trainer.client()
    job = client.submit(uploaded(client, sounds))["id"]
    client.wait_for_event(job, "progress", epoch=1)
    assert client.call("DELETE", f"/v1/jobs/{job}").status_code == 204
    assert not trainer.workers()
    assert not list(trainer.data.glob(f"tenants/*/jobs/{job}"))


@pytest.mark.parametrize("left", [None, 700])
def test_a_pack_that_is_gone_or_cut_off_is_asked_for_again(
    scripted: Start, sounds: dict[str, list[Blob]], left: int | None
) -> None:
    trainer = scripted()
    trainer.script(["wait go", *FINE], FINE)
    client = trainer.client()
    order = uploaded(client, sounds)
    first, second = (client.submit({**order, "seed": seed})["id"] for seed in (1, 2))
    (pack,) = trainer.data.glob("tenants/*/packs/*.tar")

    def harm() -> None:
        if left is None:
            pack.unlink()
        else:
            os.truncate(pack, left)

    harm()
    trainer.open_gate("go")
    assert client.wait(first)["state"] == "succeeded"
    ended = client.wait(second)
    assert (ended["state"], ended["problem"]["code"]) == ("failed", "spectrograms-missing")
    uploaded(client, sounds)
    harm()
    answer = client.call("POST", f"/v1/jobs/{second}/resume")
    assert (answer.status_code, answer.json()["code"]) == (409, "spectrograms-missing")
    uploaded(client, sounds)
    assert client.call("POST", f"/v1/jobs/{second}/resume").status_code == 200
    assert client.wait(second)["state"] == "succeeded"
    harm()
    assert client.call("POST", "/v1/jobs", json=order).json()["code"] == "spectrograms-missing"


def test_the_oldest_jobs_make_room_and_what_is_kept_can_go_on(
    scripted: Start, sounds: dict[str, list[Blob]]
) -> None:
    trainer = scripted(tenant_jobs=2)
    trainer.script(["fail"], ["wait go"])
    client = trainer.client()
    uploaded(client, sounds)
    jobs = []
    for seed in range(3):
        jobs.append(client.submit(make_order(sounds, seed=seed))["id"])
        assert client.wait(jobs[-1])["state"] == "failed"
    assert client.call("GET", f"/v1/jobs/{jobs[0]}").status_code == 404
    assert {job["id"] for job in client.get("/v1/jobs")["jobs"]} == set(jobs[1:])
    assert client.call("POST", f"/v1/jobs/{jobs[1]}/resume").status_code == 200
    client.wait_for_event(jobs[1], "state", state="running", attempt=2)
    for seed in (3, 4):
        answer = client.call("POST", "/v1/jobs", json=make_order(sounds, seed=seed))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-many-jobs")


def test_a_job_fails_for_a_reason(scripted: Start, sounds: dict[str, list[Blob]]) -> None:
    trainer = scripted()
    trainer.script(["fail"])
    client = trainer.client()
    failed = client.wait(client.submit(uploaded(client, sounds))["id"])
    assert failed["state"] == "failed"
    assert failed["problem"]["advice"] == "Change it."
    missing = client.call("GET", f"/v1/jobs/{failed['id']}/result/metrics.json")
    assert (missing.status_code, missing.json()["code"]) == (409, "no-result")


@pytest.mark.parametrize("step", ["die", "garble", "finish"])
def test_a_lost_process_is_replaced(
    scripted: Start, sounds: dict[str, list[Blob]], step: str
) -> None:
    trainer = scripted()
    lost = ["checkpoint here", "epoch 1", step]
    trainer.script(lost, ["expect here", *FINE])
    client = trainer.client()
    job = client.wait(client.submit(uploaded(client, sounds))["id"])
    if step == "finish":
        assert job["problem"]["code"] == "bad-result"
    else:
        assert (job["state"], job["attempt"]) == ("succeeded", 2)


def test_a_process_that_always_dies_is_given_up(
    scripted: Start, sounds: dict[str, list[Blob]]
) -> None:
    trainer = scripted(losses=2)
    trainer.script(["epoch 1", "die"])
    client = trainer.client()
    job = client.wait(client.submit(uploaded(client, sounds))["id"])
    assert (job["state"], job["attempt"]) == ("failed", 2)
    assert job["problem"]["code"] == "training-died"
    assert "SIGKILL" in job["problem"]["detail"]


def test_a_silent_process_and_its_children_are_ended(
    scripted: Start, sounds: dict[str, list[Blob]]
) -> None:
    trainer = scripted(heartbeat_seconds=10.0, losses=1)
    trainer.script(["child", "epoch 1", "wait go", "hang"])
    client = trainer.client()
    job = client.submit(uploaded(client, sounds))["id"]
    client.wait_for_event(job, "progress", epoch=1)
    (worker,) = trainer.workers()
    (child,) = worker.children()
    trainer.open_gate("go")
    failed = client.wait(job)
    assert failed["problem"]["code"] == "training-hung"
    assert not child.is_running() or child.status() == "zombie"


@pytest.mark.parametrize(
    ("limits", "step", "code"),
    [
        ({"attempt_seconds": 1.5}, "wait never", "out-of-time"),
        ({"attempt_bytes": 100_000}, "fill 200000", "job-too-big"),
    ],
)
def test_an_attempt_has_limits(
    scripted: Start,
    sounds: dict[str, list[Blob]],
    limits: dict[str, float],
    step: str,
    code: str,
) -> None:
    trainer = scripted(**limits)
    trainer.script(["epoch 1", step])
    client = trainer.client()
    failed = client.wait(client.submit(uploaded(client, sounds))["id"])
    assert failed["problem"]["code"] == code


def test_orders_that_cannot_be_done_are_refused(
    scripted: Start, sounds: dict[str, list[Blob]]
) -> None:
    trainer = scripted(waiting_jobs=1)
    trainer.script(["wait never"])
    client = trainer.client()
    order = uploaded(client, sounds)

    def refused(**changes: Any) -> str:
        response = client.call("POST", "/v1/jobs", json={**order, **changes})
        assert response.status_code in (404, 409, 422), response.text
        assert response.headers["content-type"] == "application/problem+json"
        return str(response.json()["code"])

    assert refused(architecture="unheard-of") == "no-such-architecture"
    assert refused(frontend={"n_mels": 65, "window_seconds": 0.5}) == "wrong-shape"
    assert refused(start="0" * 32) == "no-such-job"
    assert refused(start="../../etc/passwd") == "bad-request"
    assert refused(labels=["low"]) == "bad-request"
    assert refused(labels=["low", "high", "never"]) == "bad-request"
    examples = order["examples"]
    low = [each for each in examples if each["labels"] == ["low"]]
    assert refused(labels=["low"], examples=low) == "bad-request"
    for exclusive, wrong in (
        (False, {"labels": ["low", "purple"]}),
        (False, {"labels": ["low", "low"]}),
        (False, {"library": True}),
        (True, {"library": True}),
        (True, {"labels": ["low", "high"]}),
        (True, {"unknown": ["high"]}),
    ):
        more = [*examples, {**low[0], **wrong}]
        assert refused(exclusive=exclusive, examples=more) == "bad-request"
    strange = make_order({"low": toy_sounds(2, 0, 9), "high": sounds["high"]})
    assert refused(examples=strange["examples"]) == "spectrograms-missing"
    client.submit(order)
    assert refused() == "too-many-waiting"
