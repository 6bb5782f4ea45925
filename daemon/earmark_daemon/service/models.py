"""The models that were taken in: checked, kept, put into use, and the way back."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.hearing.check import LARGEST_BYTES, check_file
from earmark_daemon.hearing.modelfile import ModelInfo, parse
from earmark_daemon.processes import WorkerDied, WorkerFailed, Workers
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.lineup import LineUp, Member
from earmark_db.index import Index
from earmark_db.records import ModelRecord, Step

CHECK_SECONDS = 60.0
_FEWEST_LETTERS = 4
_UNCHANGED = "Nothing was changed; the models in use stay in use."


class Models:
    """Knows every model and which are in use; a change of use starts the tagging anew."""

    def __init__(
        self, index: Index, feed: Feed, store: Path, base: Member, wake: Callable[[], None]
    ) -> None:
        """Prepare.

        Args:
            index: remembers models and their uses.
            feed: who is told.
            store: the folder that model files are kept in.
            base: the built-in model.
            wake: called when sounds are to be tagged anew.
        """
        self._index = index
        self._feed = feed
        self._store = store
        self._base = base
        self._wake = wake
        self._lineup = self._chosen()

    @property
    def lineup(self) -> LineUp:
        """The models in use now."""
        return self._lineup

    def start(self) -> None:
        """Where Earmark came with another built-in model, have every sound heard by that."""
        digest = self._base.info.digest
        if self._index.models.backbone() == digest:
            return
        with self._index.transaction():
            self._index.queue.add_all(Step.RETAG, lacking=digest)
            self._index.models.set_backbone(digest)

    def add(
        self, file: Path, origin: str, verify: Callable[[Path], None] | None = None
    ) -> dict[str, Any]:
        """Check a model file and keep a copy; it is not used yet.

        Args:
            file: the ``.onnx`` file.
            origin: ``"local"``, ``"endpoint"`` or ``"file"``.
            verify: checks the copy further, such as its signature, before anything reads it.

        Returns:
            The model, as `show` gives it.

        Raises:
            EarmarkError: it is no model that can be used, and why. Nothing is kept then.
        """
        self._store.mkdir(parents=True, exist_ok=True)
        copy = self._store / f"incoming-{os.getpid()}-{time.monotonic_ns()}.part"
        try:
            _copy(file, copy)
            if verify is not None:
                verify(copy)
            description = self._checked(copy, file)
            info = parse(description)
            os.replace(copy, self._path(info.digest))
        except OSError as error:
            raise fail(
                "unreadable",
                f"The model file cannot be taken in ({error.strerror or error}).",
                "Check that it can be read, and that the disk is not full.",
                str(file),
            ) from error
        finally:
            copy.unlink(missing_ok=True)
        self._index.models.add(
            ModelRecord(info.digest, info.tag_set, info.name, origin, time.time(), description)
        )
        self._feed.tell("models")
        return self.show(info.digest)

    def use(self, digest: str) -> None:
        """Take a model into use for its tag set, and have the library tagged anew.

        Raises:
            EarmarkError: there is no such model, or it cannot be used.
        """
        model = self._find(digest)
        info = model.info
        if not model.runs:
            raise _unusable(info)
        current = self._lineup.answers(info.tag_set)
        if current is not None and current.digest == info.digest:
            return
        chosen = None if info.digest == self._base.info.digest else info.digest
        self._change(lambda: self._index.models.use(info.tag_set, chosen))

    def rollback(self, tag_set: str | None = None) -> dict[str, Any]:
        """Go back to the model that a tag set had before.

        Args:
            tag_set: which; by default the one for which a model was chosen last.

        Returns:
            ``{"tag_set", "model"}``: the model in use now, or None where there is none.

        Raises:
            EarmarkError: there is nothing to go back to.
        """
        name = tag_set or self._index.models.newest_set()

        def step_back() -> None:
            if name is None or not self._index.models.step_back(name):
                raise fail(
                    "nothing-before",
                    f"There is no earlier model{f' for the tags “{name}”' if name else ''}.",
                    "See which there are: earmark models list",
                )

        self._change(step_back)
        now = self._lineup.answers(str(name))
        return {"tag_set": name, "model": self.show(now.digest) if now else None}

    def all(self) -> list[dict[str, Any]]:
        """Every model, the built-in one first, then the newest first."""
        return [self._data(member, record) for member, record in self._members()]

    def show(self, digest: str) -> dict[str, Any]:
        """One model, by its digest, the beginning of that, or its name."""
        wanted = self._find(digest).info.digest
        return next(data for data in self.all() if data["digest"] == wanted)

    def remove(self, digest: str) -> None:
        """Forget a model, its file and all that it said.

        Raises:
            EarmarkError: it is in use, or it is the built-in one.
        """
        info = self._find(digest).info
        if info.digest == self._base.info.digest:
            raise fail("built-in", "The built-in model cannot be removed: others build on it.")
        if self._in_use(info):
            raise fail(
                "in-use",
                f"The model “{info.name}” is in use.",
                f"Go back to the one before first: earmark models rollback {info.tag_set}",
            )
        with self._index.transaction():
            self._index.models.remove(info.digest)
            self._index.verdicts.drop(info.digest)
        with suppress(OSError):
            self._path(info.digest).unlink()
        self._feed.tell("models")

    def unfit(self, path: str, problem: Problem) -> None:
        """A model in use cannot be asked: go on without it, and say so."""
        for member in self._lineup.others:
            if str(member.path) == path:
                self._lineup = self._lineup.without(member.info.digest)
                self._feed.tell("trouble", path=path, reason=str(problem))

    def progress(self) -> dict[str, int] | None:
        """How far the tagging anew has come; None where none is under way."""
        progress = self._index.queue.progress(Step.RETAG)
        return {"done": progress[0], "total": progress[1]} if progress else None

    def _change(self, change: Callable[[], None]) -> None:
        """Change what is in use and queue every sound, in one transaction; swap as it commits.

        The swap is inside, where no stage can record anything, so none takes a task off the queue
        that only models of before have dealt with.
        """
        before = self._lineup
        try:
            with self._index.transaction():
                change()
                self._index.queue.add_all(Step.RETAG)
                self._lineup = self._chosen()
        except BaseException:
            self._lineup = before
            raise
        self._feed.tell("models")
        self._wake()

    def _chosen(self) -> LineUp:
        """The models in use, as the index says."""
        in_use = set(self._index.models.in_use().values())
        members = [m for m, record in self._members() if record and record.digest in in_use]
        return LineUp(self._base, tuple(members))

    def _members(self) -> list[tuple[Member, ModelRecord | None]]:
        """Every model; those whose description this version cannot read are left out."""
        members: list[tuple[Member, ModelRecord | None]] = [(self._base, None)]
        for record in self._index.models.all():
            with suppress(EarmarkError):
                info, path = parse(record.summary), self._path(record.digest)
                fits = info.backbone in (None, self._base.info.digest)
                members.append((Member(path, info, fits and path.is_file()), record))
        return members

    def _find(self, text: str) -> Member:
        members = [member for member, _ in self._members()]
        exact = [member for member in members if member.info.digest == text]
        by_digest = len(text) >= _FEWEST_LETTERS
        found = exact or [
            member
            for member in members
            if (by_digest and member.info.digest.startswith(text)) or member.info.name == text
        ]
        if len(found) == 1:
            return found[0]
        what = "no model" if not found else "more than one model"
        raise fail(
            "unknown-model",
            f"There is {what} “{text}”.",
            "See which there are: earmark models list",
        )

    def _checked(self, copy: Path, file: Path) -> str:
        """The description inside a model file that a child of its own found to be in order."""
        workers = Workers(1)
        try:
            return workers.submit(
                check_file, str(copy), str(self._base.path), seconds=CHECK_SECONDS
            ).result()
        except WorkerDied as error:
            raise fail(
                "bad-model",
                f"This model cannot be used: running it failed ({error}).",
                _UNCHANGED,
                str(file),
            ) from error
        except WorkerFailed as error:
            last = str(error).strip().splitlines()[-1]
            raise fail(
                "bad-model",
                f"This model cannot be used: checking it failed ({last}).",
                _UNCHANGED,
                str(file),
            ) from error
        except EarmarkError as error:
            raise EarmarkError(replace(error.problem, advice=_UNCHANGED), str(file)) from error
        finally:
            workers.close()

    def _in_use(self, info: ModelInfo) -> bool:
        now = self._lineup.answers(info.tag_set)
        return now is not None and now.digest == info.digest

    def _path(self, digest: str) -> Path:
        return self._store / f"{digest}.onnx"

    def _data(self, member: Member, record: ModelRecord | None) -> dict[str, Any]:
        info = member.info
        return {
            "digest": info.digest,
            "name": info.name,
            "tag_set": info.tag_set,
            "labels": list(info.labels),
            "exclusive": info.exclusive,
            "origin": record.origin if record else "builtin",
            "made_at": record.made_at if record else None,
            "in_use": self._in_use(info),
            "usable": member.runs,
            "backbone": info.backbone,
            "metrics": dict(info.metrics),
            "training": dict(info.training),
        }


def _copy(file: Path, target: Path) -> None:
    """Copy a file that is not larger than a model may be, durably."""
    if not file.is_file():
        raise fail("vanished", "There is no such file.", "Name a model file (.onnx).", str(file))
    size = file.stat().st_size
    if size > LARGEST_BYTES:
        raise fail(
            "bad-model",
            f"This model cannot be used: it is {size / 1e6:,.0f} MB large, and at most"
            f" {LARGEST_BYTES / 1e6:,.0f} MB are read.",
            _UNCHANGED,
            str(file),
        )
    with open(file, "rb") as source, open(target, "wb") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())


def _unusable(info: ModelInfo) -> EarmarkError:
    if info.backbone is not None:
        return fail(
            "old-backbone",
            f"The model “{info.name}” was trained for an earlier built-in model.",
            "Train it again: earmark train",
        )
    return fail("no-model-file", f"The file of the model “{info.name}” is gone.", "Add it again.")
