"""Lists of cards that are made anew while a window is open."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from earmark_tray.windows import theme
from earmark_tray.windows.card_list import CardList

MILLISECONDS = 60_000


def card(name: str) -> QWidget:
    made, line = theme.card()
    line.addWidget(QPushButton(name))
    return made


def shows(cards: CardList, names: set[str]) -> bool:
    buttons = cards.findChildren(QPushButton)
    return {each.text() for each in buttons if each.isVisible()} == names


def test_the_tab_key_meets_each_card_where_it_stands(qtbot: QtBot) -> None:
    window, cards = QWidget(), CardList()
    qtbot.addWidget(window)
    cards.adding.setText("add")
    lines = QVBoxLayout(window)
    above, below = QPushButton("above"), QPushButton("below")
    for each in (above, cards, below):
        lines.addWidget(each)
    window.show()
    window.activateWindow()
    for names in (["one", "two"], ["one", "three", "two"]):
        cards.refill(names, card)
        qtbot.waitUntil(partial(shows, cards, {*names, "add"}), timeout=MILLISECONDS)
        above.setFocus()
        met = []
        for _ in (*names, "add", "below"):
            qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
            focused = window.focusWidget()
            assert isinstance(focused, QPushButton)
            met.append(focused.text())
        assert met == [*names, "add", "below"]
