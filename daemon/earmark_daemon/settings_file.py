"""The settings file: TOML, validated, whose comments survive a change by the program."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.settings import Folder, Playback, Settings, Tags, Tray, Watching, Work, Writing

TEMPLATE = """\
# Earmark's settings. Change what you like: it counts within seconds, and your comments stay.

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
# A file is taken once it has not changed for this long.
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
# How many sounds are heard at once; 0 means one for each processor core.
processes = 0

[tray]
# What the tray icon says when it happens.
notify_packs = true
notify_training = true
notify_trouble = true

[playback]
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

T = TypeVar("T")
_LEAST: Mapping[str, float] = {"quiet_seconds": 0.0, "processes": 0, "sure_from": 0.0}


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
        return _settings(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, f"is not valid TOML: {error}") from error
    except EarmarkError as error:
        raise _wrong(path, error.problem.message) from error


def add_folder(path: Path, folder: Folder) -> Settings:
    """Watch one more folder, or change how it is watched.

    Raises:
        EarmarkError: the file is wrong already, or cannot be written; it is as it was.
    """

    def change(document: Any) -> None:
        import tomlkit

        if not document.get("folder"):
            document.pop("folder", None)  # what is left where the last one was removed
        tables = document.setdefault("folder", tomlkit.aot())
        _drop(tables, folder.path)
        table = tomlkit.table()
        table["path"] = folder.path
        table["write_tags"] = folder.write_tags
        table["exclude"] = list(folder.exclude)
        tables.append(table)

    return _change(path, change)


def remove_folder(path: Path, folder: str) -> Settings:
    """Watch a folder no more; raises as `add_folder`."""
    return _change(path, lambda document: _drop(document.get("folder", []), folder))


def change_value(path: Path, section: str, name: str, value: object) -> Settings:
    """Set one value, such as ``("writing", "genre", False)``.

    Raises:
        EarmarkError: there is no such setting, it cannot have this value, or as `add_folder`.
    """

    def change(document: Any) -> None:
        import tomlkit

        table = tomlkit.inline_table()
        if isinstance(value, Mapping):
            table.update(value)
        document.setdefault(section, {})[name] = table if isinstance(value, Mapping) else value

    return _change(path, change)


def _change(path: Path, change: Callable[[Any], None]) -> Settings:
    """Change the file in one atomic step, keeping its comments; refuses what would not validate."""
    import tomlkit

    load(path)
    text = path.read_text(encoding="utf-8") if path.exists() else TEMPLATE
    document = tomlkit.parse(text)
    change(document)
    new_text = tomlkit.dumps(document)
    settings = _settings(tomllib.loads(new_text))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(new_text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        os.unlink(temporary)
        raise _wrong(path, f"cannot be written ({error.strerror})") from error
    return settings


def _drop(tables: Any, folder: str) -> None:
    for position in reversed(range(len(tables))):
        if tables[position]["path"] == folder:
            del tables[position]


def _settings(data: Mapping[str, Any]) -> Settings:
    sections: dict[str, type] = {
        "writing": Writing,
        "watching": Watching,
        "tags": Tags,
        "work": Work,
        "tray": Tray,
        "playback": Playback,
    }
    unknown = set(data) - {*sections, "folder"}
    if unknown:
        raise _mistake(f"there is no section [{min(unknown)}]")
    settings = Settings(
        **{name: _section(kind, data.get(name, {}), name) for name, kind in sections.items()}
    )
    folders = tuple(_section(Folder, item, "[folder]") for item in data.get("folder", ()))
    for folder in folders:
        if not os.path.isabs(folder.path):
            raise _mistake(f"folder {folder.path!r} is not a full path")
    return replace(settings, folders=folders)


def _section(kind: type[T], data: Any, section: str) -> T:
    if not isinstance(data, Mapping):
        raise _mistake(f"[{section}] is not a section")
    hints = get_type_hints(kind)
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]
    values = {}
    for name, value in data.items():
        if name not in known:
            raise _mistake(f"[{section}] knows no {name!r}")
        values[name] = _value(hints[name], value, f"{name} in [{section}]", _LEAST.get(name))
    if kind is Folder and "path" not in values:
        raise _mistake("a [[folder]] has no path")
    return kind(**values)


def _value(hint: Any, value: Any, where: str, least: float | None) -> Any:
    if hint is bool and isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str):
        return value
    if hint in (int, float) and isinstance(value, (int, hint)) and not isinstance(value, bool):
        if least is not None and value < least:
            raise _mistake(f"{where} must not be below {least:g}")
        return hint(value)
    if hint == tuple[str, ...] and _is_texts(value):
        return tuple(value)
    if hint == Mapping[str, float] and isinstance(value, Mapping):
        return {name: _share(number, f"{name} in {where}") for name, number in value.items()}
    names = {
        bool: "true or false",
        str: "a text",
        int: "a whole number",
        float: "a number",
        Mapping[str, float]: "numbers by name, such as { clap = 0.8 }",
    }
    raise _mistake(f"{where} must be {names.get(hint, 'a list of texts')}, not {value!r}")


def _share(value: Any, where: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise _mistake(f"{where} must be a number from 0 to 1, not {value!r}")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _mistake(what: str) -> EarmarkError:
    return fail("bad-settings", what)


def _wrong(path: Path, what: str) -> EarmarkError:
    return fail(
        "bad-settings",
        f"The settings file {path}: {what}.",
        "Correct it in any text editor; nothing was changed.",
        str(path),
    )
