"""Uploads: only what is missing, whatever breaks in between."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from tests.trainer.service.client import Blob, Client, make_pack, sha256, toy_sounds
from tests.trainer.service.processes import Trainer

Start = Callable[..., Trainer]


def stored(trainer: Trainer, kind: str) -> list[Path]:
    return [file for file in trainer.data.glob(f"tenants/*/{kind}/*") if file.is_file()]


def test_only_what_is_missing_is_sent(scripted: Start) -> None:
    client = scripted().client()
    sounds = toy_sounds(60, 0, 1)
    first = client.upload(sounds[:20])
    assert client.upload(sounds[:20]) == 0
    assert client.missing(sounds[:40]) == [blob.digest for blob in sounds[20:40]]
    assert 0 < client.upload(sounds[:40]) < first * 1.2


def test_a_pack_sent_twice_is_kept_once(scripted: Start) -> None:
    trainer = scripted()
    client = trainer.client()
    pack = make_pack(toy_sounds(5, 0, 1))
    assert client.put_pack(pack).json() == {"spectrograms": 5, "new": 5}
    assert client.put_pack(pack).json() == {"spectrograms": 5, "new": 0}
    with ThreadPoolExecutor(4) as pool:
        other = make_pack(toy_sounds(5, 1, 1))
        answers = list(pool.map(lambda _: client.put_pack(other).status_code, range(8)))
    assert answers == [200] * 8
    assert len(stored(trainer, "packs")) == 2


def half_a_request(trainer: Trainer, client: Client, body: bytes, declared: int) -> bytes:
    """Send part of a pack and hang up; what the server answers until then."""
    where = urlsplit(trainer.address)
    assert where.hostname is not None
    assert trainer.cert is not None
    context = ssl.create_default_context(cafile=trainer.cert)
    head = (
        f"PUT /v1/spectrograms/packs/{'0' * 64} HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Authorization: {client.session.headers['Authorization']!s}\r\n"
        f"Content-Length: {declared}\r\n\r\n"
    )
    with (
        socket.create_connection((where.hostname, where.port or 0), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname=where.hostname) as connection,
    ):
        connection.sendall(head.encode() + body)
        if len(body) < declared:
            return b""
        return connection.recv(100)


def test_an_upload_that_breaks_off_leaves_nothing(scripted: Start) -> None:
    trainer = scripted(body_patience=20.0)
    client = trainer.client()
    packs = [make_pack(toy_sounds(10, 0, seed)) for seed in range(10)]
    for pack in packs[:9]:
        assert client.put_pack(pack).status_code == 200
    half_a_request(trainer, client, packs[9][:5000], len(packs[9]))
    sounds = [blob for seed in range(10) for blob in toy_sounds(10, 0, seed)]
    assert len(client.missing(sounds)) == 10
    assert client.upload(sounds) <= len(packs[9])
    assert len(stored(trainer, "packs")) == 10
    trainer.kill()
    trainer.start()
    assert not stored(trainer, "incoming")


def test_a_slow_sender_is_sent_away(scripted: Start) -> None:
    trainer = scripted(body_patience=0.3)
    client = trainer.client()

    def trickle() -> object:
        yield b"x"
        threading.Event().wait(5.0)
        yield b"y"

    try:
        response = client.call("PUT", f"/v1/spectrograms/packs/{'0' * 64}", data=trickle())
    except requests.ConnectionError:
        return
    assert response.status_code == 408


def test_packs_with_another_digest_are_refused(scripted: Start) -> None:
    trainer = scripted()
    client = trainer.client()
    pack = make_pack(toy_sounds(3, 0, 1))
    refused = client.put_pack(pack, name=sha256(b"another"))
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-digest")
    assert not stored(trainer, "packs")
    assert not stored(trainer, "incoming")


def test_a_share_is_a_share(scripted: Start) -> None:
    client = scripted(tenant_bytes=60_000).client()
    assert client.put_pack(make_pack(toy_sounds(10, 0, 1))).status_code == 200
    full = client.put_pack(make_pack(toy_sounds(20, 0, 2)))
    assert (full.status_code, full.json()["code"]) == (507, "share-used-up")
    assert client.call("DELETE", "/v1/spectrograms").json()["bytes"] > 0
    assert client.put_pack(make_pack(toy_sounds(10, 0, 2))).status_code == 200


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_killed_server_had_stored_stays(scripted: Start, when: str) -> None:
    trainer = scripted()
    client = trainer.client()
    sounds = toy_sounds(40, 0, 1)
    client.upload(sounds[:20])
    if when == "after":
        client.upload(sounds[20:])
    trainer.kill()
    trainer.start()
    assert len(client.missing(sounds)) == (20 if when == "before" else 0)


def test_blobs_are_what_was_sent(scripted: Start) -> None:
    client = scripted().client()
    blob = Blob(b"\x01\x02" * 1600)
    client.upload([blob])
    assert client.missing([blob]) == []
