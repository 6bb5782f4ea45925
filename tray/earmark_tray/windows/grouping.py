"""Asking about groups of alike sounds, one group after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from earmark_daemon.api import EarmarkError
from earmark_tray.windows.asking import Answered, Asker
from earmark_tray.windows.group_card import GroupCard
from earmark_tray.windows.review_queue import (
    ReviewQueue,
    Said,
    Sound,
    Verdict,
    heard_of,
    request_back,
)


@dataclass(frozen=True)
class _SaidOfGroup:
    shown: tuple[Sound, ...]
    left_out: Collection[str]
    sounds: tuple[Sound, ...]
    tag: str | None


class Grouping(QObject):
    """Leads through groups on a card.

    Attributes:
        moved: another group is asked about, or none.
    """

    moved = Signal()

    def __init__(
        self, asker: Asker, card: GroupCard, queue: ReviewQueue, parent: QObject | None = None
    ) -> None:
        """Prepare.

        Args:
            asker: the daemon.
            card: where groups are shown.
            queue: told which sounds need not be asked about one by one.
            parent: whose life it shares.
        """
        super().__init__(parent)
        self._asker = asker
        self._card = card
        self._queue = queue
        self._coming: deque[Sequence[str]] = deque()
        self._awaited: Sequence[str] | None = None
        self._current: tuple[Sound, ...] = ()
        self._left_out: set[str] = set()
        self._said: list[_SaidOfGroup] = []
        self._wanted: str | None = None
        self._missed: Callable[[], None] | None = None
        card.answered.connect(self._answer)
        card.skipped.connect(lambda: self._go_on((), None))
        card.back.connect(self._back)

    def begin(self, paths: Sequence[str]) -> None:
        """Find groups among these sounds and ask about the first."""
        self._current, self._awaited = (), None
        self._left_out.clear()
        self._card.show_nothing(self.tr("Comparing the sounds…"), "")
        self._ask("groups", self._found, paths)

    def again(self) -> None:
        """Ask what no daemon has answered."""
        missed, self._missed = self._missed, None
        if missed is not None:
            missed()

    def want(self, tag: str | None) -> None:
        """Ask of every group whether it is this; None to ask what it is."""
        self._wanted = tag
        self._propose()

    def suggest_anew(self) -> None:
        """Ask for what is offered of the group, and was fetched before."""
        if self._current:
            paths = [sound.path for sound in self._current]
            self._asker.ask("suggestions", self._renew, paths=paths)

    def _renew(self, items: Any) -> None:
        new = {sound.content: sound for sound in heard_of(items)}
        self._current = tuple(new.get(sound.content, sound) for sound in self._current)
        self._propose()

    def _propose(self) -> None:
        if self._current:
            self._card.propose(self._current, self._wanted, self._queue.typed)

    def _found(self, groups: Any) -> None:
        self._coming = deque(groups)
        if not self._current:  # else somebody has gone back meanwhile
            self._next()

    def _next(self) -> None:
        self._current = ()
        if not self._coming:
            self._card.show_nothing(
                self.tr("There are no more groups of similar sounds"),
                self.tr("G goes on with one sound after the other."),
            )
            self.moved.emit()
            return
        paths = self._awaited = self._coming.popleft()
        self._card.show_nothing(self.tr("The next group is coming…"), "")
        self._ask("suggestions", partial(self._show, paths), paths)

    def _ask(self, method: str, answered: Answered, paths: Sequence[str]) -> None:
        def miss(error: EarmarkError) -> None:
            self._missed = partial(self._ask, method, answered, paths)
            self._asker.troubled.emit(error)

        self._missed = None
        self._asker.ask(method, answered, miss, paths=list(paths))

    def _show(self, paths: Sequence[str], items: Any) -> None:
        if paths is not self._awaited:
            return  # somebody has gone back meanwhile
        self._awaited = None
        sounds = tuple(self._queue.open(heard_of(items)))
        self._current = sounds
        if not sounds:
            self._next()
            return
        self._card.show_group(sounds, self._left_out)
        self._propose()
        self.moved.emit()

    def _answer(self, sounds: list[Sound], tag: str) -> None:
        paths = [sound.path for sound in sounds]
        if tag not in self._card.choices:
            self._queue.typed = tag
        self._asker.tell("label", paths=paths, add=[tag])
        self._queue.answered_elsewhere(sounds)
        self._go_on(tuple(sounds), tag)

    def _go_on(self, sounds: tuple[Sound, ...], tag: str | None) -> None:
        if self._current:
            said = _SaidOfGroup(self._current, self._card.left_out, sounds, tag)
            self._said.append(said)
            self._next()

    def _back(self) -> None:
        if not self._said:
            return
        if self._current:
            paths = [sound.path for sound in self._current]
            self._coming.appendleft(paths)
            self._left_out = self._left_out.difference(paths) | self._card.left_out
        elif self._awaited is not None:
            self._coming.appendleft(self._awaited)
        self._awaited = self._missed = None
        last = self._said.pop()
        for sound in last.sounds:
            wanted = request_back(Said(sound, Verdict.IS, last.tag))
            if wanted is not None:
                self._asker.tell("label", **wanted)
        self._queue.asked_again(last.sounds)
        self._current = last.shown
        if last.tag == self._queue.typed:
            self._queue.typed = None
        self._card.show_group(last.shown, last.left_out)
        self._propose()
        self.moved.emit()
