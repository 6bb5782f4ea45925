"""Asking about one sound after the other: what was answered is taken down, and back."""

from __future__ import annotations

import os
from typing import Any

from PySide6.QtCore import QObject, Signal

from earmark_tray.windows.asking import Asker
from earmark_tray.windows.review_queue import (
    ReviewQueue,
    Said,
    Sound,
    Verdict,
    heard_of,
    request,
    request_back,
)
from earmark_tray.windows.sound_card import SoundCard
from earmark_tray.windows.sound_row import shown


class Answering(QObject):
    """Leads through a queue of sounds on a card.

    Attributes:
        moved: another sound is asked about, or none.
        wants_more: it is time to fetch more sounds.
        queue: the sounds.
        rest: title and text where no sound is left.
        in_sight: whether the card is seen; where it is not, nothing is played.
    """

    moved = Signal()
    wants_more = Signal()

    def __init__(self, asker: Asker, card: SoundCard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asker = asker
        self._card = card
        self._wanted: str | None = None
        self.queue = ReviewQueue()
        self.rest = ("", "")
        self.in_sight = True
        card.answered.connect(self._answer)
        card.back.connect(self._back)

    def add(self, sounds: list[Sound]) -> None:
        """There are more sounds to ask about."""
        before = self.queue.current
        self.queue.extend(sounds)
        if self.queue.current is not before or before is None:
            self.show()

    def want(self, tag: str | None) -> None:
        """Ask of every sound whether it is this; None to ask what it is."""
        self._wanted = tag
        self.show(play=False)

    def suggest_anew(self) -> None:
        """Ask for what is offered of the sounds to come, and was fetched before."""
        self.queue.typed = None
        paths = [sound.path for sound in self.queue.coming]
        if paths:
            self._asker.ask("suggestions", self._renew, paths=paths)

    def hear_of(self, events: list[dict[str, Any]]) -> None:
        """People said something of sounds, here or in other windows."""
        words = {each["content"]: _given(each) for each in events}
        coming = len(self.queue.coming)
        denied = {each["content"]: tuple(each["denied"]) for each in events}
        self.queue.answered_by_others(words, denied)
        sound, following = self.queue.current, self.queue.following
        if sound is not None and sound.content in words:
            self._card.show_note(self._note(sound))
        if len(self.queue.coming) == coming:
            return
        if following is not None:
            self._card.prepare(following)
        if self.queue.wants_more:
            self.wants_more.emit()

    def show(self, *, play: bool = True) -> None:
        """Ask about the current sound."""
        sound = self.queue.current
        if sound is None:
            self._card.show_nothing(*self.rest)
        else:
            choices = sound.choices(self._wanted, self.queue.typed)
            self._card.show_sound(sound, self._note(sound), choices, play=play and self.in_sight)
            if self.queue.following is not None:
                self._card.prepare(self.queue.following)
        self.moved.emit()

    def title(self, window: str) -> str:
        """The window's title with the name of the sound."""
        sound = self.queue.current
        return window if sound is None else f"{shown(os.path.basename(sound.path))} – {window}"

    def _renew(self, items: Any) -> None:
        self.queue.renew(heard_of(items))
        self.show(play=False)

    def _note(self, sound: Sound) -> str:
        given = self.queue.others.get(sound.content)
        if given is not None:
            return self.tr("Answered elsewhere meanwhile: {}").format(", ".join(given) or "–")
        if sound.said:
            return self.tr("You said: {}").format(", ".join(sound.said))
        if self._wanted is not None:
            return self.tr("Is it “{}”?").format(self._wanted)
        return sound.note or self.tr("Is it this?")

    def _answer(self, verdict: Verdict, tag: str | None) -> None:
        said = self.queue.answer(verdict, tag)
        if said is None:
            return
        self._tell(request(said))
        self.show()
        if self.queue.wants_more:
            self.wants_more.emit()

    def _back(self) -> None:
        said: Said | None = self.queue.back()
        if said is not None:
            self._tell(request_back(said))
            self.show()

    def _tell(self, wanted: dict[str, Any] | None) -> None:
        if wanted is not None:
            self._asker.tell("label", **wanted)


def _given(event: dict[str, Any]) -> tuple[str, ...] | None:
    """The tags that people gave a sound; None where nobody says anything of it any more."""
    if not event["labelled"]:
        return None
    return tuple(tag["tag"] for tag in event["tags"] if tag["source"] == "person")
