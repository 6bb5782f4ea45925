"""Takes the pictures of the windows for the documentation: a real daemon, the demo pack, a screen.

    python packaging/screenshots.py                       # into docs/pictures/, light and dark
    python packaging/screenshots.py --into /tmp/look --scale 2 --only train --only label

Needs Xvfb, unless QT_QPA_PLATFORM names another screen.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from earmark_daemon.api import Client, local_client

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
PACK = ROOT / "daemon" / "earmark_daemon" / "demo_pack"
LOOKS = ("light", "dark")
WITH_SOUND = ("search", "review", "label", "train", "map")
SOUNDS = (".wav", ".aif", ".aifc", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".caf")
OWN_TAGS = {
    "punchy": ("Kicks", "Snares", "Claps", "Toms", "Percussion"),
    "warm": ("Keys", "Guitar", "Strings", "Brass", "Woodwind"),
    "otherworldly": ("FX", "Synth"),
}
"""Tags of one's own for the train and label windows, and the folders whose sounds have them."""

DRUMS = ("clap", "cymbal", "hihat", "kick", "percussion", "snare", "tom")
"""Tags that lie under one broader one, drums."""

_VIEWS = {"map": "search"}
"""Further pictures of a window."""

_SETTLED_MILLISECONDS = 3000


@contextmanager
def library(sounds: Path) -> Iterator[Client]:
    """A daemon in a home of its own that has heard these sounds and learnt tags of their own."""
    home = Path(tempfile.mkdtemp(prefix="earmark-pictures-"))
    os.environ["HOME"] = str(home)
    os.environ["EARMARK_HOME"] = str(home / "home")
    folder = home / "Samples"
    shutil.copytree(sounds, folder)
    command = [sys.executable, "-m", "earmark_daemon.cli"]
    subprocess.run([*command, "watch", "add", str(folder)], check=True, capture_output=True)
    subprocess.run([*command, "start"], check=True, capture_output=True)
    client = local_client()
    count = sum(path.suffix in SOUNDS for path in folder.rglob("*.*"))
    try:
        _wait_until_heard(client, count)
        for tag, names in OWN_TAGS.items():
            paths = [
                str(path)
                for path in folder.rglob("*.*")
                if path.parent.name in names and path.suffix in SOUNDS
            ]
            client.call("label", paths=paths, add=[tag])
        client.call("nest_tags", tags=DRUMS, under="drums")
        if sounds == PACK:
            subprocess.run([*command, "train", "--keep-old"], check=True, capture_output=True)
        _wait_until_heard(client, count)
        yield client
    finally:
        subprocess.run([*command, "stop"], check=True, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_heard(client: Client, count: int) -> None:
    number = 0
    while True:
        number = client.call("changes", since=number, seconds=2.0)["number"]
        status = client.call("status")
        dealt_with = status["files"]["heard"] + status["files"]["failed"]
        if dealt_with >= count and status["state"] == "idle":
            return


@contextmanager
def screen() -> Iterator[None]:
    """A virtual screen, unless there is one already."""
    if "QT_QPA_PLATFORM" in os.environ:
        yield
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "2600x2000x24"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            os.environ["DISPLAY"] = f":{number.readline().strip()}"
        yield
    finally:
        server.terminate()
        server.wait()


def take(look: str, folder: Path, names: Sequence[str]) -> None:
    """Take windows' pictures in one look; runs in a process of its own."""
    os.environ["EARMARK_LOOK"] = look
    from miniaudio import Backend
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtGui import QFont
    from PySide6.QtWidgets import QWidget

    from earmark_tray.sound.player import Player
    from earmark_tray.windows.asking import Asker
    from earmark_tray.windows.collecting import collect_in_this_thread
    from earmark_tray.windows.opening import application, maker

    application().setFont(QFont("Inter", 10))
    collect_in_this_thread(application())

    def settle() -> None:
        loop = QEventLoop()
        QTimer.singleShot(_SETTLED_MILLISECONDS, loop.quit)
        loop.exec()

    pages = {"label": local_client().call("folders")[0]["path"]}
    prepare: dict[str, Callable[[QWidget], None]] = {"search": _choose_a_sound, "map": _go_to_map}
    for name in names:
        asker = Asker(local_client())
        silent = {"player": Player([Backend.NULL])} if name in WITH_SOUND else {}
        window = maker(_VIEWS.get(name, name))(asker, pages.get(name, ""), **silent)
        window.show()
        settle()
        if name in prepare:
            prepare[name](window)
            settle()
        window.grab().save(str(folder / f"{name}-{look}.png"))
        window.close()
        asker.close()


def _choose_a_sound(window: object) -> None:
    from PySide6.QtWidgets import QTableView, QWidget

    assert isinstance(window, QWidget)
    view = next(view for view in window.findChildren(QTableView) if view.dragEnabled())
    view.setFocus()
    view.setCurrentIndex(view.model().index(2, 0))


def _go_to_map(window: object) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QPushButton, QWidget

    from earmark_tray.windows.map_view import MapView

    assert isinstance(window, QWidget)
    next(each for each in window.findChildren(QPushButton) if each.text() == "Map").click()
    (view,) = window.findChildren(MapView)
    while view.current is None:
        QTest.qWait(100)
        QTest.keyClick(view, Qt.Key.Key_Right)


def main() -> None:
    """Take them all, each look in a process of its own."""
    from earmark_tray.windows.opening import WINDOWS

    asked = argparse.ArgumentParser(description="Take the pictures of the windows.")
    asked.add_argument("--into", type=Path, default=PICTURES, help="folder")
    asked.add_argument("--only", action="append", choices=[*WINDOWS, *_VIEWS], help="this window")
    asked.add_argument("--sounds", type=Path, default=PACK, help="the library that they show")
    asked.add_argument("--scale", default="1", help="so many times as large, as on a dense screen")
    asked.add_argument("--look", choices=LOOKS, help=argparse.SUPPRESS)
    chosen = asked.parse_args()
    names = chosen.only or [*WINDOWS, *_VIEWS]
    if chosen.look:
        take(chosen.look, chosen.into, names)
        return
    chosen.into.mkdir(parents=True, exist_ok=True)
    os.environ["QT_SCALE_FACTOR"] = chosen.scale
    again = [sys.executable, __file__, "--into", str(chosen.into)]
    again += [part for name in names for part in ("--only", name)]
    with screen(), library(chosen.sounds):
        for look in LOOKS:
            subprocess.run([*again, "--look", look], check=True)


if __name__ == "__main__":
    main()
