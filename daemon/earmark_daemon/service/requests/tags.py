"""Requests about tags: which there are, which are given, and what people make of the words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from earmark_daemon.service.labels.vocabulary import Vocabulary
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.tag_choices import TagChoices
from earmark_daemon.tag_names import as_tag
from earmark_daemon.tagging.broader import in_order
from earmark_db.index import Index


class TagRequests:
    """What can be asked about tags, and changed in them."""

    def __init__(
        self, reader: Index, models: Models, vocabulary: Vocabulary, tag_choices: TagChoices
    ) -> None:
        self._reader = reader
        self._models = models
        self._vocabulary = vocabulary
        self._tag_choices = tag_choices

    def tags(self) -> list[dict[str, Any]]:
        """Every tag in use, those that the model knows, and what people put them under.

        Returns:
            For each ``"set"``, ``"tag"``, ``"count"`` of its sounds, ``"above"``, the broader tag
            that it lies under or None, ``"depth"``, how many there are above it, and
            ``"sure_from"``, how sure a person wants it, or None; the most frequent first, each
            followed by those below.
        """
        lineup = self._models.lineup
        counts = {(s, tag): n for s, tag, n in self._reader.tags.counts()}
        for model in lineup.answering:
            for label in model.labels:
                counts.setdefault((model.tag_set, label), 0)
        for tag in lineup.above.values():
            counts.setdefault((lineup.set_of(tag), tag), 0)
        return [
            {
                "set": key[0],
                "tag": key[1],
                "count": counts[key],
                "above": lineup.above.get(key[1]),
                "depth": depth,
                "sure_from": lineup.sure_from.get(key[1]),
            }
            for depth, key in in_order(counts, lineup.above)
        ]

    def switch_tag(self, tag: str, *, on: bool) -> None:
        """Have the models give a tag, or never, whatever they score; off, it is not trained.

        A tag that is off already may be one that there is no more.
        """
        word = as_tag(tag)
        if not self._tag_choices.is_off(word):
            word = self._vocabulary.find(word)
        self._tag_choices.switch(word, on=on)

    def give_tag_from(self, tag: str, least: float | None = None) -> None:
        """Give a tag to sounds that are at least so surely it, from 0 to 1; None: as models say."""
        self._tag_choices.give_from(self._vocabulary.find(tag), least)

    def sureness(self, tag: str) -> dict[str, Any]:
        """How sure a tag must be, and how sure it is.

        Returns:
            ``"tag"``; ``"sure_from"``, what a person chose, or None; ``"said"``, how many sounds a
            person gave it; and ``"percents"``, the number of the others for each full percent of
            sureness from 0 to 100.
        """
        tag = self._vocabulary.find(tag)
        said, percents = self._reader.tags.sureness(tag)
        chosen = self._models.lineup.sure_from.get(tag)
        return {"tag": tag, "sure_from": chosen, "said": said, "percents": percents}

    def rename_tag(self, old: str, new: str) -> dict[str, Any]:
        """Have all that people said of one word hold for a new one; see `merge_tags`."""
        word, wanted = self._vocabulary.may_rename(old, new)
        self._tag_choices.give_like(word, wanted)
        return self._vocabulary.rename(word, wanted)

    def merge_tags(self, from_: str, into: str) -> dict[str, Any]:
        """Have all that people said of one word hold for another that is in use.

        Returns:
            ``"merge"``, the number for `undo_merge`, ``"from"``, ``"into"`` and ``"sounds"``, of
            how many people had said that they are ``"from"``. Those of which a model says so
            follow, in the background.
        """
        return self._vocabulary.merge(from_, into)

    def undo_merge(self, id: int | None = None) -> dict[str, Any]:  # noqa: A002 - the API's name
        """Take a renaming or merging back, the newest where no number is given."""
        answer = self._vocabulary.undo(id)
        if not self._vocabulary.gives(answer["into"]):
            self._tag_choices.give_usually(answer["into"])
        return answer

    def nest_tags(self, tags: Sequence[str], under: str | None = None) -> dict[str, Any]:
        """Put tags under a broader one, which their sounds then have as well; None: on top.

        Returns:
            ``"sounds"``, how many are tagged anew for that, in the background.
        """
        return {"sounds": self._vocabulary.nest(tags, under)}

    def suggest_merges(self) -> list[dict[str, Any]]:
        """Tags that seem to mean the same: ``"from"``, ``"into"`` and ``"why"`` for each."""
        return self._vocabulary.suggestions()
