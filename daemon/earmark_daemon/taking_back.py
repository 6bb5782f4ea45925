"""Taking back what was written, some files at a time: so it shows how far it is and can be stopped.

For whoever asks the daemon to; the standard library suffices, as for `earmark_daemon.api`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Call = Callable[..., Any]
"""Calls a method of the local API."""

_AT_ONCE = 64


@dataclass(frozen=True)
class Undoable:
    """Files that can be taken back.

    Attributes:
        paths: the one that was written last first.
        since: only what was written after this time is meant, in seconds since the epoch.
        batch: only what was written in this go is meant.
        everything: whether no file was named.
    """

    paths: Sequence[str]
    since: float | None
    batch: str | None
    everything: bool = False


def undoable(call: Call, *, since: float | None = None, **chosen: Any) -> Undoable:
    """What the request `undoable` gives, asked for in pages, for there may be very many."""
    answer = call("undoable", since=since, **chosen)
    paths, total = answer["paths"], answer["total"]
    while len(paths) < total:
        page = call("undoable", since=since, **chosen, offset=len(paths))["paths"]
        if not page:
            break
        paths += page
    everything = bool(chosen.get("everything"))
    return Undoable(list(dict.fromkeys(paths)), since, answer["batch"], everything)


def take_back(call: Call, found: Undoable) -> Iterator[list[dict[str, Any]]]:
    """Take files back; yields what became of some of them, then of the next."""
    for start in range(0, len(found.paths), _AT_ONCE):
        some = list(found.paths[start : start + _AT_ONCE])
        how = {"since": found.since, "batch": found.batch, "everything": found.everything}
        yield call("undo_files", paths=some, **how)
