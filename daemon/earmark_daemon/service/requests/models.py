"""Requests about models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from earmark_daemon.service.models.comparing import Comparing
from earmark_daemon.service.models.models import Models


class ModelRequests:
    """What can be asked about models."""

    def __init__(self, models: Models, comparing: Comparing) -> None:
        self._models = models
        self._comparing = comparing

    def models(self) -> list[dict[str, Any]]:
        """Every model that can be chosen, the built-in one first."""
        return self._models.all()

    def model(self, digest: str) -> dict[str, Any]:
        """One model, by its digest, the beginning of that, or its name."""
        return self._models.show(digest)

    def add_model(self, path: str) -> dict[str, Any]:
        """Check a model file and keep a copy; it is not used yet."""
        return self._models.add(Path(path), "file")

    def use_model(self, digest: str) -> dict[str, Any]:
        """Take a model into use and have the library tagged anew; returns the model."""
        self._models.use(digest)
        return self.model(digest)

    def compare_model(self, digest: str) -> dict[str, Any]:
        """What would change if a model came into use, tried on a sample of the library.

        Returns:
            ``"sounds"``, how many were tried, and ``"tags"``, those that would change the most
            first: each ``"tag"``, ``"comes"`` and ``"goes"`` (numbers of sounds), and
            ``"examples"``, a few ``{"path", "comes"}``.
        """
        return self._comparing.compare(digest)

    def rollback_model(self, tag_set: str | None = None) -> dict[str, Any]:
        """Go back to the model before, of a tag set or of the choice made last."""
        return self._models.rollback(tag_set)

    def remove_model(self, digest: str) -> None:
        """Forget a model that is not in use."""
        self._models.remove(digest)
