"""Whom the client believes: nobody without the token, the certificate and the signature."""

from __future__ import annotations

import datetime
import gzip
import socket
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.daemon.learning.endpoint.paired import (
    WHOLE,
    Paired,
    client_of,
    code_of,
    pairing_line,
    pairing_of,
    toy_spectra,
)
from tests.trainer.service.processes import Trainer, run_cli

from earmark_daemon.errors import EarmarkError
from earmark_daemon.learning.endpoint.about import About, check_network
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.jobs import follow
from earmark_trainer.server.certificates import make


@contextmanager
def no_trainer() -> Iterator[tuple[str, list[bytes]]]:
    """The address of something that answers as no trainer does, and what it was asked."""
    asked: list[bytes] = []

    def answer(door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = door.accept()
                with line:
                    asked.append(line.recv(4096))
                    line.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi")

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=answer, args=(door,))
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", asked
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_pairing_tells_what_the_trainer_can_do(paired: Paired) -> None:
    found = paired.place.test()
    assert found["architectures"] == ["compact", "vgg-elu"]
    assert found["token_in"] == "file"
    assert paired.place.show().items() <= found.items()
    assert paired.place.unready() is None
    assert paired.place.forget()
    assert paired.place.show() is None
    assert "earmark endpoint pair" in str(paired.place.unready())


def test_a_wrong_token_is_refused_and_the_old_pairing_stays(paired: Paired) -> None:
    before = paired.place.show()
    line = pairing_line(paired.trainer, paired.line.address, token="x" * 43)
    with pytest.raises(EarmarkError) as raised:
        paired.place.pair(line)
    assert code_of(raised) == "not-paired"
    assert paired.place.show() == before


def test_a_token_that_was_taken_back_ends_the_job_with_advice(paired: Paired) -> None:
    assert run_cli(paired.trainer.data, "unpair", "laptop").returncode == 0
    with pytest.raises(EarmarkError, match="Pair again"):
        paired.begin(paired.order(toy_spectra(4))).ended()


def test_another_certificate_is_refused_before_the_token_is_shown(
    paired: Paired, tmp_path: Path
) -> None:
    other = make(tmp_path, ["127.0.0.1"], datetime.datetime.now(datetime.UTC)).cert.read_text()
    with pytest.raises(EarmarkError) as raised:
        paired.place.pair(pairing_line(paired.trainer, paired.line.address, certificate=other))
    assert code_of(raised) == "wrong-certificate"


def test_no_pinned_certificate_means_those_that_browsers_trust(paired: Paired) -> None:
    line = pairing_line(paired.trainer, paired.line.address, certificate=None)
    with pytest.raises(EarmarkError) as raised:
        paired.place.pair(line)
    assert code_of(raised) == "wrong-certificate"


def test_the_environment_cannot_unpin_the_certificate(
    paired: Paired, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make(tmp_path, ["127.0.0.1"], datetime.datetime.now(datetime.UTC)).cert
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password other\n")
    assert paired.place.test()["cpus"] >= 1


def test_another_signing_key_is_another_trainer(paired: Paired) -> None:
    line = pairing_line(paired.trainer, paired.line.address, signing_key="ab" * 32)
    with pytest.raises(EarmarkError) as raised:
        paired.place.pair(line)
    assert code_of(raised) == "other-trainer"


def test_a_model_that_another_key_signed_is_not_taken(paired: Paired) -> None:
    """The trainer is set up anew with the same data while a job runs."""
    paired.trainer.script(["epoch 0", "wait go"], WHOLE)
    run = paired.begin(paired.order(toy_spectra(4)))
    paired.until_told("the first epoch", phase="training", epoch=0)
    paired.trainer.kill()
    (paired.trainer.data / "signing-key.pem").unlink()
    paired.line.target = paired.trainer.start().address
    with pytest.raises(EarmarkError) as raised:
        run.ended()
    assert code_of(raised) == "wrong-signature"
    assert not list(paired.order({}).folder.glob("*.onnx*"))


def test_a_full_disk_on_the_trainer_ends_the_job_in_its_words(
    scripted: Callable[..., Trainer], line_to, tmp_path: Path
) -> None:
    trainer = scripted(free_bytes=1 << 60)
    paired = Paired(trainer, line_to(trainer), tmp_path / "full")
    with pytest.raises(EarmarkError, match="disk is full") as raised:
        paired.begin(paired.order(toy_spectra(4))).ended()
    assert "trainer's machine" in raised.value.problem.advice
    paired.close()


@pytest.fixture
def impostor(scripted: Callable[..., Trainer]) -> Iterator[Callable[[bytes], Client]]:
    """Makes clients of what gives one answer, and then says nothing more."""
    ends: list[Callable[[], None]] = []
    trainer, over = scripted(), threading.Event()

    def make(answer: bytes) -> Client:
        door = socket.create_server(("127.0.0.1", 0))
        client = client_of(pairing_of(trainer, f"http://127.0.0.1:{door.getsockname()[1]}"), None)

        def serve() -> None:
            line, _ = door.accept()
            with line, suppress(ConnectionError):
                line.recv(4096)
                line.sendall(answer)
                over.wait()

        thread = threading.Thread(target=serve)
        thread.start()
        ends.extend([over.set, client.close, thread.join, door.close])
        return client

    yield make
    for end in ends:
        end()


def headed(status: str, kind: str, body: bytes, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_what_answers_and_is_no_trainer_is_named_so(impostor: Callable[[bytes], Client]) -> None:
    with pytest.raises(EarmarkError) as raised:
        impostor(headed("404 Not Found", "text/plain", b"hi")).get("/v1/version")
    assert code_of(raised) == "no-trainer"


@pytest.mark.parametrize(
    ("body", "more"),
    [
        (gzip.compress(b'{"title":"' + bytes(1 << 28) + b'"}'), ["Content-Encoding: gzip"]),
        (b"[" * 60_000, []),
    ],
    ids=["grows", "deep"],
)
def test_an_error_that_is_too_much_to_read_is_no_trainers(
    impostor: Callable[[bytes], Client], body: bytes, more: list[str]
) -> None:
    client = impostor(headed("400 Bad Request", "application/problem+json", body, *more))
    tracemalloc.start()
    try:
        with pytest.raises(EarmarkError) as raised:
            client.get("/v1/version")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert code_of(raised) == "no-trainer"
    assert most < 1 << 26


def test_a_line_of_news_without_an_end_is_not_waited_for(
    impostor: Callable[[bytes], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earmark_daemon.learning.endpoint.client.ANSWER_SECONDS", 5.0)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    told = b'data: {"number": 1, "kind": "state", "data": {}}\r\n\r\ndata:' + b"a" * (3 << 19)
    news = follow(impostor(head + told), "0" * 32)
    assert next(news).number == 1
    with pytest.raises(EarmarkError) as raised:
        next(news)
    assert code_of(raised) == "no-trainer"


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
def test_no_proxy_is_shown_the_token_for_a_trainer_on_this_machine(
    scripted: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with no_trainer() as (address, asked), no_trainer() as (proxy, seen):
        monkeypatch.setenv(name, proxy)
        for other in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(other, raising=False)
        client = client_of(pairing_of(scripted(), address), None)
        with pytest.raises(EarmarkError):
            client.get("/v1/version")
        client.close()
    assert seen == []
    assert len(asked) == 1


def test_a_network_that_wants_audio_is_refused_before_anything_is_sent(paired: Paired) -> None:
    before = paired.line.sent
    with pytest.raises(EarmarkError) as raised:
        paired.begin(paired.order(toy_spectra(4), "mel-5d")).ended()
    assert code_of(raised) == "no-such-architecture"
    found = About("1", (), 1, {"raw-1d": "waveform"})
    with pytest.raises(EarmarkError, match="never audio"):
        check_network(found, "raw-1d", "log-mel")
    assert paired.line.sent - before < 5_000


def test_a_daemon_without_a_trainer_loads_nothing_for_one() -> None:
    program = (
        "import sys, pathlib, tempfile;"
        "from earmark_daemon.service.assembly import Endpoint, unpack;"
        "place = Endpoint(pathlib.Path(tempfile.mkdtemp()), unpack); place.start(); place.close();"
        "place.unready(); print({'requests', 'cryptography', 'keyring'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout == "set()\n", done.stderr
