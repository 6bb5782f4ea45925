"""Which models are in use: chosen, changed, left out where they fail, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from earmark_daemon.errors import Problem, fail
from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.models.giving import as_text, from_text, given_less
from earmark_daemon.service.models.lineup import LineUp, Member
from earmark_daemon.service.models.registry import Registry
from earmark_daemon.service.models.taking_in import Verify
from earmark_daemon.settings import Tags
from earmark_db.index import Index
from earmark_db.models import ModelRecord
from earmark_db.records import Step


class Models:
    """Knows which models are in use; a change of use starts the tagging anew.

    Attributes:
        registry: every model that can be chosen.
    """

    def __init__(
        self,
        index: Index,
        feed: Feed,
        store: Path,
        base: Member,
        wake: Callable[[], None],
        tags: Tags,
        updated: Callable[[], Problem | None] = lambda: None,
    ) -> None:
        """Prepare.

        Args:
            index: remembers models and their uses.
            feed: who is told.
            store: the folder that model files are kept in.
            base: the built-in model.
            wake: called when sounds are to be tagged anew.
            tags: which of them are given, and how sure they must be.
            updated: what to say once another version was installed: no model is taken in then.
        """
        self._tags = tags
        self._index = index
        self._feed = feed
        self.registry = Registry(index, store, base, updated)
        self._base = base
        self._wake = wake
        self._lineup = self._chosen()

    @property
    def lineup(self) -> LineUp:
        """The models in use now."""
        return self._lineup

    def start(self) -> None:
        """Clean up, and queue what has to follow changes that were made meanwhile.

        These are another built-in model that Earmark came with, and settings about tags.
        """
        self.registry.sweep()
        digest = self._base.info.digest
        with self._index.transaction():
            self._settle_labels()
            if self._index.models.backbone() != digest:
                self._queue(None)  # also those that it has heard: their tags are not from it yet
                self._index.models.set_backbone(digest)
            before = self._index.models.giving()
            self._queue(self._follow(self._tags if before is None else from_text(before)))

    def add(self, file: Path, origin: str, verify: Verify | None = None) -> dict[str, Any]:
        """Check a model file and keep a copy; it is not used yet.

        Args:
            file: the ``.onnx`` file.
            origin: ``"local"``, ``"endpoint"`` or ``"file"``.
            verify: see `earmark_daemon.service.models.taking_in.take_in`.

        Returns:
            The model, as `show` gives it.

        Raises:
            EarmarkError: it is no model that can be used, and why. Nothing is kept then.
        """
        digest = self.registry.add(file, origin, verify)
        self._feed.tell("models")
        return self.show(digest)

    def use(self, digest: str) -> None:
        """Take a model into use for its tag set, and have the library tagged anew.

        Raises:
            EarmarkError: there is no such model, or it cannot be used.
        """
        info = self.registry.usable(digest).info
        current = self._lineup.answers(info.tag_set)
        if current is not None and current.digest == info.digest:
            return
        chosen = None if info.digest == self._base.info.digest else info.digest
        self._change(lambda: self._index.models.use(info.tag_set, chosen))

    def rearrange(
        self, change: Callable[[], Collection[str] | None], then: Callable[[], None] | None = None
    ) -> int:
        """Change what tags are called, or which lies under which.

        Args:
            change: does it, and returns the tags whose sounds are to be tagged anew, or None for
                every sound.
            then: what is to be done at once, in the same transaction, when tags are so.

        Returns:
            How many sounds these are.
        """
        return self._change(change, then)

    def give(self, tags: Tags) -> None:
        """Have tags given as people want them; those of sounds that may change are decided anew."""
        before = self._tags
        if tags == before:
            return
        try:
            self._tags = tags
            self._change(lambda: self._follow(before))
        except BaseException:
            self._tags = before
            raise

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
        return [self._data(member, record) for member, record in self.registry.members()]

    def show(self, digest: str) -> dict[str, Any]:
        """One model, by its digest, the beginning of that, or its name."""
        wanted = self.registry.find(digest).info.digest
        return next(data for data in self.all() if data["digest"] == wanted)

    def remove(self, digest: str) -> None:
        """Forget a model, its file and all that it said.

        Raises:
            EarmarkError: it is in use, or it is the built-in one.
        """
        info = self.registry.find(digest).info
        if self._in_use(info) and info.digest != self._base.info.digest:
            raise fail(
                "in-use",
                f"The model “{info.name}” is in use.",
                f"Go back to the one before first: earmark models rollback {info.tag_set}",
            )
        self.registry.remove(info.digest)
        self._feed.tell("models")

    def unfit(self, path: str, problem: Problem) -> None:
        """A model in use cannot be asked: go on without it, and say so."""
        with self._index.transaction():
            unfit = [member for member in self._lineup.others if str(member.path) == path]
            for member in unfit:
                self._lineup = self._lineup.without(member.info.digest)
        if unfit:
            self._feed.tell("trouble", path=path, reason=str(problem))

    def progress(self) -> dict[str, int] | None:
        """How far the tagging anew has come; None where none is under way."""
        progress = self._index.queue.progress(Step.RETAG)
        return {"done": progress[0], "total": progress[1]} if progress else None

    def _change(
        self, change: Callable[[], Collection[str] | None], then: Callable[[], None] | None = None
    ) -> int:
        """Change what is in use and queue the sounds, in one transaction; swap as it commits.

        These are the sounds with a tag that the change returns, or every sound for None. The swap
        is inside, where no stage can record anything, so none takes a task off the queue that only
        models of before have dealt with.
        """
        before, queued = self._lineup, 0
        try:
            with self._index.transaction():
                queued = self._queue(change())
                self._lineup = self._chosen()
                self._settle_labels()
                if then is not None:
                    then()
        except BaseException:
            self._lineup = before
            raise
        self._feed.tell("models")
        self._wake()
        return queued

    def _queue(self, concerned: Collection[str] | None) -> int:
        """Queue the sounds with one of these tags, or every sound for None; how many these are."""
        if concerned is not None and not concerned:
            return 0
        return self._index.queue.add_all(Step.RETAG, carrying=concerned)

    def _follow(self, before: Tags) -> set[str] | None:
        """Note how tags are wanted now, which sounds are about to follow.

        Returns:
            The tags that are given to fewer sounds than before; None where one may come to more.
        """
        self._index.models.set_giving(as_text(self._tags))
        return given_less(before, self._tags, self._lineup.usually_from)

    def _settle_labels(self) -> None:
        """A word stands in the set whose model knows it, or that model would be heard before it."""
        exclusive = {info.tag_set for info in self._lineup.answering if info.exclusive}
        self._index.labels.settle(self._lineup.set_of, exclusive)

    def _chosen(self) -> LineUp:
        return self.registry.chosen().giving(self._tags)

    def _in_use(self, info: ModelInfo) -> bool:
        now = self._lineup.answers(info.tag_set)
        return now is not None and now.digest == info.digest

    def _data(self, member: Member, record: ModelRecord | None) -> dict[str, Any]:
        """What is told of a model; of one that answers, its tags as they are called now."""
        answering = {info.digest: info for info in self._lineup.answering}
        info = answering.get(member.info.digest, member.info)
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
