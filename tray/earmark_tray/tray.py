"""The tray as a whole: follows the daemon, shows what it finds, does what is chosen."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from earmark_daemon.api import local_client, places
from earmark_tray import panel
from earmark_tray.actions import Actions
from earmark_tray.follower import Follower
from earmark_tray.menu import Item
from earmark_tray.notices import Notice, notices
from earmark_tray.single import AlreadyThere, only_one
from earmark_tray.state import Condition, State

NO_TRAY = (
    "This desktop shows no tray icons. The GNOME extension “AppIndicator and KStatusNotifierItem"
    " Support” adds them; without it everything works from the command line: earmark --help"
)


class Shown(Protocol):
    """What shows states; see `earmark_tray.pystray_shell.Shell`."""

    def run(self, ready: Callable[[], None]) -> None:
        """Show the icon until it is closed."""

    def close(self) -> None:
        """Take the icon away."""

    def show(self, state: State) -> None:
        """Show a state."""

    def notify(self, notice: Notice) -> None:
        """Show a notification."""


class Teller:
    """Passes states on to the shell and tells what is worth a notification."""

    def __init__(self, shell: Shown) -> None:
        self._shell = shell
        self._before: State | None = None
        self._began = State()

    def take(self, state: State) -> None:
        """There is a new state."""
        before = self._before
        self._before = state
        self._shell.show(state)
        if before is None:
            return
        if before.condition is not Condition.WORKING and state.condition is Condition.WORKING:
            self._began = before
        for notice in notices(before, state, self._began):
            self._shell.notify(notice)


def run() -> int:
    """Show the tray icon until the user quits; returns the exit code."""
    places().make()
    if panel.shows_no_icons():
        _say_once(places().data / "tray-said-no-icons", NO_TRAY)
        return 0
    try:
        with only_one(places().data / "tray.lock"):
            _serve()
    except AlreadyThere:
        sys.stderr.write("Earmark's tray icon is there already.\n")
    return 0


def _serve() -> None:
    from earmark_tray.pystray_shell import Shell

    client = local_client()
    ended = threading.Event()

    def chosen(item: Item) -> None:
        notice = actions.do(item)
        if notice is not None:
            shell.notify(notice)
        if ended.is_set():
            shell.close()

    shell = Shell(chosen)
    actions = Actions(client, ended.set)
    follower = Follower(client, Teller(shell).take)
    try:
        shell.run(follower.start)
    finally:
        follower.stop()


def _say_once(mark: Path, sentence: str) -> None:
    if mark.exists():
        return
    sys.stderr.write(sentence + "\n")
    mark.touch()
