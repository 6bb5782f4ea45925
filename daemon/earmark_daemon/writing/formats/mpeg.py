"""MP3: an ID3v2 tag in front of the audio; what stands behind it is left alone."""

from __future__ import annotations

from earmark_daemon.containers import mpeg
from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.formats import id3, id3v1
from earmark_daemon.writing.formats.base import Edit, Piece, Store, TaggedFile, changed, span
from earmark_daemon.writing.formats.id3_fields import Id3Fields, new_tag, with_genre

_PADDING = 1024
"""Bytes left free in a tag that had to grow, so that the next write need not move the audio."""


class MpegFile(TaggedFile):
    """An MP3 file; its store is the ID3v2 tag."""

    def __init__(
        self,
        source: Source,
        comment: int | None = None,
        repeating: frozenset[str] = frozenset(),
    ) -> None:
        """Open it; see `open_tagged` for ``comment`` and `open_repeating` for ``repeating``.

        Raises:
            MalformedError: writing could harm it; the message says why.
        """
        self._source = source
        self._audio = audio = mpeg.audio_span(source)
        if not mpeg.frames_begin(source, audio.start, audio.end):
            raise malformed("frames", "Its audio does not begin where its tag ends.")
        older = id3v1.texts(source) if "ID3" in repeating else {}
        if audio.start:
            tag = with_genre(id3.parse(source.read(0, audio.start)), older)
        else:
            tag = new_tag(older)
        self._fields = Id3Fields(tag, comment)
        self.stores = (self._fields.store,)
        self.record = self._fields.record
        self.comment = self._fields.comment

    def foreign(self) -> list[Piece]:
        """All other frames of the tag, and the tags at the end of the file."""
        tail = span("end", self._source, self._audio.end, self._source.size - self._audio.end)
        return [*self._fields.foreign(), tail]

    def edits(self, stores: tuple[Store, ...], record: str) -> list[Edit]:
        """What to change so that the file holds these."""
        tag = self._fields.updated(stores[0], record)
        data = tag.render(self._audio.start) if tag.frames else b""
        if len(data) > self._audio.start:
            data = tag.render(len(data) + _PADDING)
        return changed(self._source, [Edit(0, self._audio.start, data)])
