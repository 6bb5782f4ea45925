"""A virtual screen with a window manager and a tray, and hands to use it with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.waiting import until

TRAYER = ("trayer", "--edge", "top", "--align", "right", "--height", "32")
_PROGRAMS = ("Xvfb", "openbox", "trayer", "xdotool", "dbus-daemon")
_SYSTEM_PACKAGES = Path("/usr/lib/python3/dist-packages")


class Screen:
    """A running screen; `run` starts programs on it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def xdotool(self, *arguments: str) -> str:
        """Move, click and type as a person would; returns what it prints."""
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return done.stdout.strip()

    def windows(self, name: str) -> list[str]:
        """The ids of the visible windows that are named so."""
        return self.xdotool("search", "--onlyvisible", "--name", name).split()

    def in_tray(self, name: str) -> list[str]:
        """The ids of the tray's visible icons that are named so.

        Trayer shows its panel with the first icon, and now and then forgets to; then it is told.
        """
        if self.xdotool("search", "--name", name):
            self.xdotool("search", "--name", "^panel$", "windowmap")
        return self.windows(name)

    @contextmanager
    def run(self, command: Sequence[str], **more: str) -> Iterator[subprocess.Popen[bytes]]:
        """A program on this screen, ended afterwards."""
        with _running(command, {**self.environment, **more}) as process:
            yield process


@contextmanager
def screen(folder: Path, size: str = "1600x1000x24", *, tray: bool = True) -> Iterator[Screen]:
    """A screen of its own with openbox, trayer and a session bus; skips where one is missing."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs the Debian packages of {', '.join(missing)}")
    environment = {**os.environ, "XDG_CURRENT_DESKTOP": "openbox", "NO_AT_BRIDGE": "1"}
    environment.pop("WAYLAND_DISPLAY", None)
    environment.pop("QT_QPA_PLATFORM", None)
    with ExitStack() as opened:
        number = opened.enter_context(display(size, environment))
        environment["DISPLAY"] = f":{number}"
        socket = folder / "bus"
        environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={socket}"
        address = f"--address=unix:path={socket}"
        bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", address]
        opened.enter_context(_running(bus, environment))
        until(socket.exists, "the session bus is there")
        shown = Screen(environment)
        opened.enter_context(_running(["openbox"], environment))
        if tray:
            opened.enter_context(_running(TRAYER, environment))
            until(lambda: shown.xdotool("search", "--class", "trayer"), "the tray is there")
        yield shown


def menu_environment(folder: Path) -> dict[str, str]:
    """What makes pystray show a menu on X11: the system's PyGObject, alone, on the path."""
    source = _SYSTEM_PACKAGES / "gi"
    if not source.is_dir():
        pytest.skip("needs the Debian package python3-gi")
    path = folder / "system-packages"
    path.mkdir()
    (path / "gi").symlink_to(source)
    before = os.environ.get("PYTHONPATH", "")
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, [str(path), before]))}
    look = "import gi; gi.require_version('Gtk', '3.0')"
    done = subprocess.run(
        [sys.executable, "-c", look], env={**os.environ, **environment}, check=False
    )
    if done.returncode:
        pytest.skip("the system's PyGObject is for another Python, or GTK 3 is not there")
    return {**environment, "PYSTRAY_BACKEND": "gtk"}


@contextmanager
def display(size: str, environment: Mapping[str, str]) -> Iterator[str]:
    """A bare X11 display; its number."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-r"]
    # Else it begins anew when its last client goes, and turns away whoever is just coming.
    command.append("-noreset")
    process = subprocess.Popen(
        command,
        env=environment,
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield number.readline().strip()
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)
