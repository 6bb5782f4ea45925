from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from miniaudio import Backend
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from tests.daemon.learning.endpoint.paired import pairing_line
from tests.e2e.living import LivingDaemon
from tests.trainer.service.client import toy_sounds
from tests.trainer.service.conftest import certificate, trainer
from tests.trainer.service.processes import Trainer
from tests.tray.dialogs import in_question
from tests.tray.learning import labelled_pack
from tests.tray.looking import button

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.endpoint_form import EndpointForm
from earmark_tray.windows.train_window import TrainWindow
from earmark_tray.windows.training_place import ENDPOINT, TrainingPlace, size_words

__all__ = ["certificate", "trainer"]
MILLISECONDS = 60_000


@pytest.fixture
def asker(daemon: LivingDaemon) -> Iterator[Asker]:
    made = Asker(local_client())
    yield made
    made.close()


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=MILLISECONDS)


def text_of(window: QWidget) -> str:
    return "\n".join(each.text() for each in window.findChildren(QLabel) if each.isVisible())


def test_a_trainer_is_paired_asked_and_forgotten(
    asker: Asker, daemon: LivingDaemon, trainer: Trainer, qtbot: QtBot
) -> None:
    form = EndpointForm(asker)
    qtbot.addWidget(form)
    form.refresh()
    form.show()
    line, address = form.findChildren(QLineEdit)
    line.setText("earmark-pair:damaged")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    wait(qtbot, lambda: "This is not a whole pairing line" in text_of(form))
    line.setText(pairing_line(trainer, None))
    address.setText(trainer.address)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    wait(qtbot, lambda: f"Paired with {trainer.address}." in text_of(form))
    assert not line.isVisible()
    assert line.text() == "", "the token does not stay on the screen"
    qtbot.keyClick(button(form, "Test the connection"), Qt.Key.Key_Space)
    wait(qtbot, lambda: "It answers: version" in text_of(form))
    trainer.kill()
    qtbot.keyClick(button(form, "Test the connection"), Qt.Key.Key_Space)
    wait(qtbot, lambda: "cannot be reached" in text_of(form))
    erase = button(form, "Erase what was sent…")
    in_question(lambda box: qtbot.keyClick(button(box, "Erase"), Qt.Key.Key_Space))
    qtbot.keyClick(erase, Qt.Key.Key_Space)
    wait(qtbot, lambda: "Nothing was erased. See that its machine is on" in text_of(form))
    qtbot.keyClick(button(form, "Forget it"), Qt.Key.Key_Space)
    wait(qtbot, lambda: "Not paired" in text_of(form))
    assert "stays there: spectrograms for up to 30 days" in text_of(form)
    assert daemon.client.call("endpoint") is None


def test_what_was_sent_is_erased_once_that_is_confirmed(
    asker: Asker, daemon: LivingDaemon, trainer: Trainer, qtbot: QtBot
) -> None:
    form = EndpointForm(asker)
    qtbot.addWidget(form)
    line = pairing_line(trainer, trainer.address)
    daemon.client.call("pair_endpoint", line=line, address=trainer.address)
    sounds = toy_sounds(3, 0, 1)
    client = trainer.client("laptop")
    client.upload(sounds)
    form.show()
    form.refresh()
    wait(qtbot, lambda: f"Paired with {trainer.address}." in text_of(form))
    asked = []

    def keep(box: QMessageBox) -> None:
        asked.append(box.text())
        qtbot.keyClick(box, Qt.Key.Key_Return)

    in_question(keep)
    qtbot.keyClick(button(form, "Erase what was sent…"), Qt.Key.Key_Space)
    assert asked == [f"Erase at {trainer.address} all that this computer has sent there?"]
    assert "Erasing" not in text_of(form)
    assert client.missing(sounds) == []
    in_question(lambda box: qtbot.keyClick(button(box, "Erase"), Qt.Key.Key_Space))
    qtbot.keyClick(button(form, "Erase what was sent…"), Qt.Key.Key_Space)
    wait(qtbot, lambda: "Erased there. Trainings: 0, spectrograms: " in text_of(form))
    assert len(client.missing(sounds)) == 3
    assert f"Paired with {trainer.address}." in text_of(form)
    assert button(form, "Forget it").isEnabled()


def test_the_train_window_says_what_would_be_sent(
    asker: Asker, daemon: LivingDaemon, trainer: Trainer, qtbot: QtBot
) -> None:
    said = labelled_pack(daemon)
    line = pairing_line(trainer, trainer.address)
    daemon.client.call("pair_endpoint", line=line, address=trainer.address)
    window = TrainWindow(asker, player=Player([Backend.NULL]))
    qtbot.addWidget(window)
    window.show()
    (place,) = window.findChildren(TrainingPlace)
    box = place.findChildren(QComboBox)[0]
    wait(qtbot, lambda: box.count() == 2)
    assert "Nothing leaves this machine." in text_of(window)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert place.chosen == ENDPOINT
    plan = daemon.client.call("training_plan", tag_set="own", where="endpoint")
    count = sum(len(paths) for paths in said.values())
    beside, size = plan["beside"], size_words(plan["bytes"])
    told = f"of {count} labelled sounds and {beside} others, {size} at most, to https://"
    wait(qtbot, lambda: told in text_of(window))
    daemon.client.call("forget_endpoint")
    place.refresh()
    wait(qtbot, lambda: box.count() == 1)
    assert "Nothing leaves this machine." in text_of(window)
    window.close()


def test_sizes_are_told_in_words() -> None:
    assert [size_words(count) for count in (0, 90, 310_400, 2_400_000)] == [
        "0 kB",
        "1 kB",
        "311 kB",
        "2.4 MB",
    ]
