"""Kill -9 of the daemon, the training and the trainer while one model is made: it comes anyway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.learning.endpoint.conftest import line_to
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import pairing_line
from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.test_endpoint import WORDS, label, make_sounds
from tests.trainer.architectures.models import untrained
from tests.trainer.service.conftest import certificate, scripted
from tests.trainer.service.processes import Trainer, assert_gone
from tests.waiting import until

from earmark_trainer.architectures.compact import compact
from earmark_trainer.architectures.registry import architecture
from earmark_trainer.export import export

__all__ = ["certificate", "line_to", "scripted"]

COUNT = 8
MIDDLE = 40_000


def make_model(path: Path) -> int:
    """The file of a model of those words; its bytes."""
    plain = untrained(architecture("compact"))
    thresholds = dict.fromkeys(WORDS, 0.5)
    made = replace(plain, labels=tuple(WORDS), tag_set="own", thresholds=thresholds)
    export(made, compact, path, "made up")
    return path.stat().st_size


class Job:
    """One job of the daemon's, as the command line sees it."""

    def __init__(self, daemon: LivingDaemon) -> None:
        self.daemon = daemon
        self.number: int = daemon.client.call("train", where="endpoint")["job"]

    def now(self) -> dict[str, Any]:
        return dict(self.daemon.client.call("training_job", id=self.number))

    def until(self, **fields: Any) -> None:
        until(lambda: fields.items() <= self.now().items() or self._ended(), f"{fields}")
        assert fields.items() <= self.now().items(), self.now()["message"]

    def _ended(self) -> bool:
        return self.now()["ended"] is not None

    def kill_the_daemon(self, **fields: Any) -> None:
        """Once the job stands so."""
        self.until(**fields)
        self.daemon.kill()
        self.daemon.start()


def test_whoever_is_killed_in_whatever_phase_there_is_one_model(
    daemon: LivingDaemon, scripted: Callable[..., Trainer], line_to: Callable[[Trainer], Line]
) -> None:
    trainer = scripted()
    line = line_to(trainer)
    size = make_model(trainer.control / "model")
    trainer.script(
        ["child", "wait first", "checkpoint here", "epoch 0", "wait go"],
        ["child", "expect here", "epoch 1", "wait go"],
        ["expect here", "epoch 2", "wait go", "result model", "finish"],
    )
    earmark("endpoint", "pair", pairing_line(trainer, line.address))
    sounds = make_sounds(daemon.folder, range(COUNT))
    daemon.wait_for(sounds)
    label(daemon, sounds)

    line.cut_after(MIDDLE)
    job = Job(daemon)
    line.was_cut.wait()
    job.kill_the_daemon(phase="uploading", state="waiting")
    line.mend()
    job.kill_the_daemon(phase="queued")
    trainer.open_gate("first")
    job.kill_the_daemon(phase="training", epoch=0)
    (worker,) = trainer.workers()
    children = worker.children()
    worker.kill()
    job.until(phase="training", epoch=1)
    assert_gone([worker, *children])
    assert_gone(trainer.kill())
    line.target = trainer.start().address
    job.until(phase="training", epoch=2)
    line.cut_after_received(size // 2)
    trainer.open_gate("go")
    job.kill_the_daemon(phase="downloading", state="waiting")
    line.mend()
    job.until(state="succeeded")

    until(lambda: daemon.status()["retagging"] is None, "the library is tagged anew")
    (model,) = [one for one in daemon.client.call("models") if one["origin"] == "endpoint"]
    assert (model["in_use"], set(model["labels"])) == (True, set(WORDS))
    (there,) = trainer.client("laptop").get("/v1/jobs")["jobs"]
    assert (there["state"], there["attempt"]) == ("succeeded", 3)
    assert len(trainer.stored()) == len(set(trainer.stored())) == COUNT * len(WORDS)
    trainer.assert_idle()
    assert not list((daemon.places.data / "training").iterdir())
    assert daemon.stop() == 0


def test_nothing_leaves_before_it_is_said_how_much(
    daemon: LivingDaemon, scripted: Callable[..., Trainer], line_to: Callable[[Trainer], Line]
) -> None:
    trainer = scripted()
    trainer.script(["fail"])
    line = line_to(trainer)
    earmark("endpoint", "pair", pairing_line(trainer, line.address))
    sounds = make_sounds(daemon.folder, range(3))
    others = make_sounds(daemon.folder, range(3, 5))
    daemon.wait_for([*sounds, *others])
    label(daemon, sounds)
    before = line.sent
    plan = daemon.client.call("training_plan", where="endpoint")
    assert (plan["sounds"], plan["beside"], plan["address"]) == (9, 6, line.address)
    assert line.sent == before
    done = earmark("train", "--where", "endpoint", check=False)
    assert done.returncode == 1
    first, *rest = done.stderr.splitlines()
    assert "Sends pictures of 9 labelled sounds and of 6 that nobody has labelled, never" in first
    assert f"audio, to {line.address}: 0." in first
    assert "MB at most" in first
    assert "are at the trainer" in rest[0]
    assert line.sent - before <= plan["bytes"]
    label(daemon, others)
    here = earmark("train", "--where", "here").stdout
    assert "A paired endpoint trains the network itself" in here


@pytest.mark.parametrize("where", ["endpoint", "moon"])
def test_without_a_trainer_it_is_said_how_to_get_one(daemon: LivingDaemon, where: str) -> None:
    done = earmark("train", "--where", where, check=False)
    assert done.returncode == 1
    assert ("earmark endpoint pair" in done.stderr) == (where == "endpoint")
