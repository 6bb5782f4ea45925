"""Requests about what people say of sounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.service.known import known
from earmark_daemon.service.labels.labelling import Labelling
from earmark_daemon.service.wire import file_data
from earmark_db.index import Index


class LabelRequests:
    """What people say of sounds, and have said."""

    def __init__(self, index: Index, labelling: Labelling, wake: Callable[[], None]) -> None:
        """Prepare; ``wake`` is called where files are to be written."""
        self._index = index
        self._labelling = labelling
        self._wake = wake

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
                not_said[path] = self._labelling.label(path, add, remove, forget)
            except EarmarkError as error:
                if error.path is None:  # the word is wrong, not the sound
                    raise
                refused.append(error)
        self._wake()
        if refused:
            raise _but_for(refused, len(paths))
        return [
            {**file_data(known(self._index, path)), "not_said": not_said[path]} for path in paths
        ]

    def labels(self, tag_set: str | None = None) -> list[dict[str, Any]]:
        """All that people said: ``"path"`` (None where the file is gone), ``"content"``,
        ``"set"``, ``"tag"``, ``"says"``.
        """
        return [asdict(word) for word in self._index.examples.spoken(tag_set)]

    def lying(self, contents: Sequence[str]) -> dict[str, str]:
        """Where sounds lie, by the digest of their audio, as `labels` gives it; others left out."""
        found = self._index.lookup.lying(contents)
        return {content: paths[0] for content, paths in found.items()}


def _but_for(refused: Sequence[EarmarkError], total: int) -> EarmarkError:
    """The first of these errors, with a sentence on how many of all sounds a word holds for."""
    first = refused[0]
    if total == 1:
        return first
    holds = f"What was said holds for {total - len(refused):,} of {total:,} sounds."
    code, message, advice = first.problem.code, first.problem.message, first.problem.advice
    return fail(code, f"{message} {holds}", advice, first.path)
