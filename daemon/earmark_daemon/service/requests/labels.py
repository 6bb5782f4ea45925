"""Requests about what people say of sounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.service.known import known
from earmark_daemon.service.labels.reviewing import queue
from earmark_daemon.service.requests.base import AboutDaemon
from earmark_daemon.service.wire import file_data


class LabelRequests(AboutDaemon):
    """What people say of sounds, what they are asked, and the words they use."""

    def label(
        self,
        paths: Sequence[str],
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        forget: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """A person's word about sounds: what they are, are not, or what shall be unsaid.

        Returns:
            What is known of each now, and ``"not_said"``, the words to forget that nobody had said.

        Raises:
            EarmarkError: what is wrong with the first that cannot be labelled; all others are.
        """
        refused: list[EarmarkError] = []
        not_said: dict[str, list[str]] = {}
        for path in paths:
            try:
                not_said[path] = self._daemon.labelling.label(path, add, remove, forget)
            except EarmarkError as error:
                if error.path is None:  # the word is wrong, not the sound
                    raise
                refused.append(error)
        self._daemon.stages.wake()
        if refused:
            raise _but_for(refused, len(paths))
        index = self._daemon.index
        return [{**file_data(known(index, path)), "not_said": not_said[path]} for path in paths]

    def gather(self, paths: Sequence[str]) -> dict[str, Any]:
        """Sounds to label, among files and below folders; what is new is heard next.

        Returns:
            ``"paths"``, and ``"refused"``, path to reason.
        """
        return self._daemon.bringing.gather(paths)

    def suggestions(self, paths: Sequence[str]) -> list[dict[str, Any] | None]:
        """Tags to offer for each sound, in the form of `review`; None where it is not heard yet."""
        return self._daemon.bringing.suggestions(paths)

    def groups(self, paths: Sequence[str]) -> list[list[str]]:
        """Groups of alike sounds among these, the largest first; most sounds are in none."""
        return self._daemon.grouping.groups(paths)

    def review(self, limit: int = 50, without: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Sounds to ask a person about, but not those whose audio is ``without``'s."""
        lineup = self._daemon.models.lineup
        review = self._daemon.reader.review
        telling = self._daemon.choices.now.telling
        most = max(0, limit)
        return queue(review, lineup.answering[0], most, frozenset(without), lineup.off, telling)

    def review_count(self) -> int:
        """How many sounds have no tag, or one that their name disagrees with."""
        return self._daemon.reader.review.count()

    def labels(self, tag_set: str | None = None) -> list[dict[str, Any]]:
        """All that people said: ``"path"`` (None where the file is gone), ``"content"``,
        ``"set"``, ``"tag"``, ``"says"``.
        """
        return self._daemon.vocabulary.said(tag_set)

    def lying(self, contents: Sequence[str]) -> dict[str, str]:
        """Where sounds lie, by the digest of their audio, as `labels` gives it; others left out."""
        found = self._daemon.index.lookup.lying(contents)
        return {content: paths[0] for content, paths in found.items()}

    def rename_tag(self, old: str, new: str) -> dict[str, Any]:
        """Have all that people said of one word hold for a new one; see `merge_tags`."""
        answer = self._daemon.vocabulary.rename(old, new)
        self._daemon.tag_choices.give_like(answer["from"], answer["into"])
        return answer

    def merge_tags(self, from_: str, into: str) -> dict[str, Any]:
        """Have all that people said of one word hold for another that is in use.

        Returns:
            ``"merge"``, the number for `undo_merge`, ``"from"``, ``"into"`` and ``"sounds"``, how
            many were touched.
        """
        return self._daemon.vocabulary.merge(from_, into)

    def undo_merge(self, id: int | None = None) -> dict[str, Any]:  # noqa: A002 - the API's name
        """Take a renaming or merging back, the newest where no number is given."""
        answer = self._daemon.vocabulary.undo(id)
        if not self._daemon.vocabulary.gives(answer["into"]):
            self._daemon.tag_choices.give_usually(answer["into"])
        return answer

    def nest_tags(self, tags: Sequence[str], under: str | None = None) -> dict[str, Any]:
        """Put tags under a broader one, which their sounds then have as well; None: on top.

        Returns:
            ``"sounds"``, how many are tagged anew for that, in the background.
        """
        return {"sounds": self._daemon.vocabulary.nest(tags, under)}

    def suggest_merges(self) -> list[dict[str, Any]]:
        """Tags that seem to mean the same: ``"from"``, ``"into"`` and ``"why"`` for each."""
        return self._daemon.vocabulary.suggestions()


def _but_for(refused: Sequence[EarmarkError], total: int) -> EarmarkError:
    """The first of these errors, with a sentence on how many of all sounds a word holds for."""
    first = refused[0]
    if total == 1:
        return first
    holds = f"What was said holds for {total - len(refused):,} of {total:,} sounds."
    code, message, advice = first.problem.code, first.problem.message, first.problem.advice
    return fail(code, f"{message} {holds}", advice, first.path)
