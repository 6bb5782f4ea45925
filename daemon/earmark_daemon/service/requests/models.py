"""Requests about models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from earmark_daemon.service.requests.base import AboutDaemon
from earmark_daemon.tag_names import as_tag


class ModelRequests(AboutDaemon):
    """What can be asked about models, and about what they may say."""

    def models(self) -> list[dict[str, Any]]:
        """Every model that can be chosen, the built-in one first."""
        return self._daemon.models.all()

    def model(self, digest: str) -> dict[str, Any]:
        """One model, by its digest, the beginning of that, or its name."""
        return self._daemon.models.show(digest)

    def add_model(self, path: str) -> dict[str, Any]:
        """Check a model file and keep a copy; it is not used yet."""
        return self._daemon.models.add(Path(path), "file")

    def use_model(self, digest: str) -> dict[str, Any]:
        """Take a model into use and have the library tagged anew; returns the model."""
        self._daemon.models.use(digest)
        return self.model(digest)

    def compare_model(self, digest: str) -> dict[str, Any]:
        """What would change if a model came into use, tried on a sample of the library.

        Returns:
            ``"sounds"``, how many were tried, and ``"tags"``, those that would change the most
            first: each ``"tag"``, ``"comes"`` and ``"goes"`` (numbers of sounds), and
            ``"examples"``, a few ``{"path", "comes"}``.
        """
        return self._daemon.comparing.compare(digest)

    def rollback_model(self, tag_set: str | None = None) -> dict[str, Any]:
        """Go back to the model before, of a tag set or of the choice made last."""
        return self._daemon.models.rollback(tag_set)

    def remove_model(self, digest: str) -> None:
        """Forget a model that is not in use."""
        self._daemon.models.remove(digest)

    def switch_tag(self, tag: str, *, on: bool) -> None:
        """Have the models give a tag, or never, whatever they score; off, it is not trained.

        A tag that is off already may be one that there is no more.
        """
        word = as_tag(tag)
        if word not in self._daemon.choices.now.tags.off:
            word = self._daemon.vocabulary.find(word)
        self._daemon.tag_choices.switch(word, on=on)

    def give_tag_from(self, tag: str, least: float | None = None) -> None:
        """Give a tag to sounds that are at least so surely it, from 0 to 1; None: as models say."""
        self._daemon.tag_choices.give_from(self._daemon.vocabulary.find(tag), least)

    def sureness(self, tag: str) -> dict[str, Any]:
        """How sure a tag must be, and how sure it is.

        Returns:
            ``"tag"``; ``"sure_from"``, what a person chose, or None; ``"said"``, how many sounds a
            person gave it; and ``"percents"``, the number of the others for each full percent of
            sureness from 0 to 100.
        """
        tag = self._daemon.vocabulary.find(tag)
        said, percents = self._daemon.reader.tags.sureness(tag)
        chosen = self._daemon.models.lineup.sure_from.get(tag)
        return {"tag": tag, "sure_from": chosen, "said": said, "percents": percents}
