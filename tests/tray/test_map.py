from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from miniaudio import Backend
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon
from tests.tray.sounds import noise

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.map_view import MapView
from earmark_tray.windows.search_window import SearchWindow

MILLISECONDS = 30_000


def wait(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=MILLISECONDS)


def sound(name: str, x: float, y: float, tag: str) -> dict[str, object]:
    return {
        "path": f"/samples/{name}.wav",
        "tags": [{"tag": tag, "source": "model"}],
        "duration": 1.0,
        "facts": {"loudness": None, "bpm": None, "key": None, "pitch": None},
        "denied": [],
        "x": x,
        "y": y,
    }


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    made = MapView()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show_sounds(
        [
            sound("left", 0.0, 0.5, "kick"),
            sound("middle", 0.5, 0.5, "snare"),
            sound("right", 1.0, 0.45, "kick"),
            sound("top", 0.5, 0.0, "kick"),
        ]
    )
    made.show()
    return made


def place(view: MapView, x: float, y: float) -> QPoint:
    box = view._scene.field
    return QPointF(box.left() + x * box.width(), box.top() + y * box.height()).toPoint()


def wheel(view: MapView, at: QPoint, turn: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        view.mapToGlobal(QPointF(at)),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def pull(
    view: MapView, at: QPoint, by: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton
) -> None:
    none = Qt.MouseButton.NoButton
    for kind, to, turned, down in (
        (QEvent.Type.MouseButtonPress, at, button, button),
        (QEvent.Type.MouseMove, at + by / 2, none, button),
        (QEvent.Type.MouseMove, at + by, none, button),
        (QEvent.Type.MouseButtonRelease, at + by, button, none),
    ):
        keys = Qt.KeyboardModifier.NoModifier
        where = view.mapToGlobal(QPointF(to))
        QApplication.sendEvent(view, QMouseEvent(kind, QPointF(to), where, turned, down, keys))


def test_what_the_mouse_rests_on_and_what_is_clicked_is_pointed_at(
    view: MapView, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.pointed) as pointed:
        qtbot.mouseMove(view, place(view, 0.5, 0.5) + QPoint(4, 3))
    assert pointed.args is not None
    assert pointed.args[0].name == "middle.wav"
    with qtbot.waitSignal(view.pointed) as pointed:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place(view, 1.0, 0.45))
    assert pointed.args is not None
    assert pointed.args[0].name == "right.wav"
    with qtbot.assertNotEmitted(view.pointed, wait=200):
        qtbot.mouseMove(view, place(view, 0.25, 0.9))


def test_arrow_keys_walk_from_sound_to_sound(view: MapView, qtbot: QtBot) -> None:
    walked = []
    view.pointed.connect(lambda row: walked.append(row.name))
    keys = (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right)
    for key in (*keys, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Space):
        qtbot.keyClick(view, key)
    assert walked == ["left.wav", "middle.wav", "right.wav", "middle.wav", "top.wav", "top.wav"]
    assert "top.wav" in view.accessibleDescription()


def test_only_sounds_with_the_wanted_tags_can_be_met(view: MapView, qtbot: QtBot) -> None:
    before = view.grab().toImage()
    view.highlight({"kick"})
    assert view.grab().toImage() != before
    walked = []
    view.pointed.connect(lambda row: walked.append(row.name))
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert walked == ["left.wav", "top.wav", "right.wav"]


def test_the_wheel_comes_nearer_around_the_mouse(view: MapView) -> None:
    at = place(view, 0.5, 0.5)
    before = [QPointF(point) for point in view._scene.points]
    wheel(view, at, 240)
    after = view._scene.points
    assert (after[1] - before[1]).manhattanLength() < 2
    assert after[2].x() - after[1].x() == pytest.approx(1.5 * (before[2].x() - before[1].x()))
    wheel(view, at, -240)
    assert view._scene.points == before


def test_keys_come_nearer_to_what_was_pointed_at_and_step_back(view: MapView, qtbot: QtBot) -> None:
    before = [QPointF(point) for point in view._scene.points]
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    qtbot.keyClick(view, Qt.Key.Key_Equal)
    assert view._scene.camera.zoom == pytest.approx(2.25)
    assert view._scene.in_sight(0)
    assert not view._scene.in_sight(2)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view._scene.camera.zoom == pytest.approx(1.5)
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view._scene.points == before


def test_walking_and_shift_with_an_arrow_move_what_is_in_sight(view: MapView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Right)
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.current is not None
    assert view.current.name == "middle.wav"
    assert view._scene.in_sight(1)
    for _ in range(20):
        qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view._scene.in_sight(2)
    assert not view._scene.in_sight(1)
    assert view.current.name == "middle.wav"


def test_the_mouse_pulls_the_map_along(view: MapView, qtbot: QtBot) -> None:
    wheel(view, place(view, 0.5, 0.5), 480)
    before = QPointF(view._scene.points[1])
    with qtbot.assertNotEmitted(view.pointed, wait=100):
        pull(view, place(view, 0.3, 0.9), QPoint(60, -30))
    assert view._scene.points[1] - before == QPointF(60, -30)


def test_a_sound_that_goes_from_the_map_while_it_is_held_is_let_go(
    view: MapView, qtbot: QtBot
) -> None:
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=place(view, 1.0, 0.45))
    view.show_sounds([sound("right", 1.0, 0.45, "kick"), sound("left", 0.0, 0.5, "kick")])
    assert view.current is not None
    assert view.current.name == "right.wav", "and what is typed is for that one"
    view.show_sounds([sound("left", 0.0, 0.5, "kick")])
    assert view.current is None
    qtbot.mouseMove(view, place(view, 0.2, 0.2))
    view._pull(QPointF(place(view, 0.5, 0.2)))
    assert view._held is None
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=place(view, 0.5, 0.2))


def test_the_middle_button_pulls_the_map_from_anywhere(view: MapView, qtbot: QtBot) -> None:
    wheel(view, place(view, 0.5, 0.5), 480)
    before = QPointF(view._scene.points[1])
    with qtbot.assertNotEmitted(view.pointed, wait=100):
        pull(view, before.toPoint(), QPoint(60, -30), Qt.MouseButton.MiddleButton)
    assert view._scene.points[1] - before == QPointF(60, -30)


def test_buttons_zoom_without_a_wheel(view: MapView, qtbot: QtBot) -> None:
    nearer, away, everything = view.findChildren(QPushButton)
    for button, zoom in ((nearer, 1.5), (nearer, 2.25), (away, 1.5), (everything, 1.0)):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert view._scene.camera.zoom == pytest.approx(zoom)
        assert button.accessibleName()


def test_a_map_without_sounds_says_when_there_are_some(daemon: LivingDaemon, qtbot: QtBot) -> None:
    asker = Asker(local_client())
    shown = SearchWindow(asker, player=Player([Backend.NULL]))
    qtbot.addWidget(shown)
    shown.show()
    switch = next(each for each in shown.findChildren(QPushButton) if each.text() == "Map")
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)

    def said() -> list[str]:
        return [each.text() for each in shown.findChildren(QLabel) if each.isVisible()]

    wait(qtbot, lambda: any("they come onto the map as they are heard" in each for each in said()))
    assert "0 sounds" not in said()
    noise(daemon.folder / "one.wav", 1)
    wait(qtbot, lambda: shown.findChildren(MapView)[0].isVisible())
    wait(qtbot, lambda: "1 sound" in said())
    shown.close()
    asker.close()


def test_an_empty_map_takes_keys_and_mouse(qtbot: QtBot) -> None:
    view = MapView()
    qtbot.addWidget(view)
    view.show_sounds([])
    view.show()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton)
    assert view.current is None


@pytest.fixture
def library(daemon: LivingDaemon) -> list[Path]:
    """Two kinds of sounds."""
    thumps = [daemon.folder / f"thump {n}.wav" for n in range(10)]
    noises = [daemon.folder / f"noise {n}.wav" for n in range(10)]
    for number, (one, other) in enumerate(zip(thumps, noises, strict=True)):
        write(one, thump(0.3 + number / 100))
        noise(other, number)
    daemon.wait_for([*thumps, *noises])
    return [*thumps, *noises]


@pytest.fixture
def window(library: list[Path], qtbot: QtBot) -> Iterator[SearchWindow]:
    asker = Asker(local_client())
    shown = SearchWindow(asker, player=Player([Backend.NULL]))
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()
    asker.close()


def test_the_daemon_lays_like_sounds_side_by_side(
    daemon: LivingDaemon, library: list[Path]
) -> None:
    answer = daemon.client.call("map")
    assert answer["total"] == 20
    spots = {Path(each["path"]).name: (each["x"], each["y"]) for each in answer["sounds"]}
    assert len(spots) == 20
    names = sorted(spots)
    places = np.array([spots[name] for name in names])
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    same = [names[row][:5] == names[near][:5] for row, near in enumerate(apart.argmin(axis=1))]
    assert sum(same) >= 19
    assert daemon.client.call("map", limit=5)["total"] == 20
    assert len(daemon.client.call("map", limit=5)["sounds"]) == 5


def test_the_search_window_shows_the_map_and_tags_from_it(
    window: SearchWindow, daemon: LivingDaemon, qtbot: QtBot
) -> None:
    switch = next(each for each in window.findChildren(QPushButton) if each.text() == "Map")
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    (view,) = window.findChildren(MapView)
    wait(qtbot, lambda: view.isVisible() and "20 sounds" in window._note.text())
    with qtbot.waitSignal(view.pointed):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.current is not None
    path = view.current.path
    qtbot.keyClick(view, Qt.Key.Key_T)
    qtbot.keyClicks(window._bar.tag, "dusty")
    qtbot.keyClick(window._bar.tag, Qt.Key.Key_Return)

    def said() -> list[str]:
        tags = daemon.client.call("show", path=path)["tags"]
        return [tag["tag"] for tag in tags if tag["source"] == "person"]

    wait(qtbot, lambda: said() == ["dusty"])
    wait(qtbot, lambda: view.current is not None and "dusty" in view.current.said)
    assert view.hasFocus()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert not view.isVisible()
