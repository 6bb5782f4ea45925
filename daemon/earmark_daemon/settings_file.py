"""The settings file: TOML, checked, whose comments survive a change by the program."""

from __future__ import annotations

import errno
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.places import places
from earmark_daemon.private_file import drafted
from earmark_daemon.settings import Folder, Settings
from earmark_daemon.settings_checks import settings_of

TEMPLATE = """\
# Earmark's settings. Change what you like: it counts within seconds, but for two that say so, and
# your comments stay.

[writing]
# Write tags into the files themselves, so that your desktop's search finds them.
enabled = true
# Which fields: genre is the one that every desktop searches, comment is second.
genre = true
comment = true
# How sure a tag must be, from 0 to 1, before it is written into a file. Earmark's own search finds
# less sure ones too, and what a person said is always written.
sure_from = 0.5
# Finder tags (macOS), user.xdg.tags (Linux), keywords for Ableton Live's browser.
finder_tags = false
xdg_tags = false
ableton = false
# Keep the date of a file when tags are written into it. Backups may then miss the change.
keep_mtime = false

[watching]
# A file is taken once it has not changed for this long. Counts from the next start of Earmark on.
quiet_seconds = 1.0
# Names to leave alone, such as "*.bak" or "Old takes/*".
exclude = []

[tags]
# Tags that no model shall give, and that are not trained. What you said of a sound still counts.
off = []
# How sure a tag must be, from 0 to 1, before it is given at all, such as { clap = 0.8 }. Others are
# given from where their model was found to be right often enough.
sure_from = {}

[work]
# How many sounds are heard at once; 0 means one for each processor core. Counts from the next
# start of Earmark on.
processes = 0

[tray]
# What the tray icon says when it happens.
notify_packs = true
notify_training = true
notify_trouble = true

[playback]
# The windows play a sound as soon as it is chosen; else the space bar plays it.
at_once = true
# The windows play every sound equally loud.
match_levels = false
# The name of the audio device to play through; "" is the one that the system uses.
device = ""

# The folders to watch; `earmark watch add FOLDER` puts them here.
# [[folder]]
# path = "/home/you/Samples"
# write_tags = true
# exclude = []
"""

_PATIENCE_SECONDS = 30.0
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def load(path: Path) -> Settings:
    """Read the settings; a missing file means the defaults.

    Raises:
        EarmarkError: the file is not TOML, or something in it is unknown or of the wrong kind;
            says where.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, f"cannot be read ({error})") from error
    try:
        return settings_of(tomllib.loads(text))
    except ValueError as error:  # a TOMLDecodeError, or a number of thousands of digits
        raise _wrong(path, f"is not valid TOML: {error}") from error
    except EarmarkError as error:
        raise _wrong(path, error.problem.message, error.problem.advice) from error


def add_folder(path: Path, folder: Folder) -> Settings:
    """Watch one more folder, or change how it is watched.

    Raises:
        EarmarkError: the file is wrong already, or cannot be written, with the code ``disk-full``
            where room is lacking; it is as it was.
    """

    def change(document: Any, _: Settings) -> None:
        import tomlkit

        tables = _folders(document)
        _drop(tables, folder.path)
        table = tomlkit.table()
        table["path"] = folder.path
        table["write_tags"] = folder.write_tags
        table["exclude"] = list(folder.exclude)
        tables.append(table)

    return _change(path, change)


def remove_folder(path: Path, folder: str) -> Settings:
    """Watch a folder no more; raises as `add_folder`."""

    def change(document: Any, _: Settings) -> None:
        tables = _folders(document)
        _drop(tables, folder)
        if not tables:
            document.pop("folder", None)

    return _change(path, change)


def change_value(path: Path, section: str, name: str, value: object) -> Settings:
    """Set one value, such as ``("writing", "genre", False)``.

    Raises:
        EarmarkError: there is no such setting, it cannot have this value, or as `add_folder`.
    """
    return derive_value(path, section, name, lambda settings: value)


def derive_value(
    path: Path, section: str, name: str, derive: Callable[[Settings], object]
) -> Settings:
    """Set one value to what ``derive`` makes of the settings as they are in the file then.

    Raises:
        EarmarkError: as `change_value`.
    """

    def change(document: Any, before: Settings) -> None:
        import tomlkit

        value, table = derive(before), tomlkit.inline_table()
        if isinstance(value, Mapping):
            table.update(value)
        document.setdefault(section, {})[name] = table if isinstance(value, Mapping) else value

    return _change(path, change)


def _change(path: Path, change: Callable[[Any, Settings], None]) -> Settings:
    """Change the file in one atomic step, keeping its comments; refuses what would not validate.

    Args:
        path: the settings file.
        change: changes the document, given also the settings that it stands for.
    """
    with _alone():
        return _changed(path, change)


@contextmanager
def _alone() -> Iterator[None]:
    """Inside, no other thread or program changes settings, so that no change is lost.

    The lock lies beside the index, for the settings' own folder is the user's.
    """
    from filelock import FileLock, Timeout

    where = places()
    try:
        where.make()
        lock = FileLock(where.settings_lock)
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except Timeout as error:
        raise fail(
            "busy-settings",
            "Another program has been changing Earmark's settings for long.",
            "Try again in a minute.",
        ) from error
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _unwritten(where.settings, error) from error
        raise fail(
            "no-home",
            f"Earmark cannot write to its own folder {where.data} ({error.strerror}).",
            "Make it writable, or set EARMARK_HOME to another folder.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _changed(path: Path, change: Callable[[Any, Settings], None]) -> Settings:
    """See `_change`, which holds the lock."""
    import tomlkit

    before = load(path)
    text = path.read_text(encoding="utf-8") if path.exists() else TEMPLATE
    document = tomlkit.parse(text)
    change(document, before)
    new_text = tomlkit.dumps(document)
    settings = settings_of(tomllib.loads(new_text))
    try:
        _replace(Path(os.path.realpath(path)), new_text)
    except OSError as error:
        raise _unwritten(path, error) from error
    return settings


def _replace(path: Path, text: str) -> None:
    """Have a file hold this text, in one step; who may read it stays as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with drafted(path, text.encode("utf-8")) as draft:
        if path.exists():
            shutil.copymode(path, draft)
        os.replace(draft, path)


def _folders(document: Any) -> Any:
    """The folders of a document as tables, to which others can be added.

    A plain list, such as the ``folder = []`` that is left where the last table went, gives way.
    """
    import tomlkit

    there = document.get("folder", ())
    if isinstance(there, tomlkit.items.AoT):
        return there
    tables = tomlkit.aot()
    for item in there:
        table = tomlkit.table()
        table.update(item)
        tables.append(table)
    document.pop("folder", None)
    document.append("folder", tables)
    return document["folder"]


def _drop(tables: Any, folder: str) -> None:
    for position in reversed(range(len(tables))):
        if os.path.normpath(tables[position]["path"]) == os.path.normpath(folder):
            del tables[position]


def _unwritten(path: Path, error: OSError) -> EarmarkError:
    full = error.errno in _NO_ROOM
    return fail(
        "disk-full" if full else "settings-unwritable",
        f"The settings file {path} cannot be written ({error.strerror}); nothing was changed.",
        f"{'Make room' if full else 'Make it and its folder writable'}, then try again.",
        str(path),
    )


def _wrong(path: Path, what: str, advice: str = "") -> EarmarkError:
    return fail(
        "bad-settings",
        f"The settings file {path}: {what.rstrip('.')}.",
        f"{advice} Correct it in any text editor; nothing was changed.".lstrip(),
        str(path),
    )
