"""What choosing an item of the menu does, asked of a real daemon."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.living import LivingDaemon
from tests.e2e.test_undo import arrive
from tests.tray.told import Told

from earmark_daemon.api import local_client, places
from earmark_tray.actions import Actions
from earmark_tray.menu import Action, Item
from earmark_tray.notices import Notice


def test_a_folder_that_has_gone_since_is_told(tmp_path: Path) -> None:
    item = Item("Pack: 4 sounds", Action.OPEN_FOLDER, str(tmp_path / "Pack"))
    notice = Actions(local_client(), lambda: None).do(item)
    assert notice == Notice("This folder is not there", str(tmp_path / "Pack"))


def test_what_no_daemon_is_there_for_is_told() -> None:
    notice = Actions(local_client(), lambda: None).do(Item("Pause", Action.PAUSE))
    assert notice is not None
    assert notice.title == "Earmark is not running."


def setting(name: str, value: bool) -> tuple[str, dict[str, Any]]:
    return "set", {"section": "tray", "name": name, "value": value}


@pytest.mark.parametrize(
    ("item", "asked"),
    [
        (Item("Pause", Action.PAUSE), ("pause", {})),
        (Item("Resume", Action.RESUME), ("resume", {})),
        (Item("Packs", Action.NOTIFY_PACKS, checked=True), setting("notify_packs", False)),
        (Item("Training", Action.NOTIFY_TRAINING, checked=True), setting("notify_training", False)),
        (Item("Trouble", Action.NOTIFY_TROUBLE, checked=False), setting("notify_trouble", True)),
    ],
)
def test_items_ask_the_daemon(item: Item, asked: tuple[str, dict[str, Any]]) -> None:
    told = Told()
    assert Actions(told, lambda: None).do(item) is None
    assert told.asked == [asked]


def test_items_open_windows_and_folders_and_quit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[list[str]] = []

    class Opened:
        def __init__(self, command: list[str], **_: Any) -> None:
            opened.append(command)

        def poll(self) -> int:
            return 0

    ended: list[None] = []
    monkeypatch.setattr(subprocess, "Popen", Opened)
    does = Actions(Told(), lambda: ended.append(None))
    names = ("search", "review", "label", "train", "settings", "welcome")
    for name in names:
        assert does.do(Item(name, Action(name))) is None
    assert opened == [[sys.executable, "-P", "-m", "earmark_tray", name] for name in names]
    opened.clear()
    does.do(Item("2 files could not be tagged…", Action.SETTINGS, "problems"))
    does.do(Item("Start Earmark", Action.START))
    does.do(Item("Pack: 4 sounds", Action.OPEN_FOLDER, str(tmp_path)))
    does.do(Item("Open log", Action.OPEN_LOG))
    last = ["problems", "start", str(tmp_path), str(places().log)]
    assert [command[-1] for command in opened] == last
    assert not ended
    does.do(Item("Quit", Action.QUIT))
    assert (len(ended), len(opened)) == (1, 4)


def test_the_last_batch_is_taken_back_some_files_at_a_time(daemon: LivingDaemon) -> None:
    before = arrive(daemon, [0.1 + number / 1000 for number in range(70)])
    daemon.wait_for(before)
    at_once = []

    class Listening:
        def call(self, method: str, **arguments: Any) -> Any:
            at_once.append(len(arguments.get("paths", ())))
            return daemon.client.call(method, **arguments)

    notice = Actions(Listening(), lambda: None).do(Item("Undo", Action.UNDO))
    assert notice == Notice("Undone", "70 files are as they were.")
    assert {path: path.read_bytes() for path in before} == before
    assert at_once == [0, 64, 6]
