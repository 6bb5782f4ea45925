"""What choosing an item of the menu does, asked of a real daemon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.living import LivingDaemon
from tests.e2e.test_undo import arrive

from earmark_daemon.api import local_client
from earmark_tray.actions import Actions
from earmark_tray.menu import Action, Item
from earmark_tray.notices import Notice


def test_a_folder_that_has_gone_since_is_told(tmp_path: Path) -> None:
    item = Item("Pack: 4 sounds", Action.OPEN_FOLDER, str(tmp_path / "Pack"))
    notice = Actions(local_client(), lambda: None).do(item)
    assert notice == Notice("This folder is not there", str(tmp_path / "Pack"))


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
