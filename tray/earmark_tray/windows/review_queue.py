"""The sounds under review, what was said of them, and the way back: no Qt widgets, no painting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

REFILL_BELOW = 10


class Verdict(StrEnum):
    """What a person said."""

    IS = "is"
    IS_NOT = "is not"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Sound:
    """One sound that is asked about."""

    path: str
    content: str
    duration: float
    note: str | None
    tags: tuple[str, ...]
    suggestions: tuple[tuple[str, float], ...]

    @property
    def proposal(self) -> str | None:
        """What Enter accepts: the tag that it was given, else the likeliest."""
        if self.tags:
            return self.tags[0]
        return self.suggestions[0][0] if self.suggestions else None


@dataclass(frozen=True)
class Said:
    """One answer: enough to take it back."""

    sound: Sound
    verdict: Verdict
    tag: str | None


@dataclass
class ReviewQueue:
    """Sounds to come, and answers given."""

    coming: list[Sound] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    @property
    def current(self) -> Sound | None:
        """The sound that is asked about now."""
        return self.coming[0] if self.coming else None

    @property
    def following(self) -> Sound | None:
        """The one after it."""
        return self.coming[1] if len(self.coming) > 1 else None

    @property
    def wants_more(self) -> bool:
        """Whether it is time to fetch more."""
        return len(self.coming) < REFILL_BELOW

    @property
    def known(self) -> list[str]:
        """Audio digests that need not be fetched again."""
        return [s.content for s in self.coming] + [s.sound.content for s in self.said]

    def extend(self, items: Sequence[Any]) -> None:
        """Add what the daemon's ``review`` gave, but nothing twice."""
        known = set(self.known)
        for item in items:
            if item["content"] not in known:
                known.add(item["content"])
                self.coming.append(sound_of(item))

    def answer(self, verdict: Verdict, tag: str | None) -> Said | None:
        """Answer for the current sound and go on; None where there is none."""
        if not self.coming:
            return None
        said = Said(self.coming.pop(0), verdict, tag)
        self.said.append(said)
        return said

    def back(self) -> Said | None:
        """Take the newest answer back; its sound is asked about again."""
        if not self.said:
            return None
        said = self.said.pop()
        self.coming.insert(0, said.sound)
        return said


def sound_of(item: Any) -> Sound:
    """A sound from what the daemon's ``review`` says."""
    return Sound(
        path=item["path"],
        content=item["content"],
        duration=item["duration"],
        note=item["note"],
        tags=tuple(tag["tag"] for tag in item["tags"]),
        suggestions=tuple((s["tag"], s["score"]) for s in item["suggestions"]),
    )


def request(said: Said) -> dict[str, Any] | None:
    """The arguments of ``label`` that take an answer down; None where nothing was said."""
    if said.tag is None or said.verdict is Verdict.SKIPPED:
        return None
    kind = "add" if said.verdict is Verdict.IS else "remove"
    return {"paths": [said.sound.path], kind: [said.tag]}


def request_back(said: Said) -> dict[str, Any] | None:
    """The arguments of ``label`` that take an answer back."""
    if request(said) is None:
        return None
    return {"paths": [said.sound.path], "forget": [said.tag]}
