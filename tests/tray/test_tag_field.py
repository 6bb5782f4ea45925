"""Typing a tag: what Enter takes, and what Tab does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tests.tray.told import MILLISECONDS, Told, asking

from earmark_tray.windows.tag_field import TagField

KNOWN = ("dusty snares from the attic", "hi hat", "kick", "kick drum", "snare")


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("sn", "snare"),
        ("SN", "snare"),
        ("hi h", "hi hat"),
        ("dusty sn", "dusty snares from the attic"),
        ("dusty", "dusty"),
        ("dusty ", "dusty"),
        ("kick", "kick"),
        ("kick d", "kick drum"),
        ("snares", "snares"),
        ("dusty\t", "dusty snares from the attic"),
        ("sn\b", "sn"),
    ],
)
def test_a_word_that_begins_another_tag_can_be_typed(qtbot: QtBot, typed: str, taken: str) -> None:
    with asking(Told(tags=[{"tag": tag} for tag in KNOWN])) as asker:
        field = TagField(asker)
        qtbot.addWidget(field)
        field.show()
        field.begin()
        qtbot.waitUntil(lambda: len(field._words.stringList()) == len(KNOWN), timeout=MILLISECONDS)
        keys = {"\t": Qt.Key.Key_Tab, "\b": Qt.Key.Key_Backspace}
        for letter in typed:
            qtbot.keyClick(field, keys.get(letter, letter))
        with qtbot.waitSignal(field.chosen) as chosen:
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert chosen.args is not None
        assert chosen.args[0].lower() == taken


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_field_for_tags_is_left_without_a_word(qtbot: QtBot, key: Qt.Key) -> None:
    with asking(Told(tags=[])) as asker:
        field = TagField(asker)
        qtbot.addWidget(field)
        field.setText("half a wor" if key == Qt.Key.Key_Escape else "  ")
        with qtbot.waitSignal(field.left), qtbot.assertNotEmitted(field.chosen):
            qtbot.keyClick(field, key)
        assert field.text() == ""
