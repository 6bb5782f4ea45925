"""What strangers and neighbours can do: nothing."""

from __future__ import annotations

import json
import os
import pickle
import resource
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
import requests
from tests.trainer.service.client import Client, make_order, make_pack, sha256, toy_sounds
from tests.trainer.service.processes import Trainer, pair, run_cli
from tests.waiting import until

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
    assert mine.missing(blobs) == []
    assert mine.job(job)["state"] == "succeeded"
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


def connected(trainer: Trainer) -> socket.socket:
    where = urlsplit(trainer.address)
    return socket.create_connection((where.hostname, where.port), timeout=20)


def shaken(trainer: Trainer) -> ssl.SSLSocket:
    """A connection with TLS of which nothing is asked yet."""
    context = ssl.create_default_context(cafile=trainer.cert)
    return context.wrap_socket(connected(trainer), server_hostname="127.0.0.1")


def test_connections_that_ask_for_nothing_make_room_for_others(scripted: Start) -> None:
    trainer = scripted(connections=7, head_patience=10.0)
    with ExitStack() as stack:
        unasked, begun, refused = (
            [stack.enter_context(shaken(trainer)) for _ in range(2)] for _ in range(3)
        )
        for line in begun:
            line.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 200")
            line.sendall(b"GET /v1/health HTTP/1.1\r\nHo")
        for line in refused:
            line.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 401")
            line.sendall(b"{")
        stranger = stack.enter_context(Client(trainer.address, "", trainer.cert))
        assert stranger.call("GET", "/v1/health").status_code == 503
        until(lambda: stranger.call("GET", "/v1/health").status_code == 200, "there is room again")
        for line in (*unasked, *begun, *refused):
            with suppress(ConnectionError):
                while line.recv(4096):
                    pass


def test_without_a_handshake_a_connection_is_dropped_soon(scripted: Start) -> None:
    trainer = scripted(handshake_patience=0.5)
    with connected(trainer) as line:
        assert line.recv(1) == b""


def test_a_job_goes_on_once_there_are_file_handles_again(scripted: Start) -> None:
    trainer = scripted()
    trainer.script(["epoch 0", "wait go", "result", "finish"])
    assert trainer.process is not None
    server = psutil.Process(trainer.process.pid)
    client = trainer.client()
    sounds = {"low": toy_sounds(2, 0, 1), "high": toy_sounds(2, 2, 1)}
    client.upload([blob for several in sounds.values() for blob in several])
    jobs = [client.submit(make_order(sounds, seed=seed))["id"] for seed in (1, 2)]
    client.wait_for_event(jobs[0], "progress", epoch=0)
    usual = server.rlimit(psutil.RLIMIT_NOFILE)
    server.rlimit(psutil.RLIMIT_NOFILE, (1, usual[1]))
    trainer.open_gate("go")
    log = trainer.data.parent / "server.log"

    def decided() -> bool:
        return client.job(jobs[0])["state"] != "running" or "waiting for room" in log.read_text()

    until(decided, "the model cannot be looked at")
    server.rlimit(psutil.RLIMIT_NOFILE, usual)
    assert [client.wait(job)["state"] for job in jobs] == ["succeeded"] * 2


def test_as_many_file_handles_are_taken_as_there_may_be(scripted: Start) -> None:
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = max(int(name) for name in os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(usual[0], used + 256), usual[1]))
    try:
        trainer = scripted()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)
    assert trainer.process is not None
    soft, hard = psutil.Process(trainer.process.pid).rlimit(psutil.RLIMIT_NOFILE)
    assert soft == min(hard, 65_536)


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
