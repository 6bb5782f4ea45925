"""Taking down what people say of sounds; their word outranks every model and follows the audio."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.service.known import known
from earmark_daemon.service.models.lineup import LineUp
from earmark_daemon.tag_names import as_tag
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.nesting import broader
from earmark_db.records import FileRecord, FileState, Stamp


class Labelling:
    """Records labels and has every copy of the sound tagged anew."""

    def __init__(
        self, index: Index, lineup: Callable[[], LineUp], reconsider: Callable[[int], None]
    ) -> None:
        """Prepare.

        Args:
            index: where labels are kept.
            lineup: the models in use, which know the words of their tag sets.
            reconsider: decides the tags of the file with an id anew.
        """
        self._index = index
        self._lineup = lineup
        self._reconsider = reconsider

    def label(
        self, path: str, add: Sequence[str], remove: Sequence[str], forget: Sequence[str]
    ) -> list[str]:
        """A person says what a sound is, is not, or takes it back.

        Args:
            path: any copy of the sound.
            add: "it is this".
            remove: "it is not this".
            forget: words about which nothing shall have been said.

        Returns:
            Those of the words to forget about which nothing had been said.

        Raises:
            EarmarkError: the sound is not known or has not been heard yet, or a word is none.
        """
        record = known(self._index, path)
        if record.content is None or not _holds(record, record.content):
            raise fail(
                "not-heard",
                "This sound has not been heard yet.",
                "Wait until it is, or see why it cannot be: earmark show FILE",
                path,
            )
        said = [self._said(word, says=True) for word in add]
        said += [self._said(word, says=False) for word in remove]
        unsaid = [self._said(word, says=True) for word in forget]
        spoken = {label.tag for label in (*said, *unsaid)}
        with self._index.transaction():
            before = self._index.labels.of(record.content)
            not_said = {label.tag for label in unsaid} - {label.tag for label in before}
            # A word may stand in the set that it had before a model came or went that knows it.
            unsaid += [
                label for label in before if label.tag in spoken or self._gives_way(label, said)
            ]
            self._index.labels.drop(record.content, unsaid)
            self._index.labels.put(record.content, said)
            for file_id in self._index.labels.files_with(record.content):
                self._reconsider(file_id)
        return sorted(not_said)

    def _said(self, word: str, *, says: bool) -> Label:
        tag = as_tag(word)
        return Label(self._lineup().set_of(tag), tag, says)

    def _gives_way(self, old: Label, said: Sequence[Label]) -> bool:
        """Whether a new word of an exclusive set takes an older one's place.

        A broader one does not, for the older one says that too, and more.
        """
        lineup = self._lineup()
        if not old.says or old.set not in lineup.hierarchy.exclusive:
            return False
        says_too = {old.tag, *broader(old.tag, lineup.above)}
        return any(new.says and new.set == old.set and new.tag not in says_too for new in said)


def _holds(record: FileRecord, content: str) -> bool:
    """Whether the file holds the audio that is known of it; one that has changed may hold other.

    Of one that is not there, as where its disk is away, the index is believed.
    """
    heard = record.state not in (FileState.WAITING, FileState.FAILED)
    try:
        now = Stamp.of(os.stat(record.path))
    except OSError:
        return heard
    try:
        return (heard and now == record.stamp) or content_digest(record.path) == content
    except (OSError, EarmarkError):
        return False
