"""What there is to learn from: people's labels as examples, and what to say of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.learning.examples import Examples, Said, examples_of
from earmark_daemon.processes import Workers, explained
from earmark_daemon.service.models.lineup import OWN_SET
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.training import next_to_label
from earmark_daemon.service.training.gathering import grouped
from earmark_daemon.service.training.overview import overview
from earmark_db.index import Index

T = TypeVar("T")


class Material:
    """Gathers examples; whatever needs their embeddings is done in a worker."""

    def __init__(self, index: Index, path: Path, models: Models, workers: Workers) -> None:
        """Prepare.

        Args:
            index: where labels are.
            path: the same index, for workers.
            models: know which sets are exclusive, and whose embeddings are stored.
            workers: who looks at embeddings.
        """
        self._index = index
        self._path = str(path)
        self._models = models
        self._workers = workers

    def examples(self, tag_set: str) -> Examples:
        """What people said in a tag set of the tags that are not switched off."""
        return self._but_for_off(self._said(tag_set))

    def _but_for_off(self, said: Examples) -> Examples:
        off = self._models.lineup.off
        return said.only([label for label in said.labels if label not in off])

    def _said(self, tag_set: str) -> Examples:
        model = self._models.lineup.answers(tag_set)
        said = [
            Said(word.content, word.tag, word.says, os.path.dirname(word.path or ""))
            for word in self._index.examples.spoken(tag_set)
        ]
        examples = examples_of(said, tag_set, exclusive=bool(model and model.exclusive))
        above = self._models.lineup.above
        return examples.narrowest(above) if examples.exclusive else examples.with_broader(above)

    def worth_training(self, tag_set: str) -> Examples:
        """The examples of a set from which a model may be made.

        Raises:
            EarmarkError: there are none, or the model would know less than the one it replaces.
        """
        examples = self.examples(tag_set)
        if not examples.labels:
            raise _nothing_of(tag_set)
        base = self._models.lineup.base.info
        if tag_set == base.tag_set:
            missing = [label for label in base.labels if label not in examples.labels]
            if missing:
                raise fail(
                    "would-forget",
                    "A model that is trained on these labels alone would forget the tags that"
                    f" nobody gave: {', '.join(missing)}.",
                    "Label sounds of each, or use words of your own: earmark label FILE --add WORD",
                )
        return examples

    def library(self, tag_set: str, limit: int) -> list[str]:
        """Content digests of so many sounds at most that nobody has labelled in a set."""
        sample = self._index.examples.unlabelled(tag_set, self._backbone, limit)
        return [sound.content for sound in sample]

    def grouped(self, tag_set: str) -> Examples:
        """The examples with near-copies in one group."""
        return self._ask(grouped, self.examples(tag_set), self._backbone)

    def overview(self, tag_set: str) -> dict[str, Any]:
        """What there is, in numbers and in words; see `overview.overview`."""
        words = self._index.examples.spoken(tag_set)
        paths = {word.content: word.path for word in words if word.path}
        told = self._ask(overview, self._said(tag_set), self._backbone, paths)
        lineup = self._models.lineup
        for tag in told["tags"]:
            tag["off"] = tag["tag"] in lineup.off
            tag["above"] = lineup.above.get(tag["tag"])
            tag["sure_from"] = lineup.sure_from.get(tag["tag"])
        return told

    def next_to_label(self, tag_set: str, limit: int) -> list[dict[str, Any]]:
        """The sounds whose labels would teach most; see `TrainingRequests.next_to_label`.

        Raises:
            EarmarkError: there is no such tag set.
        """
        said = self._said(tag_set)
        if not said.labels and tag_set != OWN_SET and not self._models.lineup.answers(tag_set):
            raise _nothing_of(tag_set)
        examples = self._but_for_off(said)
        return self._ask(next_to_label.sounds_to_label, examples, self._backbone, limit)

    @property
    def _backbone(self) -> str:
        return self._models.lineup.base.info.digest

    def _ask(self, function: Callable[..., T], *arguments: object) -> T:
        with explained(
            "training-failed",
            "A worker failed",
            "Nothing is lost. Try again; if it fails again, please report it.",
        ):
            return self._workers.submit(function, self._path, *arguments).result()


def _nothing_of(tag_set: str) -> EarmarkError:
    return fail(
        "no-labels",
        f"Nothing has been labelled with tags of “{tag_set}” yet.",
        "Say what sounds are: earmark label FILE --add TAG",
    )
