"""Files and folders that are chosen in the system's own dialog."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from tests.tray.parts import button
from tests.tray.told import Told, asking, settle

from earmark_tray.windows.drop_zone import DropZone
from earmark_tray.windows.folder_list import FolderList
from earmark_tray.windows.model_list import ModelList


@pytest.mark.parametrize(("kind", "method"), [(FolderList, "watch"), (ModelList, "add_model")])
def test_what_is_chosen_in_the_dialog_is_added_and_nothing_where_it_is_left(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, kind: Any, method: str
) -> None:
    found = iter(["", "/x"])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(found))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (next(found), ""))
    told = Told(settings={"writing": {"enabled": True}}, folders=[], models=[])
    with asking(told) as asker:
        cards = kind(asker)
        qtbot.addWidget(cards)
        cards.adding.click()
        cards.adding.click()
        settle(asker, qtbot)
        assert [asked for asked in told.asked if asked[0] == method] == [(method, {"path": "/x"})]


def test_files_and_folders_can_be_chosen_where_they_can_be_dropped(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = DropZone()
    qtbot.addWidget(zone)
    brought: list[list[str]] = []
    zone.dropped.connect(brought.append)
    for folder, files in (("", []), ("/x", ["/a.wav", "/b.wav"])):
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, f=folder: f)
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, f=files: (f, ""))
        button(zone, "Choose a folder…").click()
        button(zone, "Choose files…").click()
    assert brought == [["/x"], ["/a.wav", "/b.wav"]]
