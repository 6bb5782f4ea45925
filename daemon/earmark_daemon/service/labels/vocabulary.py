"""The words that people use as tags: renamed, merged, and which of them seem to be one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from earmark_daemon.errors import fail
from earmark_daemon.service.labels.labelling import OWN_SET, as_tag
from earmark_daemon.service.models.lineup import LineUp
from earmark_daemon.tagging.synonyms import synonyms
from earmark_db.index import Index
from earmark_db.merges import Merge, Word


class Vocabulary:
    """Changes what people said as a whole, and has the sounds tagged anew."""

    def __init__(
        self,
        index: Index,
        lineup: Callable[[], LineUp],
        reconsider: Callable[[int], None],
        wake: Callable[[], None],
    ) -> None:
        """Prepare.

        Args:
            index: where labels are kept.
            lineup: the models in use, which know the words of their tag sets.
            reconsider: decides the tags of the file with an id anew.
            wake: called when there may be tags to write.
        """
        self._index = index
        self._lineup = lineup
        self._reconsider = reconsider
        self._wake = wake

    def rename(self, old: str, new: str) -> dict[str, Any]:
        """Give a tag a name that no other has.

        Raises:
            EarmarkError: there is no such tag, or the name is taken.
        """
        wanted = as_tag(new)
        if wanted in self._counts() or wanted in self._lineup().base.info.labels:
            raise fail(
                "tag-taken",
                f"There is a tag “{wanted}” already.",
                f"To make one of the two: earmark tags merge “{as_tag(old)}” “{wanted}”",
            )
        return self._merge(as_tag(old), wanted)

    def merge(self, old: str, new: str) -> dict[str, Any]:
        """Make two tags one.

        Raises:
            EarmarkError: one of them does not exist, or the first one is the built-in model's.
        """
        wanted = as_tag(new)
        if wanted not in self._counts() and wanted not in self._lineup().base.info.labels:
            raise fail(
                "unknown-tag",
                f"There is no tag “{wanted}”.",
                "See which there are: earmark tags list. To rename: earmark tags rename OLD NEW",
            )
        return self._merge(as_tag(old), wanted)

    def undo(self, merge: int | None) -> dict[str, Any]:
        """Take a renaming or merging back; by default the newest.

        Raises:
            EarmarkError: there is none.
        """
        known = self._index.merges.all()
        number = merge if merge is not None else (known[0].id if known else 0)
        with self._index.transaction():
            undone = self._index.merges.undo(number)
            if undone is None:
                raise fail("nothing-merged", "There is no such change of tags to take back.")
            self._tag_anew(undone.sounds)
        self._wake()
        return _data(undone)

    def suggestions(self) -> list[dict[str, Any]]:
        """Tags that seem to mean the same."""
        found = synonyms(self._counts(), self._lineup().base.info.labels)
        return [{"from": item.old, "into": item.new, "why": item.why} for item in found]

    def said(self, tag_set: str | None) -> list[dict[str, Any]]:
        """All that people said, in a tag set or in any."""
        return [asdict(word) for word in self._index.examples.spoken(tag_set)]

    def _counts(self) -> Counter[str]:
        """How many sounds people gave each tag, or said not to be it."""
        return Counter(word.tag for word in self._index.examples.spoken())

    def _merge(self, old: str, new: str) -> dict[str, Any]:
        lineup = self._lineup()
        if old in lineup.base.info.labels:
            raise fail(
                "built-in-tag",
                f"“{old}” is a tag of the built-in model, which would go on giving it.",
                f"The other way round works: earmark tags merge “{new}” “{old}”",
            )
        if old == new:
            raise fail("same-tag", f"“{old}” is “{new}” already.")
        target = Word(lineup.set_of(new) or OWN_SET, new)
        model = lineup.answers(target.set)
        with self._index.transaction():
            made = self._index.merges.merge(
                Word(lineup.set_of(old) or OWN_SET, old),
                target,
                exclusive=bool(model and model.exclusive),
            )
            if made is None:
                raise fail(
                    "unknown-tag",
                    f"Nobody has labelled a sound “{old}”.",
                    "See which tags there are: earmark tags list",
                )
            self._tag_anew(made.sounds)
        self._wake()
        return _data(made)

    def _tag_anew(self, sounds: Sequence[str]) -> None:
        for content in sounds:
            for file_id in self._index.labels.files_with(content):
                self._reconsider(file_id)


def _data(merge: Merge) -> dict[str, Any]:
    return {
        "merge": merge.id,
        "from": merge.old.tag,
        "into": merge.new.tag,
        "sounds": len(merge.sounds),
    }
