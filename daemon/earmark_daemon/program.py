"""How to start Earmark again, as a program of its own: installed by pip, or as a frozen build.

``-P`` keeps Python from taking modules out of the folder in which that is done: it may be a pack
that somebody else made.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

TRAY_NEEDS = ("PIL", "PySide6", "miniaudio", "pystray")
"""What the extra `tray` brings; `earmark_tray` itself lies beside this package always."""


def program() -> tuple[str, ...]:
    """The command that is `earmark`, with full paths; arguments are appended to it."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (_python("python"), "-P", "-m", "earmark_daemon.cli")


def how_to_install(extra: str) -> str:
    """What brings the programs of others that an extra names, to the very Python that runs this."""
    python = _python("python")
    pip = subprocess.list2cmdline([python]) if sys.platform == "win32" else shlex.quote(python)
    return f'In a copy of Earmark\'s source: {pip} -m pip install ".[{extra}]"'


def apart() -> dict[str, Any]:
    """What `subprocess.Popen` is told of a program that lives on when its terminal is closed.

    On Windows all that use a console end with its window; one of its own without a window keeps
    what the program starts from opening one each.
    """
    return windowless() or {"start_new_session": True}


def windowless() -> dict[str, Any]:
    """What `subprocess.Popen` is told of a program that shall open no console on Windows."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    return {}


def tray_program() -> tuple[str, ...] | None:
    """The command that shows the tray icon, where it is installed."""
    if getattr(sys, "frozen", False) or find_spec("earmark_tray") is None:
        return None
    if find_spec("earmark_tray.__main__") is None or lacking_for_tray():
        return None
    return (_python("pythonw"), "-P", "-m", "earmark_tray")


def _python(name: str) -> str:
    """The running Python; on Windows the one with a console, or without one, by its name."""
    if sys.platform == "win32":
        other = os.path.join(os.path.dirname(sys.executable), f"{name}.exe")
        return other if os.path.exists(other) else sys.executable
    return sys.executable


def lacking_for_tray() -> list[str]:
    """What of that is not installed."""
    return [name for name in TRAY_NEEDS if find_spec(name) is None]
