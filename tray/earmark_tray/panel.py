"""What the desktop's panel is like: whether it is light, and whether it shows tray icons."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

_WATCHER = "org.kde.StatusNotifierWatcher"
_ANSWER_SECONDS = 5.0


def is_light() -> bool:
    """Whether the panel behind the icon is light; Linux panels are dark but for few."""
    if sys.platform == "win32":
        return _windows_taskbar_is_light()
    if sys.platform == "darwin":
        return "Dark" not in _output(["defaults", "read", "-g", "AppleInterfaceStyle"])
    return False


def shows_no_icons() -> bool:
    """Whether this is GNOME without an extension that shows tray icons."""
    if "GNOME" not in os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":"):
        return False
    call = ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus"]
    call += ["--object-path", "/org/freedesktop/DBus"]
    call += ["--method", "org.freedesktop.DBus.NameHasOwner", _WATCHER]
    return "true" not in _output(call)


def _windows_taskbar_is_light() -> bool:
    if sys.platform == "win32":
        import winreg

        key = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return bool(winreg.QueryValueEx(opened, "SystemUsesLightTheme")[0])
    return False


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
