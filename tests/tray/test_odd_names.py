"""Names that look like HTML, or like keys: shown letter by letter."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontMetrics, QTextDocumentFragment
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QStyle,
    QStyleOptionButton,
    QTableView,
)
from pytestqt.qtbot import QtBot
from tests.tray.sounds import noise
from tests.tray.stage import Stage, rows, says, stage

from earmark_daemon.api import Client
from earmark_tray.notices import Notice
from earmark_tray.windows import painting, theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.comparison import Comparison
from earmark_tray.windows.opening import WINDOWS, application
from earmark_tray.windows.sound_row import shown

__all__ = ["stage"]
NAME = "<b>A & B &amp; <img src=c>.wav"


@pytest.mark.parametrize("name", sorted(WINDOWS))
def test_no_text_of_any_window_is_read_as_html(stage: Stage, name: str) -> None:
    window = stage.open(name)
    stage.settle(window)
    labels = window.findChildren(QLabel)
    assert labels
    assert [each.text() for each in labels if each.textFormat() != Qt.TextFormat.PlainText] == []


def test_a_sound_is_shown_under_its_own_name(stage: Stage) -> None:
    path = stage.daemon.folder / NAME
    for other in stage.paths:
        other.unlink()
    noise(path, 7)
    stage.daemon.wait_for([path])
    stage.wait(lambda: stage.daemon.status()["files"]["heard"] == 1)
    window = stage.open("label")
    stage.wait(lambda: says(window, NAME))


def test_a_name_with_a_line_break_is_shown_in_one_line() -> None:
    assert shown("line\nbreak\x7f \x85\u2028snare ü.wav") == "line␊break␡ \ufffd\ufffdsnare ü.wav"


def test_a_button_with_a_name_shows_all_of_it(qtbot: QtBot) -> None:
    class Told:
        """Answers as the daemon does."""

        def call(self, method: str, **arguments: object) -> object:
            example = {"path": "/Drum & Bass/R&B.wav", "comes": True}
            return {
                "sounds": 1,
                "tags": [{"tag": "kick", "comes": 1, "goes": 0, "examples": [example]}],
            }

    asker = Asker(cast(Client, Told()))
    comparison = Comparison(asker)
    qtbot.addWidget(comparison)
    comparison.compare("digest")
    qtbot.waitUntil(lambda: bool(comparison.findChildren(QPushButton)), timeout=20_000)
    (button,) = comparison.findChildren(QPushButton)
    assert button.text() == "+ R&&B.wav", "a single one would be a key"
    asker.close()


@pytest.mark.parametrize("name", ["label", "settings"])
def test_a_name_without_a_blank_makes_no_window_wider(stage: Stage, name: str) -> None:
    long = stage.daemon.folder / f"{'Vendors_like_to_write_all_' * 5}{'a' * 90}.wav"
    for other in stage.paths:
        other.unlink()
    if name == "label":
        noise(long, 7)
    else:
        long.write_bytes(b"RIFF")
    stage.daemon.wait_for([long])
    stage.wait(lambda: not stage.daemon.client.call("status")["waiting"]["hear"])
    window = stage.open(name)
    stage.settle(window)
    stage.wait(lambda: says(window, "Vendors_"))
    inside = [each.widget().minimumSizeHint() for each in window.findChildren(QScrollArea)]
    assert max([window.minimumSizeHint(), *inside], key=lambda size: size.width()).width() < 1100


def test_a_long_name_is_broken_for_the_eye_alone(qtbot: QtBot) -> None:
    name = f"{'Vendors_like_to_write_all_' * 5}{'a' * 90}.wav"
    shown = theme.label(name)
    qtbot.addWidget(shown)
    assert shown.minimumSizeHint().width() < 400
    assert shown.text() == shown.accessibleName() == name
    read = QAccessible.queryAccessibleInterface(shown)
    assert read.text(QAccessible.Text.Name) == name
    assert not shown.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    shown.setText("kick one.wav")
    assert QLabel.text(shown) == "kick one.wav", "what is short stays as it is"


def test_a_long_tag_hides_no_other(qtbot: QtBot) -> None:
    metrics = QFontMetrics(theme.font())
    tags = [("w" * 64, "person"), ("kick", "model"), ("snare", "model")]
    laid, _ = painting._laid(tags, metrics, 400)
    assert [word for word, *_ in laid][1:] == ["kick", "snare"]
    laid, used = painting._laid(tags, metrics, 240)
    assert laid[-1][0].startswith("+"), "how many have no room is said"
    assert used <= 250


def test_the_tip_of_a_sound_says_its_path_letter_by_letter(stage: Stage) -> None:
    path = stage.daemon.folder / NAME
    for other in stage.paths:
        other.unlink()
    noise(path, 7)
    stage.daemon.wait_for([path])
    window = stage.open("search")
    stage.wait(lambda: rows(window) == [str(path)])
    (model,) = [view.model() for view in window.findChildren(QTableView) if view.dragEnabled()]
    told = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert QTextDocumentFragment.fromHtml(told).toPlainText().startswith(f"{path}\n")


def test_a_box_that_has_the_keyboard_has_room_for_its_words(qtbot: QtBot) -> None:
    application()
    box = QCheckBox("Write tags into files")
    qtbot.addWidget(box)
    box.resize(box.sizeHint())
    option = QStyleOptionButton()
    box.initStyleOption(option)
    option.state |= QStyle.StateFlag.State_HasFocus
    room = box.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, box)
    assert room.width() >= box.fontMetrics().horizontalAdvance(box.text())
    assert room.height() >= box.fontMetrics().height()


def test_tips_and_notifications_say_names_letter_by_letter() -> None:
    assert theme.tip("<b>\na & b") == "<qt>&lt;b&gt;<br>a &amp; b</qt>"
    assert Notice("A folder is not there", "/Drums & <Bass>").markup == "/Drums &amp; &lt;Bass&gt;"
