"""What a person says of sounds chosen in a list, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from earmark_tray.windows.asking import Asker
from earmark_tray.windows.review_queue import unsaying
from earmark_tray.windows.sound_row import Row


@dataclass(frozen=True)
class Word:
    """One word about some sounds: ``says`` is True for "this", False for "not this"."""

    rows: tuple[Row, ...]
    tag: str
    says: bool

    @property
    def request(self) -> dict[str, Any]:
        """The arguments of ``label`` that take it down."""
        kind = "add" if self.says else "remove"
        return {"paths": [row.path for row in self.rows], kind: [self.tag]}

    @property
    def requests_back(self) -> list[dict[str, Any]]:
        """The arguments of ``label`` that bring back what people had said before."""
        alike: dict[tuple[tuple[str, ...], bool], list[str]] = {}
        for row in self.rows:
            alike.setdefault((row.said, self.tag in row.denied), []).append(row.path)
        return [
            unsaying(paths, self.tag, tags, denied=denied)
            for (tags, denied), paths in alike.items()
        ]


class Tagging:
    """Takes words down with the daemon, and back."""

    def __init__(self, asker: Asker, taken: Callable[[], None]) -> None:
        """Prepare.

        Args:
            asker: the daemon.
            taken: called once the daemon has taken a word down.
        """
        self._asker = asker
        self._taken = taken
        self._words: list[Word] = []

    def add(self, rows: Sequence[Row], tag: str) -> None:
        """These sounds are this."""
        self._say(Word(tuple(rows), " ".join(tag.split()).lower(), says=True))

    def not_this(self, rows: Sequence[Row], tag: str) -> None:
        """Those of these sounds that are tagged so are not this."""
        self._say(Word(tuple(row for row in rows if tag in dict(row.tags)), tag, says=False))

    def back(self) -> None:
        """Take the newest word back."""
        for wanted in self._words.pop().requests_back if self._words else ():
            self._ask(wanted)

    def _say(self, word: Word) -> None:
        if word.rows and word.tag:
            self._words.append(word)
            self._ask(word.request)

    def _ask(self, wanted: dict[str, Any]) -> None:
        self._asker.tell("label", lambda _: self._taken(), **wanted)
