"""The menu as a pure function of the state; whoever shows it decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from gettext import gettext as _
from gettext import ngettext

from earmark_tray.state import Condition, State

_STEP_PERCENT = 5
"""Some desktops close an open menu when its items change, so the headline changes seldom."""


class Action(StrEnum):
    """What choosing an item does; see `earmark_tray.actions`."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    SEARCH = "search"
    REVIEW = "review"
    LABEL = "label"
    TRAIN = "train"
    SETTINGS = "settings"
    WELCOME = "welcome"
    OPEN_FOLDER = "open folder"
    UNDO = "undo"
    OPEN_LOG = "open log"
    NOTIFY_PACKS = "notify packs"
    NOTIFY_TRAINING = "notify training"
    NOTIFY_TROUBLE = "notify trouble"
    QUIT = "quit"


@dataclass(frozen=True)
class Item:
    """One line of the menu; without action and children it only says something.

    Attributes:
        text: what it says; empty for a line that separates.
        action: what choosing it does.
        argument: what the action needs to know, such as a folder.
        children: the items of its submenu.
        checked: for a switch, whether it is on.
        default: whether a click on the icon itself does this.
    """

    text: str
    action: Action | None = None
    argument: str = ""
    children: tuple[Item, ...] = ()
    checked: bool | None = None
    default: bool = False


SEPARATOR = Item("")


def menu(state: State) -> tuple[Item, ...]:
    """The whole menu, from the top."""
    if state.condition is Condition.OFFLINE:
        return (
            Item(headline(state)),
            Item(_("Start Earmark"), Action.START, default=True),
            SEPARATOR,
            Item(_("Open log"), Action.OPEN_LOG),
            Item(_("Quit"), Action.QUIT),
        )
    return (
        *_doing(state),
        SEPARATOR,
        Item(_("Search…"), Action.SEARCH, default=True),
        Item(_review_text(state), Action.REVIEW),
        Item(_("Label sounds…"), Action.LABEL),
        Item(_train_text(state), Action.TRAIN),
        SEPARATOR,
        *_submenu(_("Recent packs"), _packs(state)),
        *_submenu(_("Folders"), _folders(state)),
        *_submenu(_("Notifications"), _notifications(state)),
        Item(_("Undo the last batch"), Action.UNDO),
        Item(_("Settings…"), Action.SETTINGS),
        Item(_("Open log"), Action.OPEN_LOG),
        SEPARATOR,
        Item(_("Quit"), Action.QUIT),
    )


def headline(state: State) -> str:
    """What Earmark is doing, in one line; also the icon's tooltip."""
    if state.condition is Condition.OFFLINE:
        return _("Earmark is not running")
    if state.trouble:
        return state.trouble
    if not state.folders:
        return _("No folder is watched yet")
    if state.condition is Condition.PAUSED:
        return _("Paused")
    if state.condition is Condition.WORKING:
        percent = int((state.progress or 0) * 100 / _STEP_PERCENT) * _STEP_PERCENT
        return _("Listening… {percent} %").format(percent=percent)
    return ngettext("{count} sound is tagged", "{count} sounds are tagged", state.tagged).format(
        count=f"{state.tagged:,}"
    )


def _doing(state: State) -> tuple[Item, ...]:
    lines = [Item(headline(state))]
    if not state.folders:
        return (*lines, Item(_("Choose folders…"), Action.WELCOME))
    if state.failed:
        text = ngettext(
            "{count} file could not be tagged…", "{count} files could not be tagged…", state.failed
        )
        lines.append(
            Item(text.format(count=f"{state.failed:,}"), Action.SETTINGS, argument="problems")
        )
    if state.condition is Condition.PAUSED:
        return (*lines, Item(_("Resume"), Action.RESUME))
    return (*lines, Item(_("Pause"), Action.PAUSE))


def _review_text(state: State) -> str:
    if not state.review:
        return _("Review sounds…")
    return ngettext("Review {count} sound…", "Review {count} sounds…", state.review).format(
        count=f"{state.review:,}"
    )


def _train_text(state: State) -> str:
    if state.training is None:
        return _("Train…")
    percent = state.training // _STEP_PERCENT * _STEP_PERCENT
    return _("Training… {percent} %").format(percent=percent)


def _submenu(text: str, children: tuple[Item, ...]) -> tuple[Item, ...]:
    return (Item(text, children=children),) if children else ()


def _packs(state: State) -> tuple[Item, ...]:
    return tuple(
        Item(
            ngettext("{name}: {count} sound", "{name}: {count} sounds", pack.sounds).format(
                name=pack.name, count=f"{pack.sounds:,}"
            ),
            Action.OPEN_FOLDER,
            pack.path,
        )
        for pack in state.packs
    )


def _folders(state: State) -> tuple[Item, ...]:
    return tuple(
        Item(
            folder.path if folder.online else _("{path} (not there)").format(path=folder.path),
            Action.OPEN_FOLDER,
            folder.path,
        )
        for folder in state.folders
    )


def _notifications(state: State) -> tuple[Item, ...]:
    return (
        Item(_("When a pack is tagged"), Action.NOTIFY_PACKS, checked=state.notify_packs),
        Item(_("When a training is done"), Action.NOTIFY_TRAINING, checked=state.notify_training),
        Item(_("When something is wrong"), Action.NOTIFY_TROUBLE, checked=state.notify_trouble),
    )
