"""Every model that can be chosen: the built-in one, and the files that were taken in."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.service.models.lineup import (
    LineUp,
    Member,
    chosen_lineup,
    known_models,
    path_of,
)
from earmark_daemon.service.models.taking_in import Verify, sweep, take_in
from earmark_db.index import Index
from earmark_db.models import ModelRecord

_FEWEST_LETTERS = 4
"""The beginning of a digest counts from so many letters on."""


class Registry:
    """Keeps model files in the store, and what they say of themselves in the index."""

    def __init__(
        self,
        index: Index,
        store: Path,
        base: Member,
        updated: Callable[[], Problem | None] = lambda: None,
    ) -> None:
        """Prepare.

        Args:
            index: remembers models.
            store: the folder that model files are kept in.
            base: the built-in model.
            updated: what to say once another version was installed: none is taken in then.
        """
        self._index = index
        self._store = store
        self._base = base
        self._updated = updated

    def members(self) -> list[tuple[Member, ModelRecord | None]]:
        """Every model, the built-in one first."""
        return [(self._base, None), *known_models(self._index, self._store, self._base)]

    def find(self, text: str) -> Member:
        """A model by its digest, the beginning of that, or its name.

        Raises:
            EarmarkError: there is no such model, or more than one.
        """
        members = [member for member, _ in self.members()]
        exact = [member for member in members if member.info.digest == text]
        by_digest = len(text) >= _FEWEST_LETTERS
        found = exact or [
            member
            for member in members
            if (by_digest and member.info.digest.startswith(text)) or member.info.name == text
        ]
        if len(found) == 1:
            return found[0]
        if not found and any(member.info.digest.startswith(text) for member in members):
            raise fail(
                "unknown-model",
                f"“{text}” is too short to name a model.",
                f"Give the first {_FEWEST_LETTERS} signs of its digest, or more.",
            )
        what = "no model" if not found else "more than one model"
        raise fail(
            "unknown-model",
            f"There is {what} “{text}”.",
            "See which there are, and name it by the beginning of its digest: earmark models list"
            if found
            else "See which there are: earmark models list",
        )

    def usable(self, digest: str) -> Member:
        """A model by its digest, the beginning of that, or its name.

        Raises:
            EarmarkError: there is no such model, or it cannot be used.
        """
        model = self.find(digest)
        if not model.runs:
            raise _unusable(model.info)
        return model

    def chosen(self) -> LineUp:
        """The models in use, as the index says; no tag is off."""
        return chosen_lineup(self._index, self._store, self._base)

    def add(self, file: Path, origin: str, verify: Verify | None = None) -> str:
        """Check a model file and keep a copy; its digest. See `Models.add`."""
        info, description = take_in(file, self._store, self._base.path, self._updated, verify)
        if info.digest != self._base.info.digest:
            self._index.models.add(
                ModelRecord(info.digest, info.tag_set, info.name, origin, time.time(), description)
            )
        return info.digest

    def remove(self, digest: str) -> None:
        """Forget a model, its file and all that it said.

        Raises:
            EarmarkError: it is the built-in one.
        """
        if digest == self._base.info.digest:
            raise fail("built-in", "The built-in model cannot be removed: others build on it.")
        with self._index.transaction():
            self._index.models.remove(digest)
            self._index.verdicts.drop(digest)
        with suppress(OSError):
            path_of(self._store, digest).unlink()

    def sweep(self) -> None:
        """Remove what a crash left half-way."""
        sweep(self._store)


def _unusable(info: ModelInfo) -> EarmarkError:
    if info.backbone is not None:
        return fail(
            "old-backbone",
            f"The model “{info.name}” was trained for an earlier built-in model.",
            "Train it again: earmark train",
        )
    return fail("no-model-file", f"The file of the model “{info.name}” is gone.", "Add it again.")
