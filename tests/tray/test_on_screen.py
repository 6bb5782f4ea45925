from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from PIL import ImageGrab
from tests.e2e.living import LivingDaemon
from tests.tray.screen import TRAYER, Screen, menu_environment, screen
from tests.waiting import until

from earmark_tray import bare_x11
from earmark_tray.menu import Action

pytestmark = pytest.mark.desktop
TRAY = [sys.executable, "-m", "earmark_tray"]


def choose(shown: Screen, icon: str, *keys: str) -> None:
    """Open the menu by a right click on the icon, then press keys."""
    shown.xdotool("mousemove", "--window", icon, "12", "12", "click", "3")
    shown.xdotool("sleep", "0.5", "key", "--delay", "100", *keys)


def test_the_menu_pauses_resumes_and_quits(daemon: LivingDaemon, tmp_path: Path) -> None:
    menu = menu_environment(tmp_path)
    with screen(tmp_path) as shown, shown.run(TRAY, **menu) as tray:
        until(lambda: shown.in_tray("^Earmark: 0 sounds"), "the icon is in the tray")
        drivers = [
            each.path for each in psutil.Process(tray.pid).memory_maps() if "/dri/" in each.path
        ]
        assert drivers == [], "a menu needs no graphics driver, which takes as much as all the rest"
        (icon,) = shown.windows("^Earmark: 0 sounds")
        choose(shown, icon, "Down", "Return")
        until(lambda: daemon.status()["state"] == "paused", "the daemon pauses")
        until(lambda: shown.windows("^Earmark: Paused"), "the icon says so")
        choose(shown, icon, "Down", "Return")
        until(lambda: daemon.status()["state"] == "idle", "the daemon goes on")
        until(lambda: shown.windows("^Earmark: 0 sounds"), "the icon says so")
        choose(shown, icon, "Up", "Return")
        assert tray.wait(timeout=60) == 0


@contextmanager
def icon_without_gtk(shown: Screen, folder: Path) -> Iterator[Path]:
    """An icon that listens to sounds; gives the file that it writes what is chosen into."""
    program = (
        "from earmark_tray.pystray_shell import Shell\n"
        "from earmark_tray.state import Condition, Folder, State\n"
        "shell = Shell(lambda item: print(item.action.value, flush=True))\n"
        "state = State(Condition.WORKING, left=3, most=5, folders=(Folder('/x'),))\n"
        "shell.run(lambda: shell.show(state))\n"
    )
    told = folder / "told"
    command = ["sh", "-c", f'exec {sys.executable} -c "$0" > {told}', program]
    with shown.run(command, PYSTRAY_BACKEND="xorg"):
        yield told


def test_without_gtk_the_icon_says_what_goes_on_and_opens_the_search(tmp_path: Path) -> None:
    with screen(tmp_path) as shown, icon_without_gtk(shown, tmp_path) as told:
        until(lambda: shown.in_tray("^Earmark: Listening... 40 %"), "the icon says so")
        (icon,) = shown.windows("^Earmark: Listening")
        size = shown.xdotool("getwindowgeometry", "--shell", icon)
        width, height = (int(line.split("=")[1]) for line in size.splitlines()[3:5])
        assert min(width, height) >= 16
        shown.xdotool("mousemove", "--window", icon, "12", "12", "click", "1")
        until(lambda: told.read_text() == f"{Action.SEARCH.value}\n", "a click opens the search")
        seen = ImageGrab.grab(xdisplay=shown.environment["DISPLAY"])
        x, y = (int(line.split("=")[1]) for line in size.splitlines()[1:3])
        assert seen.getpixel((x + 1, y + 1)) == bare_x11.PANEL["dark"][:3]


def test_without_gtk_the_icon_comes_to_every_tray_that_comes_up(tmp_path: Path) -> None:
    with screen(tmp_path, tray=False) as shown, icon_without_gtk(shown, tmp_path):
        until(lambda: shown.xdotool("search", "--name", "^Earmark: Listening"), "it is running")
        assert shown.windows("^Earmark") == []
        for _ in range(2):
            with shown.run(TRAYER):
                until(lambda: shown.in_tray("^Earmark: Listening"), "the icon is in the tray")
            until(lambda: not shown.windows("^Earmark"), "the tray is gone")
