"""What the tray knows: a pure summary of the daemon's status and of the events since."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

_MOST_PACKS = 5


class Condition(StrEnum):
    """What the icon shows."""

    IDLE = "idle"
    WORKING = "working"
    PAUSED = "paused"
    NEEDS_YOU = "needs you"
    OFFLINE = "offline"


@dataclass(frozen=True)
class Folder:
    """A watched folder."""

    path: str
    online: bool = True
    write_tags: bool = True


@dataclass(frozen=True)
class Pack:
    """A folder directly below a watched one, and how many of its sounds were tagged lately."""

    path: str
    sounds: int

    @property
    def name(self) -> str:
        """The folder's own name."""
        return os.path.basename(self.path) or self.path


@dataclass(frozen=True)
class Lesson:
    """A training that has ended.

    Attributes:
        job: its number.
        learnt: whether a model came of it.
        message: why not, in words.
    """

    job: int
    learnt: bool
    message: str = ""


@dataclass(frozen=True)
class State:
    """Everything that icon, menu and notifications are made of.

    Attributes:
        condition: what the icon shows.
        tagged: sounds that have tags.
        left: steps of work that are left, two for a sound that is yet to be heard.
        most: the most steps that were left since the work began.
        failed: files that could not be tagged.
        review: sounds that wait for a person's word.
        trouble: why Earmark cannot work, in words.
        folders: the watched folders.
        packs: the packs that were tagged lately, the newest first.
        training: how much of a training is done, in percent; None where none goes on.
        lesson: the training that ended last.
        notify_packs: whether a tagged pack is announced.
        notify_training: whether the end of a training is announced.
        notify_trouble: whether trouble is announced.
    """

    condition: Condition = Condition.OFFLINE
    tagged: int = 0
    left: int = 0
    most: int = 0
    failed: int = 0
    review: int = 0
    trouble: str | None = None
    folders: tuple[Folder, ...] = ()
    packs: tuple[Pack, ...] = field(default=())
    training: int | None = None
    lesson: Lesson | None = None
    notify_packs: bool = True
    notify_training: bool = True
    notify_trouble: bool = True

    @property
    def progress(self) -> float | None:
        """How much of the work is done, from 0 to 1; None where nothing is being done."""
        if self.condition is not Condition.WORKING or not self.most:
            return None
        return 1.0 - self.left / self.most


def offline(state: State) -> State:
    """No daemon answers; what was known of packs stays."""
    return State(
        packs=state.packs,
        lesson=state.lesson,
        notify_packs=state.notify_packs,
        notify_training=state.notify_training,
        notify_trouble=state.notify_trouble,
    )


def with_status(state: State, status: Mapping[str, Any], review: int) -> State:
    """The state after the daemon answered ``status``."""
    condition = _condition(status)
    waiting = status["waiting"]
    left = 2 * waiting["hear"] + waiting["write"] if condition is Condition.WORKING else 0
    folders = tuple(Folder(f["path"], f["online"], f["write_tags"]) for f in status["folders"])
    return replace(
        state,
        condition=condition,
        tagged=status["files"]["heard"] - status["files"]["untagged"],
        left=left,
        most=max(left, state.most) if left else 0,
        failed=status["files"]["failed"],
        review=review,
        trouble=status["trouble"],
        folders=folders,
    )


def with_settings(state: State, settings: Mapping[str, Any]) -> State:
    """The state after the daemon answered ``settings``."""
    chosen = settings["tray"]
    return replace(
        state,
        notify_packs=chosen["notify_packs"],
        notify_training=chosen["notify_training"],
        notify_trouble=chosen["notify_trouble"],
    )


def with_events(state: State, events: Iterable[Mapping[str, Any]]) -> State:
    """The state after these events of the daemon's feed: packs counted up, trainings followed."""
    counts = {pack.path: pack.sounds for pack in reversed(state.packs)}
    for event in events:
        if event["kind"] == "training":
            state = _trained(state, event)
        if event["kind"] != "tagged" or "labelled" in event:
            continue  # what a person says of a sound is no pack that came
        path = pack_of(event["path"], state.folders)
        counts[path] = counts.pop(path, 0) + 1
    newest = list(reversed(counts.items()))[:_MOST_PACKS]
    return replace(state, packs=tuple(Pack(path, sounds) for path, sounds in newest))


def pack_of(path: str, folders: Sequence[Folder]) -> str:
    """The pack that a sound belongs to: the folder just below the watched one that it lies in."""
    inside = [f.path for f in folders if path.startswith(f.path.rstrip(os.sep) + os.sep)]
    root = max(inside, key=len, default=None)
    if root is None:
        return os.path.dirname(path)
    first, separator, _ = os.path.relpath(path, root).partition(os.sep)
    return os.path.join(root, first) if separator else root


def _trained(state: State, event: Mapping[str, Any]) -> State:
    if event["state"] in ("running", "waiting"):
        done, total = event["done"], event["total"]
        if event.get("epochs"):
            done, total = event["epoch"], event["epochs"]
        return replace(state, training=int(100 * done / total) if total else 0)
    if event["state"] == "cancelled":
        return replace(state, training=None)
    lesson = Lesson(event["job"], event["state"] == "succeeded", event["message"])
    return replace(state, training=None, lesson=lesson)


def _condition(status: Mapping[str, Any]) -> Condition:
    if status["state"] == "trouble" or not status["folders"]:
        return Condition.NEEDS_YOU
    return Condition(status["state"])
