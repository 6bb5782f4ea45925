"""The list of watched folders, by itself."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from tests.tray.told import Told, asking, settle

from earmark_tray.windows.folder_list import FolderList

CARRYING = {"/music/A": 12, "/music/B": 0, "/music/C": 1}


def listed(*paths: str) -> list[dict[str, Any]]:
    return [{"path": path, "online": True, "write_tags": True} for path in paths]


def test_of_each_folder_with_tags_it_is_said_how_to_take_them_out_until_it_is_watched_again(
    qtbot: QtBot,
) -> None:
    told = Told(
        settings={"writing": {"enabled": True}},
        folders=listed(*CARRYING),
        unwatch=lambda path: CARRYING[path],
    )

    def said(cards: FolderList) -> list[str]:
        settle(asker, qtbot)  # the folders are asked for once they have changed
        settle(asker, qtbot)
        texts = [label.text() for label in cards.findChildren(QLabel)]
        return [line for text in texts for line in text.split("\n") if "earmark undo" in line]

    with asking(told) as asker:
        cards = FolderList(asker)
        qtbot.addWidget(cards)
        cards.refresh()
        assert not said(cards)
        told.answers["folders"] = listed("/music/B")
        cards._remove("/music/A")
        cards._remove("/music/C")
        one, other = said(cards)
        assert one.startswith("Tags stay in 12 files of /music/A.")
        assert other == "Tags stay in 1 file of /music/C. To take them out: earmark undo /music/C"
        told.answers["folders"] = []
        cards._remove("/music/B")
        assert said(cards) == [one, other], "another folder says nothing about these"
        told.answers["folders"] = listed("/music/A")
        cards.add("/music/A")
        assert said(cards) == [other]
