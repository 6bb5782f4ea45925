"""What choosing a menu item does: asks the daemon, opens a window or a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from gettext import gettext as _
from gettext import ngettext
from itertools import chain
from pathlib import Path

from earmark_daemon.api import EarmarkError, places
from earmark_daemon.program import apart, program
from earmark_daemon.taking_back import take_back, undoable
from earmark_tray.follower import Asked
from earmark_tray.menu import Action, Item
from earmark_tray.notices import Notice

_WINDOWS = {
    Action.SEARCH: "search",
    Action.REVIEW: "review",
    Action.LABEL: "label",
    Action.TRAIN: "train",
    Action.SETTINGS: "settings",
    Action.WELCOME: "welcome",
}
_SWITCHES = {
    Action.NOTIFY_PACKS: "notify_packs",
    Action.NOTIFY_TRAINING: "notify_training",
    Action.NOTIFY_TROUBLE: "notify_trouble",
}


class Actions:
    """Does what an item says."""

    def __init__(self, client: Asked, end: Callable[[], None]) -> None:
        """Prepare.

        Args:
            client: the daemon's API.
            end: called to end the tray.
        """
        self._client = client
        self._end = end
        self._children: list[subprocess.Popen[bytes]] = []

    def do(self, item: Item) -> Notice | None:
        """Do it; returns what is to be told of it, above all what went wrong."""
        try:
            if item.action is Action.UNDO:
                return self._undo()
            if item.action is Action.OPEN_FOLDER and not os.path.isdir(item.argument):
                return Notice(_("This folder is not there"), item.argument)
            self._do(item)
        except EarmarkError as error:
            return Notice(error.problem.message, error.problem.advice)
        return None

    def _undo(self) -> Notice:
        call = self._client.call
        outcomes = list(chain.from_iterable(take_back(call, undoable(call, last=True))))
        refused = [outcome["reason"] for outcome in outcomes if outcome["reason"]]
        count = len(outcomes) - len(refused)
        text = ngettext("{count} file is as it was.", "{count} files are as they were.", count)
        return Notice(_("Undone"), " ".join([text.format(count=f"{count:,}"), *refused[:1]]))

    def _do(self, item: Item) -> None:
        action = item.action
        if action is Action.QUIT:
            self._end()
        elif action in (Action.PAUSE, Action.RESUME):
            self._client.call(action.value)
        elif action in _SWITCHES:
            self._client.call("set", section="tray", name=_SWITCHES[action], value=not item.checked)
        elif action is Action.START:
            self._spawn([*program(), "start"])
        elif action is Action.OPEN_FOLDER:
            self._spawn(opener(item.argument))
        elif action is Action.OPEN_LOG:
            self._spawn(opener(str(places().log)))
        elif action in _WINDOWS:
            self._spawn(window(_WINDOWS[action], *filter(None, [item.argument])))

    def _spawn(self, command: list[str]) -> None:
        """Run something that lives on when the tray ends; what has ended is let go of."""
        self._children = [child for child in self._children if child.poll() is None]
        self._children.append(
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **apart(),
            )
        )


def window(name: str, *arguments: str) -> list[str]:
    """The command that opens a window in a process of its own."""
    return [sys.executable, "-P", "-m", "earmark_tray", name, *arguments]


def opener(path: str) -> list[str]:
    """The command that opens a file or folder as a double click would."""
    if sys.platform == "win32":
        return ["explorer", str(Path(path))]
    return ["open" if sys.platform == "darwin" else "xdg-open", path]
