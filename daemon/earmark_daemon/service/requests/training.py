"""Requests about training."""

from __future__ import annotations

from typing import Any

from earmark_daemon.learning.place import Wish
from earmark_daemon.service.models.lineup import OWN_SET
from earmark_daemon.service.training.jobs import Training
from earmark_daemon.service.training.material import Material

MOST_NEXT = 100


class TrainingRequests:
    """What can be asked about training, and what there is to learn from."""

    def __init__(self, training: Training, material: Material) -> None:
        self._training = training
        self._material = material

    def dataset_overview(self, tag_set: str = OWN_SET) -> dict[str, Any]:
        """What people labelled in a tag set: counts, advice, and warnings in words.

        Returns:
            ``"tag_set"``, ``"exclusive"``, ``"tags"`` (each ``"tag"``, ``"yes"``, ``"no"``,
            ``"strength"`` 0 to 1, ``"enough"``, ``"advice"``, ``"off"``, ``"sure_from"``, how sure
            a person wants it, or None, and ``"above"``, the broader tag or None) and
            ``"warnings"`` (each ``"kind"``, ``"text"``, ``"paths"``).
        """
        return self._material.overview(tag_set)

    def next_to_label(self, tag_set: str = OWN_SET, limit: int = 10) -> list[dict[str, Any]]:
        """Sounds whose labels would teach most: in doubt, and different from one another.

        Args:
            tag_set: whose tags.
            limit: how many at most, up to `MOST_NEXT`.

        Returns:
            For each ``"path"``, ``"content"`` and ``"scores"``, how likely each tag is by what was
            labelled so far. Where nothing was, sounds that differ.

        Raises:
            EarmarkError: there is no such tag set.
        """
        return self._material.next_to_label(tag_set, max(0, min(limit, MOST_NEXT)))

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
        return {"job": self._training.train(tag_set, where, wish)}

    def training_jobs(self) -> list[dict[str, Any]]:
        """Every training job, the newest first.

        Of one that goes on, ``"rounds"`` are those so far: ``"epoch"``, ``"loss"``, ``"score"``.
        """
        return self._training.rows.all()

    def training_job(self, id: int) -> dict[str, Any]:  # noqa: A002 - the API's name for it
        """One training job."""
        return self._training.rows.show(id)

    def cancel_training(self, id: int) -> dict[str, Any]:  # noqa: A002 - the API's name for it
        """End a training job before its time; returns the job."""
        self._training.cancel(id)
        return self._training.rows.show(id)

    def training_plan(self, tag_set: str = OWN_SET, where: str = "auto") -> dict[str, Any]:
        """Where a training would happen, and what would be sent there.

        Returns:
            ``{"where", "address": None here, "sounds", "beside", "bytes"}``: how many labelled
            sounds, how many that nobody has labelled, and bytes that go over the line at most,
            for what the trainer has already is not sent again; 0 here.
        """
        return self._training.plan(tag_set, where)
