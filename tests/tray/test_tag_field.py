"""Typing a tag: what Enter takes, and what Tab does."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from earmark_daemon.api import Client
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.tag_field import TagField

KNOWN = ("dusty snares from the attic", "hi hat", "kick", "kick drum", "snare")


class Told:
    """Answers as the daemon does."""

    def call(self, method: str, **arguments: object) -> object:
        return [{"tag": tag} for tag in KNOWN]


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
    asker = Asker(cast(Client, Told()))
    field = TagField(asker)
    qtbot.addWidget(field)
    field.show()
    field.begin()
    qtbot.waitUntil(lambda: len(field._words.stringList()) == len(KNOWN), timeout=20_000)
    keys = {"\t": Qt.Key.Key_Tab, "\b": Qt.Key.Key_Backspace}
    for letter in typed:
        qtbot.keyClick(field, keys.get(letter, letter))
    with qtbot.waitSignal(field.chosen) as chosen:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args is not None
    assert chosen.args[0].lower() == taken
    asker.close()
