"""Whose login it is, who starts programs there, and which."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from earmark_daemon.places import places, same_home
from earmark_daemon.program import program, tray_program

_SYSTEMD_RUNS = Path("/run/systemd/system")


class Manner(Enum):
    """Who starts programs at login."""

    SYSTEMD = "systemd"
    DESKTOP = "the desktop"
    LAUNCHD = "launchd"
    WINDOWS = "Windows"


@dataclass(frozen=True)
class Login:
    """A user's login.

    Attributes:
        manner: who starts programs.
        folder: the XDG configuration folder, the home folder (launchd) or APPDATA (Windows).
        daemon: the command that is `earmark`.
        tray: the command that shows the tray icon, if there is one.
        environment: variables that both need.
        log: where launchd sends what they say.
    """

    manner: Manner
    folder: Path
    daemon: tuple[str, ...]
    tray: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    log: Path = Path(os.devnull)


def this_login() -> Login:
    """The login of whoever runs this, on this machine."""
    manner, folder = _here()
    environment = same_home()
    if manner is Manner.LAUNCHD:  # whose own search path leaves out where Homebrew puts ffmpeg
        environment["PATH"] = os.environ.get("PATH", os.defpath)
    return Login(manner, folder, program(), tray_program(), environment, places().log)


def _here() -> tuple[Manner, Path]:
    if sys.platform == "win32":
        return Manner.WINDOWS, Path(os.environ["APPDATA"])
    if sys.platform == "darwin":
        return Manner.LAUNCHD, Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return (Manner.SYSTEMD if _SYSTEMD_RUNS.is_dir() else Manner.DESKTOP), config
