"""A line of keys goes on below where a window is narrow, and nothing of it is lost."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from earmark_tray.windows import theme

KEYS = [("Enter", "accept"), ("1–9", "another"), ("X", "not this"), ("Space", "play")]


def shown(qtbot: QtBot, width: int) -> QWidget:
    window = QWidget()
    whole = theme.down(spacing=0)
    whole.addLayout(theme.legend(KEYS))
    window.setLayout(whole)
    qtbot.addWidget(window)
    window.resize(width, whole.heightForWidth(width))
    with qtbot.waitExposed(window):
        window.show()
    return window


def tops(window: QWidget) -> list[int]:
    keys = [each.parentWidget() for each in window.findChildren(QLabel) if each.property("key")]
    assert all(window.rect().contains(key.geometry()) for key in keys)
    pairs = [(one, other) for one in keys for other in keys if one is not other]
    assert not any(one.geometry().intersects(other.geometry()) for one, other in pairs)
    return sorted({key.y() for key in keys})


@pytest.mark.parametrize(("width", "lines"), [(900, 1), (300, 2), (130, 4)])
def test_keys_that_do_not_fit_go_below(qtbot: QtBot, width: int, lines: int) -> None:
    assert len(tops(shown(qtbot, width))) == lines


def test_what_lies_above_is_not_squeezed_where_the_window_is_as_small_as_it_goes(
    qtbot: QtBot,
) -> None:
    window = QWidget()
    whole = theme.down(spacing=0)
    above = QPushButton("1   kick")
    whole.addWidget(above)
    keys = QWidget()
    keys.setLayout(theme.legend(KEYS))
    whole.addWidget(keys)
    window.setLayout(whole)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.resize(130, 10)
    qtbot.waitUntil(lambda: len({key.y() for key in keys.findChildren(QFrame)}) > 2)
    qtbot.waitUntil(lambda: above.height() == above.minimumSizeHint().height())


def test_a_single_line_is_half_way_down(qtbot: QtBot) -> None:
    window = shown(qtbot, 900)
    height = window.height()
    window.resize(900, height + 40)
    (top,) = tops(window)
    assert top == 20


def test_no_keys_need_no_room(qtbot: QtBot) -> None:
    legend = theme.legend([])
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.setLayout(legend)
    assert legend.heightForWidth(100) == legend.sizeHint().width() == 0
    assert legend.itemAt(0) is None
    assert legend.takeAt(0) is None
