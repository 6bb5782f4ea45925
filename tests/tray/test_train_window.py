from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from miniaudio import Backend
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from tests.e2e.living import LivingDaemon
from tests.tray.learning import held, labelled_pack

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.comparison import Comparison
from earmark_tray.windows.curves import Curves
from earmark_tray.windows.mistakes import Mistakes
from earmark_tray.windows.tag_table import Table, TagTable
from earmark_tray.windows.train_window import TrainWindow
from earmark_tray.windows.training_progress import how_far, in_words
from earmark_tray.windows.training_result import TrainingResult, points_of

MILLISECONDS = 60_000
W = TypeVar("W", bound=QWidget)


@pytest.fixture
def asker(daemon: LivingDaemon, qtbot: QtBot) -> Iterator[Asker]:
    made = Asker(local_client())
    yield made
    made.close()


@pytest.fixture
def window(asker: Asker, qtbot: QtBot) -> Iterator[TrainWindow]:
    shown = TrainWindow(asker, player=Player([Backend.NULL]))
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()


def test_a_tag_as_long_as_tags_may_be_leaves_room_for_the_rest(qtbot: QtBot) -> None:
    table = TagTable()
    qtbot.addWidget(table)
    tag = "808 " + "w" * 60
    table.show_tags([{"tag": tag, "yes": 12, "no": 3, "strength": 0.5, "advice": ""}])
    assert table.minimumSizeHint().width() < 640
    (name,) = [each for each in table.findChildren(QLabel) if tag in each.toolTip()]
    assert name.text().startswith("808 w")
    assert name.text().endswith("…")


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=MILLISECONDS)


def seen(window: QWidget, kind: type[W]) -> list[W]:
    return [each for each in window.findChildren(kind) if each.isVisible()]


def text_of(window: QWidget) -> str:
    return "\n".join(label.text() for label in seen(window, QLabel))


def button(window: QWidget, text: str) -> QPushButton:
    return next(each for each in seen(window, QPushButton) if each.text() == text)


def done_by(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods that were called and answered, as they are from now on."""
    done: list[str] = []
    call = asker.client.call

    def noted(method: str, **arguments: Any) -> Any:
        answer = call(method, **arguments)
        done.append(method)
        return answer

    monkeypatch.setattr(asker.client, "call", noted)
    return done


def answers(daemon: LivingDaemon) -> list[str]:
    """The models of own tags that are in use."""
    models = daemon.client.call("models")
    return [model["digest"] for model in models if model["tag_set"] == "own" and model["in_use"]]


def test_without_labels_it_says_what_to_do(window: TrainWindow, qtbot: QtBot) -> None:
    wait(qtbot, lambda: not button(window, "Train").isEnabled())
    assert "Nothing is labelled yet." in text_of(window)


def test_own_tags_are_learnt_compared_used_and_taken_back(
    window: TrainWindow, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    said = labelled_pack(daemon)
    wait(qtbot, lambda: all(tag in text_of(window) for tag in said))
    assert str(len(said["beaty"])) in text_of(window)
    qtbot.keyClick(button(window, "Train"), Qt.Key.Key_Space)
    wait(qtbot, lambda: bool(seen(window, TrainingResult)))
    wait(qtbot, lambda: "Choose one to hear it." in text_of(window))
    assert "would help most" in text_of(window)
    (curve,) = seen(window, Curves)
    assert any(tag in curve.accessibleDescription() for tag in said)
    assert answers(daemon) == [], "nothing is used before it was decided"

    (comparison,) = seen(window, Comparison)
    example = seen(comparison, QPushButton)[0]
    with qtbot.waitSignal(comparison.listened, timeout=MILLISECONDS) as listened:
        qtbot.keyClick(example, Qt.Key.Key_Space)
    (path,) = listened.args or []
    assert path.startswith(str(daemon.folder))
    assert path not in said["beaty"] + said["tuney"]

    qtbot.keyClick(button(window, "Use it"), Qt.Key.Key_Space)
    wait(qtbot, lambda: "It is in use." in text_of(window))
    assert len(answers(daemon)) == 1
    assert not seen(window, Comparison)
    qtbot.keyClick(button(window, "Back to the one before"), Qt.Key.Key_Space)
    wait(qtbot, lambda: "It is not in use yet." in text_of(window))
    assert answers(daemon) == []
    wait(qtbot, lambda: bool(seen(window, Comparison)))
    qtbot.keyClick(button(window, "Keep the old one"), Qt.Key.Key_Space)
    wait(qtbot, lambda: "The old one stays." in text_of(window))
    assert button(window, "Use it").isEnabled()


def test_a_training_can_be_cancelled_and_it_says_so(
    window: TrainWindow,
    asker: Asker,
    daemon: LivingDaemon,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    labelled_pack(daemon)
    wait(qtbot, lambda: "beaty" in text_of(window))
    told = done_by(asker, monkeypatch)
    with held(daemon):
        qtbot.keyClick(button(window, "Train"), Qt.Key.Key_Space)
        wait(qtbot, lambda: any(b.text() == "Cancel" for b in seen(window, QPushButton)))
        assert not button(window, "Train").isEnabled()
        qtbot.keyClick(button(window, "Cancel"), Qt.Key.Key_Space)
        wait(qtbot, lambda: "cancel_training" in told)
    wait(qtbot, lambda: "It was cancelled; nothing has changed." in text_of(window))
    wait(qtbot, button(window, "Train").isEnabled)


def test_labels_that_come_while_it_is_open_are_counted(
    window: TrainWindow, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    said = labelled_pack(daemon)
    wait(qtbot, lambda: "beaty" in text_of(window))
    daemon.client.call("label", paths=said["beaty"][:1], add=["rare"])
    wait(qtbot, lambda: "Label at least 2 sounds more as “rare”" in text_of(window))


def test_mistakes_are_shown_where_there_are_tags_to_mistake(
    daemon: LivingDaemon, qtbot: QtBot
) -> None:
    asker = Asker(local_client())
    result = TrainingResult(asker)
    qtbot.addWidget(result)
    told = {"clips": 4, "recall": 0.5, "precision": 1.0}
    metrics = {"labels": {"a": told, "b": told}, "confusion": [[2, 2], [0, 4]]}
    job = {"id": 1, "tag_set": "own", "model": "gone", "metrics": metrics}
    result.show_job(job)
    (table,) = seen(result, Mistakes)
    assert table.accessibleDescription() == "“a” taken for “b”: 2"
    wait(qtbot, lambda: "This model was removed." in text_of(result))
    alone = {**metrics, "labels": {"a": told}, "confusion": [[2]]}
    result.show_job({**job, "id": 2, "metrics": alone})
    assert not seen(result, Mistakes)
    asker.close()


def test_of_more_tags_than_a_window_has_room_for_those_are_shown_that_are_mistaken_most(
    asker: Asker, qtbot: QtBot
) -> None:
    result = TrainingResult(asker)
    qtbot.addWidget(result)
    result.resize(732, 900)  # as much as the window leaves it at first
    told = {"clips": 4, "recall": 0.5, "precision": 1.0}
    names = [f"tag {number:02}" for number in range(40)]
    counts = [[4 if true == given else 0 for given in range(40)] for true in range(40)]
    counts[5][38] = 3
    counts[30][6] = 1
    metrics = {"labels": dict.fromkeys(names, told), "confusion": counts}
    result.show_job({"id": 1, "tag_set": "own", "model": "gone", "metrics": metrics})
    (table,) = seen(result, Mistakes)
    told_of = "“tag 05” taken for “tag 38”: 3, “tag 30” taken for “tag 06”: 1"
    assert table.accessibleDescription() == told_of
    wait(qtbot, lambda: "This model was removed." in text_of(result))
    assert table.width() == table.sizeHint().width()
    assert "The 16 that are mistaken most" in text_of(result)


def test_a_training_that_could_not_be_tested_says_so(daemon: LivingDaemon, qtbot: QtBot) -> None:
    asker = Asker(local_client())
    result = TrainingResult(asker)
    qtbot.addWidget(result)
    job = {"id": 1, "tag_set": "own", "model": "gone"}
    result.show_job({**job, "metrics": {"left_out": {"dull": "it has only 1 sound"}}})
    assert "It could not be tested: too few different sounds." in text_of(result)
    assert "“dull” is left out: it has only 1 sound." in text_of(result)
    assert not seen(result, Table)
    told = {"clips": 4, "recall": 0.5, "precision": 1.0}
    result.show_job({**job, "id": 2, "metrics": {"labels": {"a": told}}})
    assert "could not be tested" not in text_of(result)
    assert seen(result, Table)
    wait(qtbot, lambda: "This model was removed." in text_of(result))
    asker.close()


def test_progress_is_told_as_far_as_it_is_known() -> None:
    told = {"message": "", "phase": "learning", "epoch": 3, "epochs": 20}
    assert in_words(told) == "Learning…   ·   round 3 of 20"
    assert in_words(told | {"epochs": None}) == "Learning…"
    told |= {"loss": 0.31, "score": 0.7, "seconds_left": 125.0}
    assert in_words(told).endswith("loss 0.310   ·   score 0.70   ·   2 min left")


def test_the_bar_goes_on_from_phase_to_phase() -> None:
    ways = {
        "endpoint": "preparing uploading queued loading training calibrating exporting downloading",
        "here": "gathering testing learning",
    }
    for phases in ways.values():
        told = [
            {"phase": phase, "done": done, "total": 4}
            for phase in phases.split()
            for done in range(5)
        ]
        parts = [how_far(each) for each in told]
        assert parts == sorted(parts)
        assert parts[0] == 0.0
        assert parts[-1] >= 0.9
    assert how_far({"phase": "something new", "done": 0, "total": 0}) == 0.0


def test_curves_of_either_place_are_read() -> None:
    here = {"learning_curve": {"2": {"a": 0.5, "b": 0.4}, "10": {"a": 0.9}}}
    assert points_of({}, here) == {"a": [(2.0, 0.5), (10.0, 0.9)]}
    there = {"learning_curve": {"examples": [2, 5], "labels": {"a": [0.1, 0.2], "b": [0.3, None]}}}
    assert points_of(there, {}) == {"a": [(2.0, 0.1), (5.0, 0.2)]}


@pytest.mark.parametrize("count", [1, 3, 30])
def test_any_number_of_curves_and_tags_can_be_painted(qtbot: QtBot, count: int) -> None:
    curves, table = Curves("curve", doubling=True), Mistakes()
    names = [f"a tag with a long name {number}" for number in range(count)]
    curves.show_lines({name: [(2.0, 0.1), (4.0, 0.9)] for name in names})
    table.show_table(names, [[1] * count for _ in names])
    for widget in (curves, table):
        qtbot.addWidget(widget)
        image = widget.grab().toImage()
        colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
        assert len(colours) > 2
