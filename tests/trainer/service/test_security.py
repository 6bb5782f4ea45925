"""What strangers and neighbours can do: nothing."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
import requests
from tests.trainer.service.client import Client, make_order, make_pack, sha256, toy_sounds
from tests.trainer.service.processes import Trainer, pair, run_cli

Start = Callable[..., Trainer]
JOB = "0" * 32
ROUTES = [
    ("GET", "/v1/version"),
    ("GET", "/v1/capabilities"),
    ("POST", "/v1/spectrograms/missing"),
    ("PUT", f"/v1/spectrograms/packs/{'0' * 64}"),
    ("POST", f"/v1/spectrograms/packs/{'0' * 64}/take"),
    ("DELETE", "/v1/spectrograms"),
    ("POST", "/v1/jobs"),
    ("GET", "/v1/jobs"),
    ("GET", f"/v1/jobs/{JOB}"),
    ("DELETE", f"/v1/jobs/{JOB}"),
    ("POST", f"/v1/jobs/{JOB}/cancel"),
    ("POST", f"/v1/jobs/{JOB}/resume"),
    ("GET", f"/v1/jobs/{JOB}/events"),
    ("GET", f"/v1/jobs/{JOB}/updates"),
    ("GET", f"/v1/jobs/{JOB}/result/model.onnx"),
    ("GET", f"/v1/jobs/{JOB}/result/metrics.json"),
    ("GET", f"/v1/jobs/{JOB}/result/plots.json"),
]


def test_without_a_token_there_is_nothing(scripted: Start) -> None:
    trainer = scripted(failure_burst=1000)
    client = trainer.client()
    described = client.get("/openapi.json")["paths"]
    assert sum(len(operations) for operations in described.values()) == len(ROUTES) + 1
    good = str(client.session.headers["Authorization"])
    wrong = ["", "Bearer", "Bearer wrong", f"Basic {good[7:]}", good[:-1], "Bearer \xff"]
    for authorization in wrong:
        with Client(trainer.address, "", trainer.cert) as stranger:
            stranger.session.headers["Authorization"] = authorization
            for method, path in ROUTES:
                answer = stranger.call(method, path, data=b"x")
                assert answer.status_code == 401, (authorization, method, path)
                assert answer.json()["code"] == "not-paired"
            assert stranger.call("GET", "/v1/health").json()["status"] == "ok"
            assert stranger.call("GET", "/v1/nothing").status_code == 401


def test_wrong_tokens_are_slowed_down_and_good_ones_are_not(scripted: Start) -> None:
    trainer = scripted(failure_burst=5, failures_per_second=0.01)
    client = trainer.client()
    with Client(trainer.address, "wrong", trainer.cert) as stranger:
        answers = [stranger.call("GET", "/v1/version").status_code for _ in range(8)]
    assert answers == [401] * 5 + [429] * 3
    assert client.call("GET", "/v1/version").status_code == 200


def test_tokens_are_kept_as_hashes_and_can_be_revoked(scripted: Start) -> None:
    trainer = scripted()
    client = trainer.client("laptop")
    token = str(client.session.headers["Authorization"]).removeprefix("Bearer ")
    for file in trainer.data.rglob("*"):
        if file.is_file():
            assert token.encode() not in file.read_bytes()
            assert file.stat().st_mode & 0o077 == 0, file
    assert run_cli(trainer.data, "unpair", "laptop").returncode == 0
    assert client.call("GET", "/v1/version").status_code == 401
    assert run_cli(trainer.data, "unpair", "nobody").returncode == 1


def test_another_tenants_things_are_not_there(scripted: Start) -> None:
    trainer = scripted()
    trainer.script(["result", "finish"])
    mine, theirs = trainer.client("mine"), trainer.client("theirs")
    sounds = {"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)}
    blobs = [blob for several in sounds.values() for blob in several]
    mine.upload(blobs)
    order = make_order(sounds)
    job = mine.submit(order, "key")["id"]
    assert mine.wait(job)["state"] == "succeeded"
    assert len(theirs.missing(blobs)) == len(blobs)
    assert theirs.call("POST", "/v1/jobs", json=order).json()["code"] == "spectrograms-missing"
    for method, path in ROUTES:
        if f"/jobs/{JOB}" in path:
            answer = theirs.call(method, path.replace(JOB, job))
            assert (answer.status_code, answer.json()["code"]) == (404, "no-such-job")
    assert theirs.get("/v1/jobs")["jobs"] == []
    assert theirs.call("DELETE", "/v1/spectrograms").json() == {"bytes": 0}
    theirs.upload(blobs)
    stolen = theirs.call("POST", "/v1/jobs", json={**order, "start": job})
    assert (stolen.status_code, stolen.json()["code"]) == (404, "no-such-job")
    assert theirs.submit(order, "key")["id"] != job


class Evil:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch /tmp/earmark-was-here",)


@pytest.mark.parametrize(
    "body", [pickle.dumps(Evil()), b"#!/bin/sh\ntouch /tmp/earmark-was-here\n", b"\x08\x07ONNX"]
)
def test_programs_are_no_packs(scripted: Start, body: bytes) -> None:
    client = scripted().client()
    answer = client.put_pack(body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-pack")
    for path in ("/v1/jobs", "/v1/spectrograms/missing"):
        assert client.call("POST", path, data=body).status_code == 422
    assert not os.path.exists("/tmp/earmark-was-here")


def test_everything_oversized_is_refused(scripted: Start) -> None:
    trainer = scripted(json_bytes=100_000, pack_bytes=100_000)
    client = trainer.client()

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield bytes(10_000)

    big = bytes(200_000)
    for body in (big, endless()):
        answer = refused_or_cut(client, "PUT", f"/v1/spectrograms/packs/{sha256(big)}", body)
        assert answer in (413, None)
    for body in (big, endless()):
        assert refused_or_cut(client, "POST", "/v1/jobs", body) in (413, None)
    many = json.dumps({"digests": [f"{n:064x}" for n in range(10_001)]}).encode()
    assert refused_or_cut(client, "POST", "/v1/spectrograms/missing", many) in (413, None)
    assert client.call("GET", "/v1/jobs/" + "a" * 10_000).status_code in (404, 422)
    assert client.call("GET", "/v1/version").status_code == 200
    assert not list(trainer.data.glob("tenants/*/incoming/*"))


def refused_or_cut(client: Client, method: str, path: str, body: Any) -> int | None:
    """The status; None if the server hung up while the body was still being sent."""
    try:
        return client.call(method, path, data=body).status_code
    except requests.ConnectionError:
        return None


def test_names_are_never_paths(scripted: Start) -> None:
    trainer = scripted()
    client = trainer.client("../../escape")
    before = set(trainer.data.parent.rglob("*"))
    for name in ("..%2f..%2fetc%2fpasswd", "....", "%00", "a" * 63 + "/"):
        answer = client.call("PUT", f"/v1/spectrograms/packs/{name}", data=b"x")
        assert answer.status_code in (404, 405, 422)
        assert client.call("GET", f"/v1/jobs/{name}").status_code in (404, 405, 422)
    assert set(trainer.data.parent.rglob("*")) == before


def test_ten_thousand_requests_at_once_are_bounded(scripted: Start) -> None:
    trainer = scripted(requests_per_second=5.0, request_burst=200, connections=64)
    token = pair(trainer.data, "flood")
    assert trainer.process is not None
    server = psutil.Process(trainer.process.pid)
    before = server.memory_info().rss

    def burst(_: int) -> list[int]:
        with Client(trainer.address, token, trainer.cert) as client:
            return [client.call("GET", "/v1/version").status_code for _ in range(625)]

    with ThreadPoolExecutor(16) as pool:
        answers = [status for part in pool.map(burst, range(16)) for status in part]
    assert len(answers) == 10_000
    assert set(answers) == {200, 429}
    assert server.memory_info().rss - before < 30e6
    with Client(trainer.address, token, trainer.cert) as client:
        assert client.call("GET", "/v1/health").status_code == 200


def test_open_streams_are_counted(scripted: Start) -> None:
    trainer = scripted(listeners=2)
    trainer.script(["epoch 1", "wait never"])
    client = trainer.client()
    sounds = {"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)}
    client.upload([blob for several in sounds.values() for blob in several])
    job = client.submit(make_order(sounds))["id"]
    path = f"/v1/jobs/{job}/events"
    streams = [client.call("GET", path, stream=True) for _ in range(2)]
    lines = [stream.iter_lines() for stream in streams]
    assert [next(each) for each in lines] == [b"id: 1"] * 2
    assert client.call("GET", path).status_code == 429
    for stream in streams:
        stream.close()


def test_the_pack_must_fit_its_tenant(scripted: Start) -> None:
    client = scripted(pack_blobs=3).client()
    answer = client.put_pack(make_pack(toy_sounds(4, 0, 1)))
    assert (answer.status_code, answer.json()["code"]) == (413, "pack-too-large")
