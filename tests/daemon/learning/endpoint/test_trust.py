"""Whom the client believes: nobody without the token, the certificate and the signature."""

from __future__ import annotations

import datetime
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.daemon.learning.endpoint.paired import (
    Paired,
    client_of,
    pairing_line,
    pairing_of,
    toy_spectra,
)
from tests.trainer.service.processes import Trainer, run_cli

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.learning.endpoint import fetching, jobs
from earmark_daemon.learning.endpoint.about import About, check_network
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.endpoint.pace import Backoff
from earmark_trainer.server.certificates import make

WHOLE = ["epoch 0", "result", "finish"]


def code_of(raised: pytest.ExceptionInfo[EarmarkError]) -> str:
    assert raised.value.problem.message
    return raised.value.problem.code


def succeeded(paired: Paired) -> tuple[Client, jobs.Job]:
    """A client, and a job that has made a model."""
    paired.trainer.script(WHOLE)
    paired.begin(paired.order(toy_spectra(4))).ended()
    kept = paired.place._keeper.pairing()
    assert kept
    client = client_of(kept[0], paired.trainer.cert)
    return client, jobs.look(client, paired.note["job"])


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


def test_a_trainer_that_is_too_busy_is_asked_more_slowly(
    scripted: Callable[..., Trainer], line_to, tmp_path: Path
) -> None:
    trainer = scripted(requests_per_second=2.0, request_burst=3)
    trainer.script(WHOLE)
    paired = Paired(trainer, line_to(trainer), tmp_path / "busy")
    assert paired.begin(paired.order(toy_spectra(4))).ended().file.exists()
    assert any(one.waiting and "is busy" in one.message for one in paired.told)
    paired.close()


def test_the_wait_is_as_long_as_the_trainer_asks(scripted: Callable[..., Trainer]) -> None:
    trainer = scripted(requests_per_second=0.1, request_burst=1)
    client = client_of(pairing_of(trainer), trainer.cert)
    client.get("/v1/version")
    with pytest.raises(TryAgain) as raised:
        client.get("/v1/version")
    client.close()
    assert raised.value.seconds
    assert raised.value.seconds > 1.0
    assert Backoff().after(raised.value) == raised.value.seconds


def test_waits_grow_to_a_minute_and_mistakes_are_not_forgiven_for_ever() -> None:
    backoff, problem = Backoff(), Problem("gone", "Gone.")
    waits = [backoff.after(TryAgain(problem)) for _ in range(12)]
    assert waits[0] <= 1.0
    assert 30.0 <= waits[-1] <= 60.0
    backoff.succeeded()
    assert backoff.after(TryAgain(problem)) <= 1.0
    backoff.after(TryAgain(problem, tries=3))
    with pytest.raises(TryAgain):
        backoff.after(TryAgain(problem, tries=3))


def test_a_full_disk_on_the_trainer_ends_the_job_in_its_words(
    scripted: Callable[..., Trainer], line_to, tmp_path: Path
) -> None:
    trainer = scripted(free_bytes=1 << 60)
    paired = Paired(trainer, line_to(trainer), tmp_path / "full")
    with pytest.raises(EarmarkError, match="disk is full") as raised:
        paired.begin(paired.order(toy_spectra(4))).ended()
    assert "trainer's machine" in raised.value.problem.advice
    paired.close()


def test_news_come_by_polls_where_streams_do_not_pass(
    paired: Paired, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "plain"
    home.mkdir()
    trainer = Trainer(home / "data", limits={"requests_per_second": 10_000.0}).start()
    trainer.script(["epoch 0", "epoch 1", "result", "finish"])
    monkeypatch.setattr("earmark_daemon.learning.endpoint.client.ANSWER_SECONDS", 5.0)
    paired.line.target = trainer.address
    paired.line.address = paired.line.address.replace("https", "http")
    paired.line.swallowed = b"/events HTTP"
    paired.place.pair(pairing_line(trainer, paired.line.address))
    assert paired.begin(paired.order(toy_spectra(4))).ended().file.exists()
    assert not any(one.waiting and one.phase == "training" for one in paired.told)
    assert {one.epoch for one in paired.told} >= {0, 1}
    trainer.close()


def test_what_answers_and_is_no_trainer_is_named_so(scripted: Callable[..., Trainer]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        pairing = pairing_of(scripted(), f"http://127.0.0.1:{door.getsockname()[1]}")
        client = client_of(pairing, None)
        door.settimeout(10)

        def answer() -> None:
            line, _ = door.accept()
            with line:
                line.recv(4096)
                line.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(EarmarkError) as raised:
            client.get("/v1/version")
        thread.join()
        client.close()
    assert code_of(raised) == "no-trainer"


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
        "import sys, pathlib, tempfile; from earmark_daemon.service.daemon import Endpoint, unpack;"
        "place = Endpoint(pathlib.Path(tempfile.mkdtemp()), unpack); place.start(); place.close();"
        "place.unready(); print({'requests', 'cryptography', 'keyring'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout == "set()\n", done.stderr
