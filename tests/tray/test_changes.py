"""What a window is told of: no event is left out, whatever goes wrong meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from earmark_daemon.api import Client
from earmark_daemon.errors import fail
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.requests.server import Server
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.changes import Changes


def test_what_happens_while_the_daemon_cannot_answer_is_told_afterwards(
    tmp_path: Path, qtbot: QtBot
) -> None:
    feed, asked = Feed(), list[int]()
    feed.tell("state")

    def answer(method: str, arguments: Mapping[str, Any]) -> Any:
        if method == "status":
            return {"event": feed.since(0)[0]}
        asked.append(arguments["since"])
        if len(asked) == 1:
            feed.tell("models")
            raise fail("index-fault", "The index cannot be read right now.")
        number, events = feed.since(arguments["since"], 0.1)
        return {"number": number, "events": [{"kind": event.kind} for event in events]}

    address, key = str(tmp_path / "socket"), tmp_path / "key"
    with (
        closing(Server(address, key, answer)),
        closing(Asker(Client(address, key))) as asker,
        closing(Changes(asker)) as changes,
        qtbot.waitSignal(changes.models, timeout=30_000),
    ):
        pass
    assert asked[:2] == [1, 1]


def test_nothing_is_missed_between_what_a_window_asks_first_and_what_it_follows(
    tmp_path: Path, qtbot: QtBot
) -> None:
    feed, asked = Feed(), list[str]()

    def answer(method: str, arguments: Mapping[str, Any]) -> Any:
        asked.append(method)
        if method == "status":
            return {"event": feed.since(0)[0]}
        if method == "settings":
            feed.tell("settings")  # just after this answer has been read
            return {}
        number, events = feed.since(arguments["since"], 0.1)
        return {"number": number, "events": [{"kind": event.kind} for event in events]}

    address, key = str(tmp_path / "socket"), tmp_path / "key"
    with (
        closing(Server(address, key, answer)),
        closing(Asker(Client(address, key))) as asker,
        closing(Changes(asker)) as changes,
        qtbot.waitSignal(changes.settings, timeout=30_000),
    ):
        asker.ask("settings", lambda _: None)
    assert asked.index("status") < asked.index("settings")
