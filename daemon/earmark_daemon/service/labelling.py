"""Taking down what people say of sounds; their word outranks every model and follows the audio."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from earmark_daemon.errors import fail
from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_db.index import Index
from earmark_db.labels import Label

OWN_SET = "own"
"""The tag set of words that no model knows: independent, a sound may have any number of them."""


class Labelling:
    """Records labels and has every copy of the sound tagged anew."""

    def __init__(self, index: Index, model: ModelInfo, reconsider: Callable[[int], None]) -> None:
        """Prepare.

        Args:
            index: where labels are kept.
            model: knows which words belong to its tag set.
            reconsider: decides the tags of the file with an id anew.
        """
        self._index = index
        self._model = model
        self._reconsider = reconsider

    def label(
        self, path: str, add: Sequence[str], remove: Sequence[str], forget: Sequence[str]
    ) -> None:
        """A person says what a sound is, is not, or takes it back.

        Args:
            path: any copy of the sound.
            add: "it is this".
            remove: "it is not this".
            forget: words about which nothing shall have been said.

        Raises:
            EarmarkError: the sound has not been heard yet, or a word is none.
        """
        record = self._index.files.by_path(path)
        if record is None or record.content is None:
            raise fail(
                "not-heard",
                "This sound has not been heard yet.",
                "Tag it first: earmark tag FILE",
                path,
            )
        said = [self._said(word, says=True) for word in add]
        said += [self._said(word, says=False) for word in remove]
        unsaid = [self._said(word, says=True) for word in forget]
        exclusive = self._model.exclusive and any(
            label.says and label.set == self._model.tag_set for label in said
        )
        with self._index.transaction():
            if exclusive:
                unsaid += [
                    label
                    for label in self._index.labels.of(record.content)
                    if label.says and label.set == self._model.tag_set
                ]
            self._index.labels.drop(record.content, unsaid)
            self._index.labels.put(record.content, said)
            for file_id in self._index.labels.files_with(record.content):
                self._reconsider(file_id)

    def _said(self, word: str, *, says: bool) -> Label:
        tag = " ".join(word.split()).lower()
        if not tag:
            raise fail("no-word", "A tag needs at least one letter.", "Write the tag's name.")
        known = tag in self._model.labels
        return Label(self._model.tag_set if known else OWN_SET, tag, says)
