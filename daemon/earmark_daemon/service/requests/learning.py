"""Requests about labels and training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from earmark_daemon.learning.place import Wish
from earmark_daemon.service.labels.labelling import OWN_SET, as_tag

if TYPE_CHECKING:
    from earmark_daemon.service.daemon import Daemon

MOST_NEXT = 100


class LearningRequests:
    """What can be asked about labels and training; arguments and results are plain JSON data."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon

    def dataset_overview(self, tag_set: str = OWN_SET) -> dict[str, Any]:
        """What people labelled in a tag set: counts, advice, and warnings in words.

        Returns:
            ``"tag_set"``, ``"exclusive"``, ``"tags"`` (each ``"tag"``, ``"yes"``, ``"no"``,
            ``"strength"`` 0 to 1, ``"enough"``, ``"advice"``, ``"off"``) and ``"warnings"`` (each
            ``"kind"``, ``"text"``, ``"paths"``).
        """
        return self._daemon.material.overview(tag_set)

    def next_to_label(self, tag_set: str = OWN_SET, limit: int = 10) -> list[dict[str, Any]]:
        """Sounds whose labels would teach most: in doubt, and different from one another.

        Args:
            tag_set: whose tags.
            limit: how many at most, up to `MOST_NEXT`.

        Returns:
            For each ``"path"``, ``"content"`` and ``"scores"``, how likely each tag is by what was
            labelled so far. Where nothing was, sounds that differ.
        """
        return self._daemon.material.next_to_label(tag_set, max(0, min(limit, MOST_NEXT)))

    def train(
        self,
        tag_set: str = OWN_SET,
        where: str = "auto",
        architecture: str | None = None,
        epochs: int | None = None,
        *,
        use: bool = True,
    ) -> dict[str, Any]:
        """Begin to train a model of a tag set; events of kind ``training`` tell how far it is.

        Args:
            tag_set: whose tags.
            where: ``"here"``, ``"endpoint"``, or ``"auto"`` for the best place that is ready.
            architecture: which network, where the place has several.
            epochs: how often it goes through the sounds at most, where the place asks.
            use: whether the model is taken into use.

        Returns:
            ``"job"``, the number to ask `training_job` for.
        """
        wish = Wish(architecture, epochs, use)
        return {"job": self._daemon.training.train(tag_set, where, wish)}

    def training_jobs(self) -> list[dict[str, Any]]:
        """Every training job, the newest first."""
        return self._daemon.training.all()

    def training_job(self, id: int) -> dict[str, Any]:  # noqa: A002 - the API's name for it
        """One training job."""
        return self._daemon.training.show(id)

    def cancel_training(self, id: int) -> dict[str, Any]:  # noqa: A002 - the API's name for it
        """End a training job before its time; returns the job."""
        self._daemon.training.cancel(id)
        return self._daemon.training.show(id)

    def rename_tag(self, old: str, new: str) -> dict[str, Any]:
        """Have all that people said of one word hold for a new one; see `merge_tags`."""
        return self._daemon.vocabulary.rename(old, new)

    def merge_tags(self, from_: str, into: str) -> dict[str, Any]:
        """Have all that people said of one word hold for another that is in use.

        Returns:
            ``"merge"``, the number for `undo_merge`, ``"from"``, ``"into"`` and ``"sounds"``, how
            many were touched.
        """
        return self._daemon.vocabulary.merge(from_, into)

    def undo_merge(self, id: int | None = None) -> dict[str, Any]:  # noqa: A002 - the API's name
        """Take a renaming or merging back, the newest where no number is given."""
        return self._daemon.vocabulary.undo(id)

    def switch_tag(self, tag: str, *, on: bool) -> None:
        """Have the models give a tag, or never, whatever they score; off, it is not trained."""
        self._daemon.switch_tag(as_tag(tag), on=on)

    def suggest_merges(self) -> list[dict[str, Any]]:
        """Tags that seem to mean the same: ``"from"``, ``"into"`` and ``"why"`` for each."""
        return self._daemon.vocabulary.suggestions()

    def labels(self, tag_set: str | None = None) -> list[dict[str, Any]]:
        """All that people said: ``"path"`` (None where the file is gone), ``"content"``,
        ``"set"``, ``"tag"``, ``"says"``.
        """
        return self._daemon.vocabulary.said(tag_set)
