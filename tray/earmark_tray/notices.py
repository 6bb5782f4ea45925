"""When to tell something by a notification, and in which words; pure."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext
from html import escape

from earmark_tray.state import Condition, State


@dataclass(frozen=True)
class Notice:
    """A notification."""

    title: str
    text: str

    @property
    def markup(self) -> str:
        """The text for those who read it as markup, as desktops on Linux do (freedesktop.org)."""
        return escape(self.text, quote=False)


def notices(before: State, now: State, told: State) -> tuple[Notice, ...]:
    """What is worth telling about the change from ``before`` to ``now``.

    Args:
        before: the state just before.
        now: the state now.
        told: the state when the work that has just ended began, to count what was done.
    """
    found: list[Notice] = []
    if now.notify_trouble and now.trouble and now.trouble != before.trouble:
        found.append(Notice(_("Earmark cannot go on"), now.trouble))
    if now.notify_trouble:
        found += [
            Notice(_("A folder is not there"), folder.path)
            for folder in now.folders
            if not folder.online and folder.path in _online(before)
        ]
    if now.notify_training and now.lesson != before.lesson and before.training is not None:
        found += _lessons(now)
    ended = before.condition is Condition.WORKING and now.condition is Condition.IDLE
    if now.notify_packs and ended:
        found += _packs(told, now)
    return tuple(found)


def _lessons(now: State) -> list[Notice]:
    if now.lesson is None:
        return []
    if now.lesson.learnt:
        return [Notice(_("Your tags are learnt"), _("Open “Train…” to see how good they are."))]
    return [Notice(_("Your tags could not be learnt"), now.lesson.message)]


def _packs(told: State, now: State) -> list[Notice]:
    counted = {pack.path: pack.sounds for pack in told.packs}
    return [
        Notice(
            _("“{name}” is tagged").format(name=pack.name),
            ngettext("{count} sound", "{count} sounds", new).format(count=f"{new:,}"),
        )
        for pack in now.packs
        if (new := pack.sounds - counted.get(pack.path, 0)) > 0
    ]


def _online(state: State) -> set[str]:
    return {folder.path for folder in state.folders if folder.online}
