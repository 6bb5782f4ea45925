"""Is everything that Earmark needs there and in order?"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from earmark_daemon.autostart import Starts, files, starts, this_login
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.hearing.model import Model
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.places import Places, places
from earmark_daemon.service.models.lineup import Member, chosen_lineup
from earmark_daemon.settings_file import load
from earmark_daemon.watching.problems import WATCH_LIMIT
from earmark_db.errors import IndexFault, damaged
from earmark_db.index import Index
from earmark_db.opening import open_reader

_INOTIFY_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
_FEW_WATCHES = 20_000


def checkup() -> list[dict[str, Any]]:
    """Each check as ``{"what": sentence, "ok": bool}``."""
    where = places()
    checks: list[Callable[[Places], str]] = [_settings, _index, _model, _chosen, _folders, _ffmpeg]
    checks.append(_login)
    if sys.platform != "win32":
        checks.append(_home)
    if sys.platform == "linux":
        checks.append(_inotify)
    return [_checked(check, where) for check in checks]


def _checked(check: Callable[[Places], str], where: Places) -> dict[str, Any]:
    try:
        return {"what": check(where), "ok": True}
    except EarmarkError as error:
        return {"what": str(error.problem), "ok": False}
    except IndexFault as fault:
        if fault.code == "no-index":
            return {"what": "There is no index yet; the first sound makes one.", "ok": True}
        return {"what": str(fault), "ok": False}


def _settings(where: Places) -> str:
    load(where.settings)
    if not where.settings.exists():
        return f"There is no settings file {where.settings} yet: all is as it is by default."
    return f"The settings file {where.settings} holds together."


def _index(where: Places) -> str:
    with closing(open_reader(where.index)) as connection:
        answer = connection.execute("pragma quick_check(1)").fetchone()[0]
    if answer != "ok":
        raise damaged(f"The index {where.index}", answer)
    return f"The index {where.index} is sound."


def _model(where: Places) -> str:
    info = Model(BUILTIN).info
    return f"The model “{info.name}” knows {len(info.labels)} tags: {', '.join(info.labels)}."


def _chosen(where: Places) -> str:
    if not where.index.exists():
        return "No other model is in use."
    with closing(Index.for_reading(where.index)) as index:
        chosen = chosen_lineup(index, where.models, Member(BUILTIN, Model(BUILTIN).info)).chosen
    idle = [f"“{member.info.name}”" for member in chosen if not member.runs]
    if idle:
        raise fail(
            "unusable-model",
            f"These models are in use and cannot be asked: {', '.join(idle)}.",
            "Train them again, or go back: earmark models rollback",
        )
    names = ", ".join(f"“{member.info.name}” for “{member.info.tag_set}”" for member in chosen)
    return f"Beside it these models are in use: {names}." if names else "No other model is in use."


def _folders(where: Places) -> str:
    folders = load(where.settings).folders
    if not folders:
        return "No folder is watched yet. Add one: earmark watch add FOLDER"
    away = [folder.path for folder in folders if not os.access(folder.path, os.R_OK | os.X_OK)]
    if away:
        return f"Watched folders: {len(folders)}; not there right now: {', '.join(away)}."
    return f"Watched folders: {len(folders)}, and all can be read."


def _ffmpeg(where: Places) -> str:
    if shutil.which("ffmpeg") and shutil.which("ffprobe"):
        return "ffmpeg is installed: M4A and WavPack can be heard."
    return "ffmpeg is not installed: M4A and WavPack cannot be heard, all else can."


def _home(where: Places) -> str:
    if not where.data.exists() or not where.data.stat().st_mode & 0o077:
        return f"Nobody else can look into Earmark's own folder {where.data}."
    return (
        f"Others on this computer can look into Earmark's own folder {where.data}, and see what"
        f" lies in yours. If that is not wanted: chmod 700 {shlex.quote(str(where.data))}"
    )


def _login(where: Places) -> str:
    login = this_login()
    found = starts(login)
    if found is Starts.OTHER_PROGRAM:
        there = ", ".join(map(str, files(login)))
        raise fail(
            "other-at-login",
            "When you log in, another Earmark is started, or one that is not there any more:"
            f" {there}.",
            "Have this one start: earmark autostart on",
        )
    return {
        Starts.THIS: "Earmark starts when you log in.",
        Starts.OTHER_HOME: "When you log in, Earmark is started for another EARMARK_HOME.",
    }.get(found, "Earmark does not start by itself when you log in.")


def _inotify(where: Places) -> str:
    try:
        limit = int(_INOTIFY_LIMIT.read_text())
    except (OSError, ValueError):
        return "The system sets no limit to the number of watched folders."
    advice = f" That is few. {WATCH_LIMIT.advice}" if limit < _FEW_WATCHES else ""
    return f"The system lets {limit:,} folders be watched.{advice}"
