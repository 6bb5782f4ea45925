"""What a file that starts Earmark at login says: which program, and for which home."""

from __future__ import annotations

import os
import plistlib
import re
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from earmark_daemon.autostart.login import Manner

_HOMES = ("Environment=", 'set "EARMARK_HOME=')
_PROGRAMS = ("ExecStart=", "Exec=", 'start "Earmark"')
_WITH_HOME = re.compile(r'Exec=env ("(?:[^"\\]|\\.)*"|\S+) (.*)')
"""A desktop's line has the home before the program."""


@dataclass(frozen=True)
class Started:
    """Program and home, as the file words them."""

    program: object
    home: object


def started(manner: Manner, content: bytes) -> Started:
    """Which daemon a file starts.

    Raises:
        ValueError: it says no such thing.
    """
    return _by_agent(content) if manner is Manner.LAUNCHD else _by_lines(os.fsdecode(content))


def _by_agent(content: bytes) -> Started:
    try:
        agent = plistlib.loads(content)
        environment = agent.get("EnvironmentVariables", {})
        return Started(agent["ProgramArguments"], environment.get("EARMARK_HOME"))
    except (ExpatError, KeyError, AttributeError) as error:
        raise ValueError("no launchd agent") from error


def _by_lines(text: str) -> Started:
    lines = text.replace("\r\n", "\n").split("\n")
    program = next((line for line in lines if line.startswith(_PROGRAMS)), None)
    if program is None:
        raise ValueError("starts nothing")
    if both := _WITH_HOME.fullmatch(program):
        return Started(f"Exec={both[2]}", both[1])
    return Started(program, next((line for line in lines if line.startswith(_HOMES)), None))
