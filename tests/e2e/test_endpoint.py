"""A real daemon and a real trainer with TLS and a token, from the command line."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.daemon.audio_files import write
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import pairing_line
from tests.e2e.living import COMMAND, LivingDaemon, earmark
from tests.e2e.readers import exiftool
from tests.trainer.service.conftest import certificate, trainer
from tests.trainer.service.processes import Trainer, run_cli
from tests.waiting import until

__all__ = ["certificate", "trainer"]


def test_pairing_from_the_command_line(daemon: LivingDaemon, trainer: Trainer) -> None:
    assert "on this computer" in earmark("endpoint", "show").stdout
    refused = earmark("endpoint", "test", check=False)
    assert refused.returncode == 1
    assert "earmark endpoint pair" in refused.stderr
    line = pairing_line(trainer, None)
    assert "--address" in earmark("endpoint", "pair", line, check=False).stderr
    paired = earmark("endpoint", "pair", line, "--address", trainer.address).stdout
    assert trainer.address in paired
    assert "only you can read" in paired
    assert "compact" in earmark("endpoint", "test").stdout
    shown = json.loads(earmark("endpoint", "show", "--json").stdout)
    assert shown["address"] == trainer.address
    token = (daemon.places.data / "endpoint" / "token").read_text()
    for answer in (paired, json.dumps(shown), daemon.places.log.read_text()):
        assert token not in answer
    trainer.kill()
    away = earmark("endpoint", "test", check=False)
    assert "cannot be reached" in away.stderr
    forgotten = earmark("endpoint", "forget").stdout
    assert forgotten.startswith("Forgotten. What was sent to it and not erased before stays there")
    assert "30 days" in forgotten
    assert not (daemon.places.data / "endpoint" / "token").exists()


@pytest.mark.parametrize(
    ("encrypted", "said"), [(True, "the one it had at pairing"), (False, "is not encrypted")]
)
def test_what_is_said_of_a_certificate_is_what_is_checked(
    daemon: LivingDaemon, tmp_path: Path, encrypted: bool, said: str
) -> None:
    home = tmp_path / "trainer"
    home.mkdir()
    if encrypted:
        assert run_cli(home / "data", "certificate", "127.0.0.1").returncode == 0
    trainer = Trainer(home / "data").start()
    try:
        line = pairing_line(trainer, trainer.address)
        for answer in (earmark("endpoint", "pair", line), earmark("endpoint", "show")):
            (told,) = (row for row in answer.stdout.splitlines() if row.startswith("Certificate"))
            assert said in told
    finally:
        trainer.close()


WORDS = {"gloom": 90.0, "glow": 700.0, "glint": 5_000.0}
RATE = 44_100


def make_sounds(folder: Path, numbers: Sequence[int]) -> dict[str, str]:
    """Decaying tones with some noise, by path; how high they are is their word."""
    made = {}
    for word, pitch in WORDS.items():
        for number in numbers:
            random = np.random.default_rng((number, int(pitch)))
            time = np.arange(RATE // 4) / RATE
            tone = np.sin(2 * np.pi * pitch * random.uniform(0.8, 1.25) * time)
            wave = tone * np.exp(-time * random.uniform(8, 20)) + random.normal(0, 0.02, len(time))
            samples = (0.5 * wave)[:, None].astype(np.float32)
            made[write(folder / f"{number:03d} {int(pitch)}.wav", samples, RATE)] = word
    return made


def label(daemon: LivingDaemon, words: dict[str, str]) -> None:
    for word in WORDS:
        paths = [path for path, own in words.items() if own == word]
        daemon.client.call("label", paths=paths, add=[word])


def own_tags(daemon: LivingDaemon, path: str) -> set[tuple[str, str]]:
    tags = daemon.client.call("show", path=path)["tags"]
    return {(tag["tag"], tag["source"]) for tag in tags if tag["set"] == "own"}


def in_files(words: dict[str, str]) -> int:
    """How many files carry their word, as another reader sees it."""
    texts = exiftool(list(words))
    return sum(word in texts[path] for path, word in words.items())


@pytest.fixture
def line(trainer: Trainer) -> Iterator[Line]:
    line = Line(trainer.address)
    yield line
    line.close()


def test_from_labels_to_new_tags_in_files_and_again_with_more(
    daemon: LivingDaemon, trainer: Trainer, line: Line
) -> None:
    earmark("endpoint", "pair", pairing_line(trainer, line.address))
    taught = make_sounds(daemon.folder, range(20))
    others = make_sounds(daemon.folder, range(100, 105))
    daemon.wait_for([*taught, *others])
    label(daemon, taught)
    plan = daemon.client.call("training_plan", where="endpoint")
    before = line.sent
    done = earmark("train", "--where", "endpoint", "--epochs", "6")
    first = line.sent - before
    assert first <= plan["bytes"] < 1.5 * first
    said = "pictures of 60 labelled sounds and of 15 that nobody has labelled, never audio, to"
    assert f"{said} {line.address}" in done.stderr
    assert "0 of 75 pictures of sound are at the trainer." in done.stderr
    assert "The trainer trains." in done.stderr
    job = json.loads(earmark("jobs", "--json").stdout)
    assert (job["where"], job["state"]) == ("endpoint", "succeeded")
    model = daemon.client.call("model", digest=job["model"])
    assert (model["origin"], model["in_use"], model["backbone"]) == ("endpoint", True, None)
    assert model["training"]["learning_curve"]["examples"][:3] == [2, 5, 10]
    until(lambda: daemon.status()["retagging"] is None, "the library is tagged anew")

    more = make_sounds(daemon.folder, range(20, 40))
    daemon.wait_for(more)
    label(daemon, more)
    before = line.sent
    done = earmark("train", "--where", "endpoint", "--epochs", "6")
    assert "75 of 135 pictures of sound are at the trainer." in done.stderr
    assert line.sent - before < 1.5 * first
    assert len(trainer.stored()) == len(set(trainer.stored())) == 135
    until(lambda: daemon.status()["retagging"] is None, "the library is tagged anew")
    right = [(word, "model") in own_tags(daemon, path) for path, word in others.items()]
    assert sum(right) >= 12, right
    until(lambda: in_files(others) >= 6, "the tags that are sure stand in the files")
    earmark("models", "rollback", "own")
    assert daemon.client.call("model", digest=job["model"])["in_use"]


def test_what_was_sent_is_erased_there_and_nothing_here(
    daemon: LivingDaemon, trainer: Trainer
) -> None:
    assert "unpair NAME --erase" in earmark("endpoint", "erase", check=False).stderr
    earmark("endpoint", "pair", pairing_line(trainer, trainer.address))
    words = make_sounds(daemon.folder, range(8))
    daemon.wait_for(list(words))
    label(daemon, words)
    job = daemon.client.call("train", where="endpoint", epochs=500)["job"]

    def show() -> dict[str, str]:
        return dict(daemon.client.call("training_job", id=job))

    until(lambda: show()["phase"] == "training", "the trainer trains")
    refused = answered("n", "endpoint", "erase")
    assert refused.returncode == 1
    assert f"What goes, at {trainer.address}: all spectrograms" in refused.stderr
    assert "Nothing was erased." in refused.stderr
    assert len(trainer.stored()) == len(words)
    assert show()["state"] == "running"
    done = answered("y", "endpoint", "erase")
    assert re.fullmatch(
        rf"Erased at {trainer.address}: 1 training and \d+ kB of spectrograms\.",
        done.stdout.strip(),
    )
    assert show()["state"] == "cancelled"
    assert list(trainer.data.glob("tenants/*/*/*")) == []
    assert all((word, "person") in own_tags(daemon, path) for path, word in words.items())
    daemon.stop()
    again = json.loads(earmark("endpoint", "erase", "--yes", "--json").stdout)
    assert again == {"address": trainer.address, "jobs": 0, "bytes": 0}
    assert "There is nothing" in earmark("endpoint", "erase", "--yes").stdout


def answered(answer: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line run by somebody who answers its question."""
    return subprocess.run(
        [*COMMAND, *words], input=f"{answer}\n", capture_output=True, text=True, timeout=240
    )
