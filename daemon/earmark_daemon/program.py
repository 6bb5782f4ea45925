"""How to start Earmark again, as a program of its own: installed by pip, or as a frozen build.

``-P`` keeps Python from taking modules out of the folder in which that is done: it may be a pack
that somebody else made.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

TRAY_NEEDS = ("PIL", "PySide6", "miniaudio", "pystray")
"""What the extra `tray` brings; `earmark_tray` itself lies beside this package always."""


def program() -> tuple[str, ...]:
    """The command that is `earmark`, with full paths; arguments are appended to it."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, "-P", "-m", "earmark_daemon.cli")


def tray_program() -> tuple[str, ...] | None:
    """The command that shows the tray icon, where it is installed."""
    if getattr(sys, "frozen", False) or find_spec("earmark_tray") is None:
        return None
    if find_spec("earmark_tray.__main__") is None or lacking_for_tray():
        return None
    return (sys.executable, "-P", "-m", "earmark_tray")


def lacking_for_tray() -> list[str]:
    """What of that is not installed."""
    return [name for name in TRAY_NEEDS if find_spec(name) is None]
