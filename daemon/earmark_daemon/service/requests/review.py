"""Requests for sounds to label: those that a person brings, and those to ask a person about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from earmark_daemon.service.alike.grouping import Grouping
from earmark_daemon.service.choices import Choices
from earmark_daemon.service.labels.bringing import Bringing
from earmark_daemon.service.labels.reviewing import queue
from earmark_daemon.service.models.models import Models
from earmark_db.index import Index


class ReviewRequests:
    """Which sounds a person is to say something about, and what to offer."""

    def __init__(
        self,
        reader: Index,
        models: Models,
        choices: Choices,
        bringing: Bringing,
        grouping: Grouping,
    ) -> None:
        self._reader = reader
        self._models = models
        self._choices = choices
        self._bringing = bringing
        self._grouping = grouping

    def gather(self, paths: Sequence[str]) -> dict[str, Any]:
        """Sounds to label, among files and below folders; what is new is heard next.

        Returns:
            ``"paths"``, and ``"refused"``, path to reason.
        """
        return self._bringing.gather(paths)

    def suggestions(self, paths: Sequence[str]) -> list[dict[str, Any] | None]:
        """Tags to offer for each sound, in the form of `review`; None where it is not heard yet."""
        return self._bringing.suggestions(paths)

    def groups(self, paths: Sequence[str]) -> list[list[str]]:
        """Groups of alike sounds among these, the largest first; most sounds are in none."""
        return self._grouping.groups(paths)

    def review(self, limit: int = 50, without: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Sounds to ask a person about, but not those whose audio is ``without``'s."""
        lineup = self._models.lineup
        review = self._reader.review
        telling = self._choices.now.telling
        most = max(0, limit)
        model = lineup.answering[0]
        said = partial(lineup.said, model)
        return queue(review, model, most, frozenset(without), lineup.off, telling, said)

    def review_count(self) -> int:
        """How many sounds have no tag, or one that their name disagrees with."""
        return self._reader.review.count()
