"""What people choose about single tags: which are off, and how sure they must be."""

from __future__ import annotations

from collections.abc import Callable

from earmark_daemon.service.choices import Choices
from earmark_daemon.settings import Tags
from earmark_daemon.settings_file import derive_value


class TagChoices:
    """Changes the settings file and has it taken into use."""

    def __init__(self, choices: Choices) -> None:
        """Prepare, with what was chosen so far."""
        self._choices = choices

    def is_off(self, tag: str) -> bool:
        """Whether a tag is one of those that no model gives."""
        return tag in self._choices.now.tags.off

    def switch(self, tag: str, *, on: bool) -> None:
        """Take a tag off the list of those that no model gives, or put it there."""

        def off(tags: Tags) -> list[str]:
            return sorted({*tags.off} - {tag} if on else {*tags.off, tag})

        self._change("off", off)

    def give_from(self, tag: str, least: float | None) -> None:
        """Give a tag from a score on that a person chose, or as its model says."""

        def sure_from(tags: Tags) -> dict[str, float]:
            others = {each: own for each, own in tags.sure_from.items() if each != tag}
            return dict(sorted((others if least is None else {**others, tag: least}).items()))

        self._change("sure_from", sure_from)

    def give_like(self, tag: str, new: str) -> None:
        """Give a new tag as an older one is given: only as surely, or not at all."""
        sure_from = self._choices.now.tags.sure_from
        if self.is_off(tag):
            self.switch(new, on=False)
        if tag in sure_from:
            self.give_from(new, sure_from[tag])

    def give_usually(self, tag: str) -> None:
        """Give a tag as its model says."""
        if self.is_off(tag):
            self.switch(tag, on=True)
        if tag in self._choices.now.tags.sure_from:
            self.give_from(tag, None)

    def _change(self, name: str, derive: Callable[[Tags], object]) -> None:
        derive_value(self._choices.file, "tags", name, lambda settings: derive(settings.tags))
        self._choices.reload()
