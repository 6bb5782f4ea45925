"""The train window while a real trainer in a process of its own trains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from miniaudio import Backend
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from tests.daemon.learning.endpoint.paired import pairing_line
from tests.e2e.living import LivingDaemon, earmark
from tests.trainer.service.conftest import certificate, scripted
from tests.trainer.service.processes import Trainer
from tests.tray.learning import labelled_pack
from tests.tray.stage import Stage, says, stage

from earmark_daemon.api import local_client
from earmark_trainer.server.certificates import Certificate
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.curves import Curves
from earmark_tray.windows.train_window import TrainWindow
from earmark_tray.windows.training_progress import TrainingProgress
from earmark_tray.windows.training_result import TrainingResult

__all__ = ["certificate", "scripted", "stage"]
MILLISECONDS = 240_000
NEWS = {"kind": "training", "phase": "training", "done": 0, "total": 0, "message": ""}


@pytest.fixture
def trainer(
    tmp_path: Path, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Trainer]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    home = tmp_path / "trainer"
    home.mkdir()
    started = Trainer(home / "data", certificate.cert, certificate.key).start()
    yield started
    started.close()


@pytest.fixture
def window(trainer: Trainer, daemon: LivingDaemon, qtbot: QtBot) -> Iterator[TrainWindow]:
    earmark("endpoint", "pair", pairing_line(trainer, trainer.address))
    labelled_pack(daemon)
    asker = Asker(local_client())
    shown = TrainWindow(asker, player=Player([Backend.NULL]))
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()
    asker.close()


class Watched:
    """What the window has shown of a training."""

    def __init__(self, window: TrainWindow) -> None:
        (self._progress,) = window.findChildren(TrainingProgress)
        (self._plot,) = self._progress.findChildren(Curves)
        (self._bar,) = self._progress.findChildren(QProgressBar)
        self.texts: list[str] = []
        self.points: list[int] = []
        self.parts: list[int] = []
        window._changes.training.connect(lambda _: self._look())

    def _look(self) -> None:
        self.texts += [label.text() for label in self._progress.findChildren(QLabel)]
        self.parts.append(self._bar.value())
        if self._plot.isVisible():
            self.points.append(max(len(line) for line in self._plot.lines.values()))


def test_the_plot_grows_while_the_trainer_trains_and_then_there_is_a_result(
    window: TrainWindow, qtbot: QtBot
) -> None:
    def wait(condition: Callable[[], bool]) -> None:
        qtbot.waitUntil(condition, timeout=MILLISECONDS)

    def texts(of: QWidget) -> str:
        return "\n".join(label.text() for label in of.findChildren(QLabel) if label.isVisible())

    place = next(
        b for b in window.findChildren(QComboBox) if b.accessibleName() == "Where to train"
    )
    wait(lambda: place.count() == 2)
    place.setCurrentIndex(1)
    wait(lambda: "Sends spectrograms of" in texts(window))
    assert "Never the sounds." in texts(window)
    watched = Watched(window)
    train = next(each for each in window.findChildren(QPushButton) if each.text() == "Train")
    qtbot.keyClick(train, Qt.Key.Key_Space)
    (result,) = window.findChildren(TrainingResult)
    wait(lambda: len(set(watched.points)) >= 3)
    assert not result.isVisible()
    wait(result.isVisible)

    assert watched.points == sorted(watched.points), "no point is lost"
    assert watched.parts == sorted(watched.parts), "the bar never goes back"
    assert any("round" in text and "loss" in text and "score" in text for text in watched.texts)
    assert any(" left" in text for text in watched.texts)
    wait(lambda: "beaty" in texts(result))
    wait(lambda: "Choose one to hear it." in texts(result))


def drawn(window: TrainWindow) -> list[tuple[float, float]]:
    """The points of the curve that is in sight."""
    (progress,) = window.findChildren(TrainingProgress)
    (plot,) = progress.findChildren(Curves)
    return list(plot.lines.get("score", ())) if plot.isVisible() else []


def test_rounds_that_are_told_again_several_at_once_lose_none(qtbot: QtBot) -> None:
    asker = Asker(local_client())
    changes = Changes(asker)
    progress = TrainingProgress()
    qtbot.addWidget(progress)
    changes.training.connect(progress.show_event)
    rounds = [{**NEWS, "epoch": epoch, "score": epoch / 10} for epoch in (1, 2, 3, 4)]
    for batch in (rounds[:3], rounds[:2], rounds[2:]):
        changes._happened.emit(batch)
    (plot,) = progress.findChildren(Curves)
    assert plot.lines["score"] == [(1.0, 0.1), (2.0, 0.2), (3.0, 0.3), (4.0, 0.4)]
    changes.close()
    asker.close()


def test_a_window_that_opens_later_shows_the_curve_from_its_beginning(
    stage: Stage, scripted: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    trainer = scripted()
    trainer.script(
        ["epoch 1", "epoch 2", "epoch 3", "wait more", "epoch 4", "wait end", "fail"],
    )
    earmark("endpoint", "pair", pairing_line(trainer, trainer.address))
    labelled_pack(stage.daemon)
    job = stage.daemon.client.call("train", where="endpoint")["job"]
    stage.wait(lambda: stage.daemon.client.call("training_job", id=job)["epoch"] == 3)
    three = [(1.0, 0.1), (2.0, 0.2), (3.0, 0.3)]
    early = stage.open("train")
    stage.wait(lambda: drawn(early) == three)
    (bar,) = early.findChildren(TrainingProgress)[0].findChildren(QProgressBar)
    assert 0.15 < bar.value() / bar.maximum() < 0.9

    stage.daemon.kill()
    stage.wait(lambda: says(early, "Earmark is not running."))
    stage.daemon.start()
    late = stage.open("train")
    stage.wait(lambda: drawn(late) == three)
    trainer.open_gate("more")
    stage.wait(lambda: drawn(early) == drawn(late) == [*three, (4.0, 0.4)])
    trainer.open_gate("end")
    stage.wait(lambda: says(late, "No."))
    assert drawn(late) == []
