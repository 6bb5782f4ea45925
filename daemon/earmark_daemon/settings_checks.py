"""Makes settings out of what stands in their file, and says what in it cannot be."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar, get_type_hints

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.patterns import Patterns
from earmark_daemon.settings import Folder, Playback, Settings, Tags, Tray, Watching, Work, Writing
from earmark_daemon.tag_names import spelled

T = TypeVar("T")
_RANGES: Mapping[str, tuple[int, int]] = {
    "quiet_seconds": (0, 86_400),
    "processes": (0, 1_024),
    "sure_from": (0, 1),
}
"""The least and the most that numbers may be."""


def settings_of(data: Mapping[str, Any]) -> Settings:
    """The settings that a document, as TOML is read, stands for.

    Raises:
        EarmarkError: something in it is unknown or of the wrong kind; says where.
    """
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
    settings = replace(settings, tags=_spelled(settings.tags))
    Patterns(settings.watching.exclude)
    folders = [_folder(item) for item in data.get("folder", ())]
    return replace(settings, folders=tuple({each.path: each for each in folders}.values()))


def _folder(data: Any) -> Folder:
    """A watched folder; its path is without a slash at the end."""
    folder = _section(Folder, data, "[folder]")
    if not os.path.isabs(folder.path):
        raise _mistake(f"folder {folder.path!r} is not a full path")
    Patterns(folder.exclude)
    return replace(folder, path=os.path.normpath(folder.path))


def _spelled(tags: Tags) -> Tags:
    """The same, each tag as it is kept, however it was typed."""
    sure_from = {spelled(tag): least for tag, least in tags.sure_from.items()}
    return Tags(tuple(dict.fromkeys(map(spelled, tags.off))), sure_from)


def _section(kind: type[T], data: Any, section: str) -> T:
    if not isinstance(data, Mapping):
        raise _mistake(f"[{section}] is not a section")
    hints = get_type_hints(kind)
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]
    values = {}
    for name, value in data.items():
        if name not in known:
            raise _mistake(f"[{section}] knows no {name!r}")
        values[name] = _value(hints[name], value, f"{name} in [{section}]", name)
    if kind is Folder and "path" not in values:
        raise _mistake("a [[folder]] has no path")
    return kind(**values)


def _value(hint: Any, value: Any, where: str, name: str) -> Any:
    if hint is bool and isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str):
        return value
    if hint in (int, float) and isinstance(value, (int, hint)) and not isinstance(value, bool):
        return hint(_within(_RANGES[name], value, where))
    if hint == tuple[str, ...] and _is_texts(value):
        return tuple(value)
    if hint == Mapping[str, float] and isinstance(value, Mapping):
        return {tag: _share(number, f"{tag} in {where}") for tag, number in value.items()}
    names = {
        bool: "true or false",
        str: "a text",
        int: "a whole number",
        float: "a number",
        Mapping[str, float]: "numbers by name, such as { clap = 0.8 }",
    }
    raise _mistake(f"{where} must be {names.get(hint, 'a list of texts')}, not {value!r}")


def _share(value: Any, where: str) -> float:
    return float(_within(_RANGES["sure_from"], value, where))


def _within(ends: tuple[int, int], value: Any, where: str) -> int | float:
    least, most = ends
    if isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise _mistake(f"{where} must be a number from {least} to {most}, not {value!r}")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _mistake(what: str) -> EarmarkError:
    return fail("bad-settings", what)
