"""What lies where once Earmark starts at login: pure functions of a `Login`."""

from __future__ import annotations

import os
import plistlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from earmark_daemon.autostart.login import Login, Manner

_UNIT = "earmark.service"
_STARTUP = ("Microsoft", "Windows", "Start Menu", "Programs", "Startup")
_SECONDS_BETWEEN_STARTS = 30
_ON_LINUX = (Manner.SYSTEMD, Manner.DESKTOP)
_REFUSED_BY_SYSTEMD = re.compile(r"[\"'\\\x00-\x1f\x7f]")
"""A program whose path has one of these is not started, however it is quoted."""


@dataclass(frozen=True)
class Link:
    """A symbolic link, relative to the folder that it lies in."""

    target: str


Entries = dict[Path, bytes | Link]


def entries(login: Login) -> Entries:
    """The files that make Earmark start at login."""
    return _MANNERS[login.manner](login)


def daemon_entries(login: Login) -> Entries:
    """Those of them by which the daemon starts; the first of them says which."""
    return entries(replace(login, tray=None))


def every_path(login: Login) -> set[Path]:
    """Every file that may have been written for a login here, with or without a tray."""
    with_tray = replace(login, tray=login.tray or login.daemon)
    manners = _ON_LINUX if login.manner in _ON_LINUX else (login.manner,)
    return {path for manner in manners for path in entries(replace(with_tray, manner=manner))}


def _by_systemd(login: Login) -> Entries:
    units = login.folder / "systemd" / "user"
    unit = _unit((*login.daemon, "run", "--quiet"), login.environment)
    wanted = units / "default.target.wants" / _UNIT
    return {
        units / _UNIT: os.fsencode(unit),
        wanted: Link(os.path.join(os.pardir, _UNIT)),
        **_tray_on_desktop(login),
    }


def _by_desktop(login: Login) -> Entries:
    entry = _desktop("Earmark", (*login.daemon, "start"), login.environment)
    return {login.folder / "autostart" / "earmark.desktop": entry, **_tray_on_desktop(login)}


def _tray_on_desktop(login: Login) -> Entries:
    if login.tray is None:
        return {}
    entry = _desktop("Earmark tray icon", login.tray, login.environment)
    return {login.folder / "autostart" / "earmark-tray.desktop": entry}


def _by_launchd(login: Login) -> Entries:
    agents = login.folder / "Library" / "LaunchAgents"
    daemon = _agent("earmark.daemon", (*login.daemon, "run", "--quiet"), login)
    daemon |= {"ProcessType": "Background", "LowPriorityIO": True}
    found: Entries = {agents / "earmark.daemon.plist": plistlib.dumps(daemon)}
    if login.tray is not None:
        tray = _agent("earmark.tray", login.tray, login) | {"LimitLoadToSessionType": "Aqua"}
        found[agents / "earmark.tray.plist"] = plistlib.dumps(tray)
    return found


def _by_windows(login: Login) -> Entries:
    """A script in the Startup folder; `chcp` has it read as UTF-8."""
    commands = [(*login.daemon, "start"), *([login.tray] if login.tray else [])]
    lines = ["@echo off", "chcp 65001 >nul"]
    lines += [f'set "{name}={_percent(value)}"' for name, value in login.environment.items()]
    lines += [
        'start "Earmark" /min ' + " ".join(f'"{_percent(word)}"' for word in command)
        for command in commands
    ]
    script = "".join(f"{line}\r\n" for line in lines)
    return {login.folder.joinpath(*_STARTUP, "Earmark.cmd"): script.encode()}


def _unit(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """A systemd user unit (systemd.service(5)): told when it is ready, watched while it runs."""
    if _REFUSED_BY_SYSTEMD.search(command[0]):
        command = ("/bin/sh", "-c", 'exec "$0" "$@"', *command)
    path, *arguments = map(_systemd_word, command)
    started = [path, *(word.replace("$", "$$") for word in arguments)]
    needs = [f"Environment={_systemd_word(f'{key}={value}')}" for key, value in environment.items()]
    return "\n".join(
        [
            "[Unit]",
            "Description=Earmark, which tags the sounds in your sample folders",
            "StartLimitIntervalSec=300",
            "StartLimitBurst=4",
            "",
            "[Service]",
            "Type=notify",
            "ExecStart=" + " ".join(started),
            *needs,
            "Restart=on-failure",
            f"RestartSec={_SECONDS_BETWEEN_STARTS}",
            "WatchdogSec=5min",
            "TimeoutStartSec=10min",
            "KillMode=mixed",
            "Nice=5",
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        ]
    )


def _systemd_word(word: str) -> str:
    """A word as systemd.syntax(7) quotes it."""
    escaped = _in_one_line(re.sub(r'(["\\])', r"\\\1", word)).replace("%", "%%")
    return escaped if re.fullmatch(r"[\w@%+=:,./-]+", escaped) else f'"{escaped}"'


def _desktop(name: str, command: Sequence[str], environment: Mapping[str, str]) -> bytes:
    """An autostart entry of the XDG specifications."""
    needs = ["env", *(f"{key}={value}" for key, value in environment.items())]
    words = [*(needs if environment else []), *command]
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        f"Name={name}",
        "Comment=Tags the sounds in your sample folders",
        "Exec=" + " ".join(map(_desktop_word, words)),
        "Terminal=false",
        "",
    ]
    return os.fsencode("\n".join(lines))


def _desktop_word(word: str) -> str:
    """A word as the Desktop Entry Specification quotes it: once for Exec, once for strings."""
    doubled = word.replace("%", "%%")
    if re.fullmatch(r"[\w@%+=:,./-]+", doubled):
        return doubled
    quoted = re.sub(r'(["`$\\])', r"\\\1", doubled)
    return '"' + _in_one_line(quoted.replace("\\", "\\\\")) + '"'


def _in_one_line(text: str) -> str:
    """Without ends of lines, which systemd and desktops read out of these signs again."""
    return text.replace("\n", r"\n").replace("\r", r"\r")


def _agent(label: str, command: Sequence[str], login: Login) -> dict[str, Any]:
    """A launchd agent (launchd.plist(5)): started at login, and again after a crash."""
    agent: dict[str, Any] = {
        "Label": label,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": _SECONDS_BETWEEN_STARTS,
        "StandardOutPath": str(login.log),
        "StandardErrorPath": str(login.log),
    }
    if login.environment:
        agent["EnvironmentVariables"] = dict(login.environment)
    return agent


def _percent(text: str) -> str:
    return text.replace("%", "%%")


_MANNERS = {
    Manner.SYSTEMD: _by_systemd,
    Manner.DESKTOP: _by_desktop,
    Manner.LAUNCHD: _by_launchd,
    Manner.WINDOWS: _by_windows,
}
