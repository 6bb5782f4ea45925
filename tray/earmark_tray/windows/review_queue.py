"""The sounds under review, what was said of them, and the way back: no Qt widgets, no painting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

REFILL_BELOW = 20
MOST_CHOICES = 9


class Verdict(StrEnum):
    """What a person said."""

    IS = "is"
    IS_NOT = "is not"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Sound:
    """One sound that is asked about.

    Attributes:
        path: of one of its copies.
        content: digest of its audio.
        duration: seconds.
        loudness: of its loudest moment, LUFS; None where it has none.
        note: what is to be known of it, in words.
        said: the tags that a person gave it before.
        denied: those that a person said before it is not.
        proposal: what Enter accepts.
        suggestions: what else it may be, the likeliest first.
    """

    path: str
    content: str
    duration: float
    loudness: float | None
    note: str | None
    said: tuple[str, ...]
    denied: tuple[str, ...]
    proposal: str | None
    suggestions: tuple[str, ...]

    def choices(self, wanted: str | None = None, typed: str | None = None) -> list[str]:
        """The tags behind the digits.

        The one that is ``wanted``, the proposal, what was ``typed`` last, and the likeliest.
        """
        again = None if typed in self.denied else typed
        tags = dict.fromkeys((wanted, self.proposal, again, *self.suggestions))
        return [tag for tag in tags if tag][:MOST_CHOICES]


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
    elsewhere: set[str] = field(default_factory=set)
    """Audio digests of sounds that were answered in groups."""
    in_groups: set[str] = field(default_factory=set)
    """Their paths."""
    own: set[str] = field(default_factory=set)
    """Audio digests of all that was ever answered here; nobody else's word takes it away."""
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What was answered in other windows meanwhile, audio digest to tags."""
    others_denied: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What was said there that sounds are not."""
    leaves_out: bool = True
    """Whether that is not asked about here any more."""
    typed: str | None = None
    """The tag that was given last without having been offered, for it may fit the next too."""

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
        single = [s.content for s in self.coming] + [s.sound.content for s in self.said]
        return [*single, *self.elsewhere]

    @property
    def done(self) -> set[str]:
        """Paths of the sounds that something was said of."""
        single = {said.sound.path for said in self.said if said.verdict is not Verdict.SKIPPED}
        return single | self.in_groups

    @property
    def answered(self) -> set[str]:
        """Audio digests of the sounds that something was said of."""
        single = {s.sound.content for s in self.said if s.verdict is not Verdict.SKIPPED}
        return single | self.elsewhere

    @property
    def skipped(self) -> int:
        """How many sounds were asked about, and nothing was said of them."""
        return len({s.sound.content for s in self.said} - self.answered)

    def extend(self, sounds: Iterable[Sound]) -> None:
        """Add sounds, but no audio twice."""
        known = set(self.known)
        for sound in sounds:
            if sound.content not in known and not self._left_out(sound):
                known.add(sound.content)
                self.coming.append(sound)

    def renew(self, sounds: Iterable[Sound]) -> None:
        """These have come anew: they take the places of those that are still to come."""
        new = {sound.content: sound for sound in sounds}
        self.coming = [new.get(sound.content, sound) for sound in self.coming]

    def answered_elsewhere(self, sounds: Iterable[Sound]) -> None:
        """These are not asked about one by one any more."""
        known = list(sounds)
        self.elsewhere.update(sound.content for sound in known)
        self.in_groups.update(sound.path for sound in known)
        self.own |= self.elsewhere
        self.coming = [each for each in self.coming if each.content not in self.elsewhere]

    def asked_again(self, sounds: Iterable[Sound]) -> None:
        """What was said of these elsewhere was taken back."""
        known = list(sounds)
        self.elsewhere.difference_update(sound.content for sound in known)
        self.in_groups.difference_update(sound.path for sound in known)
        self.coming = [*known, *self.coming]

    def answered_by_others(
        self,
        words: Mapping[str, tuple[str, ...] | None],
        denied: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        """People spoke of sounds in other windows; the one that is asked about now stays.

        Args:
            words: audio digest to the tags that they gave; None where they took back all.
            denied: audio digest to the tags that they said it is not.
        """
        for content, tags in words.items():
            if tags is None or content in self.own:
                self.others.pop(content, None)
                self.others_denied.pop(content, None)
            else:
                self.others[content] = tags
                self.others_denied[content] = denied.get(content, ())
        self.coming = self.coming[:1] + self.open(self.coming[1:])

    def answer(self, verdict: Verdict, tag: str | None) -> Said | None:
        """Answer for the current sound and go on; None where there is none."""
        if not self.coming:
            return None
        sound = self.coming.pop(0)
        given = self.others.get(sound.content, sound.said)
        denied = self.others_denied.get(sound.content, sound.denied)
        if verdict is not Verdict.SKIPPED:
            self.own.add(sound.content)
        if verdict is Verdict.IS and tag not in sound.choices():
            self.typed = tag
        said = Said(replace(sound, said=given, denied=denied), verdict, tag)
        self.said.append(said)
        return said

    def back(self) -> Said | None:
        """Take the newest answer back; its sound is asked about again."""
        if not self.said:
            return None
        said = self.said.pop()
        self.coming.insert(0, said.sound)
        self.typed = None if said.tag == self.typed else self.typed
        return said

    def open(self, sounds: Iterable[Sound]) -> list[Sound]:
        """Those of these sounds that nobody has answered in another window."""
        return [sound for sound in sounds if not self._left_out(sound)]

    def _left_out(self, sound: Sound) -> bool:
        return self.leaves_out and sound.content in self.others


def sound_of(item: Any) -> Sound:
    """A sound from what the daemon's ``review`` says: the tag that it was given is proposed."""
    return _sound(item, [*item["tags"], *item["suggestions"]])


def brought(item: Any) -> Sound:
    """A sound from what the daemon's ``suggestions`` says: what speaks plainest is proposed."""
    return _sound(item, item["suggestions"])


def heard_of(items: Iterable[Any]) -> list[Sound]:
    """Those of the items of ``suggestions`` that were heard, as `brought` has them."""
    return [brought(item) for item in items if item is not None and item["content"]]


def _sound(item: Any, proposals: list[Any]) -> Sound:
    return Sound(
        path=item["path"],
        content=item["content"],
        duration=item["duration"],
        loudness=item["loudness"],
        note=item["note"],
        said=tuple(tag["tag"] for tag in item["tags"] if tag["source"] == "person"),
        denied=tuple(item["denied"]),
        proposal=proposals[0]["tag"] if proposals else None,
        suggestions=tuple(each["tag"] for each in item["suggestions"]),
    )


def request(said: Said) -> dict[str, Any] | None:
    """The arguments of ``label`` that take an answer down; None where nothing was said."""
    if said.tag is None or said.verdict is Verdict.SKIPPED:
        return None
    kind = "add" if said.verdict is Verdict.IS else "remove"
    return {"paths": [said.sound.path], kind: [said.tag]}


def request_back(said: Said) -> dict[str, Any] | None:
    """The arguments of ``label`` that bring back what a person had said before."""
    if said.tag is None or request(said) is None:
        return None
    sound = said.sound
    return unsaying([sound.path], said.tag, sound.said, denied=said.tag in sound.denied)


def unsaying(
    paths: Sequence[str], tag: str, given: Sequence[str], *, denied: bool
) -> dict[str, Any]:
    """The arguments of ``label`` that take a word about a tag back.

    Args:
        paths: of the sounds.
        tag: what was said of them, or not.
        given: the tags that people had given them before.
        denied: whether they had said before that it is not this tag.
    """
    before = {"forget": [tag], "add": list(given)}
    return {"paths": list(paths), **before, **({"remove": [tag]} if denied else {})}
