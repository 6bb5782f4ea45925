"""The words that people use as tags: renamed, merged, put under one another, and told apart."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.nothing_found import did_you_mean
from earmark_daemon.tag_names import as_tag
from earmark_daemon.tagging.synonyms import synonyms
from earmark_db.index import Index
from earmark_db.merges import Merge, Word
from earmark_db.nesting import broader, with_narrower


class Vocabulary:
    """Changes what people said as a whole, and has the sounds tagged anew."""

    def __init__(self, index: Index, models: Models, reconsider: Callable[[int], None]) -> None:
        """Prepare.

        Args:
            index: where labels are kept.
            models: those in use know the words of their tag sets, and which lies under which.
            reconsider: decides the tags of the file with an id anew.
        """
        self._index = index
        self._models = models
        self._reconsider = reconsider

    def rename(self, old: str, new: str) -> dict[str, Any]:
        """Give a tag a name that no other has.

        Raises:
            EarmarkError: see `may_rename`.
        """
        return self._merge(*self.may_rename(old, new))

    def may_rename(self, old: str, new: str) -> tuple[str, str]:
        """The tag, and the name that it can be given.

        Raises:
            EarmarkError: nobody gave such a tag, it is the built-in model's, or the name is taken.
        """
        word, wanted = as_tag(old), as_tag(new)
        self._check(word, wanted)
        if self.gives(wanted):
            raise fail(
                "tag-taken",
                f"There is a tag “{wanted}” already.",
                f"To make one of the two: {_command('merge', word, wanted)}",
            )
        return word, wanted

    def merge(self, old: str, new: str) -> dict[str, Any]:
        """Make two tags one.

        Raises:
            EarmarkError: one of them does not exist, or the first one is the built-in model's.
        """
        word, wanted = as_tag(old), as_tag(new)
        self._check(word, wanted)
        if not self.gives(wanted):
            raise _no_such(wanted, " To rename: earmark tags rename OLD NEW")
        return self._merge(word, wanted)

    def undo(self, merge: int | None) -> dict[str, Any]:
        """Take a renaming or merging back; by default the newest.

        Raises:
            EarmarkError: there is none, or a later one must be taken back first.
        """
        known = self._index.merges.all()
        number = merge if merge is not None else (known[0].id if known else 0)
        nothing = fail("nothing-merged", "There is no such change of tags to take back.")
        renamed = any(member.words for member in self._models.lineup.chosen)
        return self._done(lambda: self._taken_back(number), nothing, () if not renamed else None)

    def _taken_back(self, number: int) -> Merge | None:
        later = self._index.merges.since(number)
        if later is not None:
            raise fail(
                "changed-since",
                f"“{later.old.tag}” has become “{later.new.tag}” since.",
                f"First take that back: earmark tags undo {later.id}",
            )
        return self._index.merges.undo(number)

    def find(self, word: str) -> str:
        """The tag that a word is.

        Raises:
            EarmarkError: there is no such tag.
        """
        tag = as_tag(word)
        known = self._known()
        if tag not in known:
            raise _no_such(tag, f" {did_you_mean(tag, sorted(known))}".rstrip())
        return tag

    def knows(self, tag: str) -> bool:
        """Whether there is this tag: a model, a person or a sound has it."""
        return tag in self._known()

    def gives(self, tag: str) -> bool:
        """Whether a model or a person has this tag, rather than only sounds that carry it still."""
        return tag in self._given()

    def nest(self, tags: Sequence[str], under: str | None) -> int:
        """Put tags under a broader one, or on top.

        Args:
            tags: which; what is tagged with one of them is tagged with the broader one as well.
            under: the broader one, which may be a new word; None puts them on top.

        Returns:
            How many sounds are tagged anew for that.

        Raises:
            EarmarkError: there is no such tag, or it would come to lie under itself.
        """
        words = [self.find(tag) for tag in tags]
        above = None if under is None else as_tag(under)
        for tag in words:
            if tag == above:
                raise fail("under-itself", f"“{tag}” cannot lie under itself.")

        lie_there = self._index.nesting.above()
        if all(lie_there.get(tag) == above for tag in words):
            return 0

        def put() -> set[str]:
            for tag in words:
                if not self._index.nesting.put(tag, above):
                    raise fail(
                        "under-itself",
                        f"“{tag}” cannot lie under “{above}”, for “{above}” lies under it.",
                        f"First put that on top: {_command('unnest', str(above))}",
                    )
            return with_narrower(words, self._index.nesting.above())

        return self._models.rearrange(put)

    def suggestions(self) -> list[dict[str, Any]]:
        """Tags that seem to mean the same."""
        found = synonyms(self._counts(), self._models.lineup.base.info.labels)
        return [{"from": item.old, "into": item.new, "why": item.why} for item in found]

    def _counts(self) -> Counter[str]:
        """How many sounds people gave each of their tags, or said not to be it.

        A tag that they only put under or above another counts none.
        """
        counts = Counter(word.tag for word in self._index.examples.spoken())
        for nested in self._index.nesting.above().items():
            counts.update(dict.fromkeys(nested, 0))
        return counts

    def _known(self) -> set[str]:
        """Every tag that there is."""
        return {*self._given(), *self._index.tags.names()}

    def _given(self) -> set[str]:
        """Every tag that a model or a person has."""
        lineup = self._models.lineup
        models = (lineup.base.info, *lineup.answering)
        labels = (label for model in models for label in model.labels)
        return {*labels, *self._counts()}

    def _check(self, old: str, new: str) -> None:
        """Raise where one tag can take no other's place, whatever that is."""
        if old == new:
            raise fail("same-tag", f"“{old}” is “{new}” already.")
        if old in self._models.lineup.base.info.labels:
            raise fail(
                "built-in-tag",
                f"“{old}” is a tag of the built-in model, which would go on giving it.",
                self._instead(old, new),
            )
        if old not in self._counts():
            raise _nothing_said(old)

    def _instead(self, old: str, new: str) -> str:
        """What can be done where a tag of the built-in model was to become another one."""
        if new in self._counts() and new not in self._models.lineup.base.info.labels:
            return f"The other way round works: {_command('merge', new, old)}"
        above = self._index.nesting.above()
        if old in broader(new, above) or new in broader(old, above):
            return ""
        return f"To have its sounds tagged “{new}” too: {_command('nest', old, '--under', new)}"

    def _merge(self, old: str, new: str) -> dict[str, Any]:
        lineup = self._models.lineup
        new_set = lineup.set_of(new if self.gives(new) else old)
        one, other = Word(lineup.set_of(old), old), Word(new_set, new)
        model = lineup.answers(other.set)
        exclusive = bool(model and model.exclusive)
        return self._done(
            lambda: self._index.merges.merge(one, other, exclusive=exclusive),
            _nothing_said(old),
            self._follow(old, new),
        )

    def _follow(self, old: str, new: str) -> tuple[str, ...] | None:
        """The tags that models give and that are about to become another; None: any sound's may."""
        given = {label for model in self._models.lineup.answering for label in model.labels}
        if old not in given:
            return ()
        return None if new in given else (old,)

    def _done(
        self,
        change: Callable[[], Merge | None],
        nothing: EarmarkError,
        given: Sequence[str] | None,
    ) -> dict[str, Any]:
        """Change words, and have the sounds tagged anew that this concerns.

        Those of which people spoke are at once.

        Args:
            change: does it.
            nothing: raised where there is nothing to change.
            given: tags of models whose sounds follow in the background; None: every sound does.
        """
        done: list[Merge] = []

        def merge() -> set[str] | None:
            made = change()
            if made is None:
                raise nothing
            done.append(made)
            if given is None:
                return None
            places = {made.old.tag, made.new.tag, *made.moved} if made.moved else ()
            return with_narrower({*given, *places}, self._index.nesting.above())

        def at_once() -> None:
            for content in done[0].sounds:
                for file_id in self._index.labels.files_with(content):
                    self._reconsider(file_id)

        self._models.rearrange(merge, at_once)
        return _data(done[0])


def _command(*words: str) -> str:
    """A command about tags as a shell takes it."""
    return f"earmark tags {shlex.join(words)}"


def _nothing_said(tag: str) -> EarmarkError:
    return fail(
        "unknown-tag",
        f"Nobody has labelled a sound “{tag}”.",
        "See which tags there are: earmark tags list",
    )


def _no_such(tag: str, more: str = "") -> EarmarkError:
    advice = "See which there are: earmark tags list."
    return fail("unknown-tag", f"There is no tag “{tag}”.", advice + more)


def _data(merge: Merge) -> dict[str, Any]:
    return {
        "merge": merge.id,
        "from": merge.old.tag,
        "into": merge.new.tag,
        "sounds": len(merge.said),
    }
