"""Genre, comment and our record in an ID3 tag, whatever its version.

One joined genre in Latin-1 and one comment, because indexers read only the first of several and
no UTF-16 comment.
"""

from __future__ import annotations

import re
from dataclasses import replace

from earmark_daemon.containers.source import MalformedError, malformed
from earmark_daemon.writing.block import main_comment
from earmark_daemon.writing.foreign import genre_name
from earmark_daemon.writing.formats import id3
from earmark_daemon.writing.formats.base import Piece, Store, Texts, piece

RECORD = "EARMARK"
_NAMES = {
    2: (b"TCO", b"COM", b"TXX"),
    3: (b"TCON", b"COMM", b"TXXX"),
    4: (b"TCON", b"COMM", b"TXXX"),
}
_REPEATED = {
    "title": (b"TT2", b"TIT2"), "artist": (b"TP1", b"TPE1"), "album": (b"TAL", b"TALB"),
    "year": (b"TYE", b"TYER"), "track": (b"TRK", b"TRCK"),
}  # fmt: skip
_CODECS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
_NUMBERED = re.compile(r"(\d{1,3})|((?:\((?:\d{1,3}|RX|CR)\))+)(.*)", re.DOTALL)


class Id3Fields:
    """The fields of one tag.

    Attributes:
        store: genre and comment.
        record: our private field, the first where another program has doubled it, or an empty
            string.
        comment: which comment is the main one, see `TaggedFile`; English ones count first.
    """

    def __init__(self, tag: id3.Tag, comment: int | None = None) -> None:
        """Find the fields; ``comment`` says which comment is the main one, None looks for it.

        Raises:
            MalformedError: one of them is not readable text.
        """
        self._tag = tag
        self._ids = _NAMES[tag.version]
        self._genre = next((f for f in tag.frames if f.id == self._ids[0]), None)
        comments = self._plain_comments()
        self.comment = main_comment(list(map(self._text, comments))) if comment is None else comment
        self._comment = dict(enumerate(comments)).get(self.comment)
        self._records = self._own_records()
        genre = self._text(self._genre)
        self.store = Store("ID3", (genre,) if genre else (), self._text(self._comment))
        self.record = self._text(next(iter(self._records), None))

    def texts(self) -> Texts:
        """What a new tag of another kind repeats."""
        texts = {field: self._plain_text(names) for field, names in _REPEATED.items()}
        return {**texts, "genre": "".join(self.store.genre), "comment": self.store.comment}

    def foreign(self) -> list[Piece]:
        """All other frames."""
        ours = (self._genre, self._comment, *self._records)
        return [
            piece(f"ID3 {frame.id.decode()}", frame.flags + frame.body)
            for frame in self._tag.frames
            if not any(frame is own for own in ours)
        ]

    def updated(self, store: Store, record: str) -> id3.Tag:
        """The tag with these fields; frames whose field stays the same keep their bytes."""
        tag = self._tag
        if store.genre != self.store.genre:
            text = "".join(store.genre)
            tag = id3.put(tag, self._genre, self._frame(0, _encode(self._tag, "", text), text))
        if store.comment != self.store.comment:
            frame = self._frame(1, self._comment_body(store.comment), store.comment)
            tag = id3.put(tag, self._comment, frame, before=self._ids[1])
        if record != self.record:
            frame = self._frame(2, _encode(self._tag, RECORD + "\0", record), record)
            for double in self._records[1:]:
                tag = id3.put(tag, double, None)
            tag = id3.put(tag, next(iter(self._records), None), frame)
        return tag

    def _frame(self, which: int, body: bytes, text: str) -> id3.Frame | None:
        return id3.new_frame(self._tag, self._ids[which], body) if text else None

    def _plain_comments(self) -> list[id3.Frame]:
        """Comments without a description, the English ones first."""
        plain = [
            frame
            for frame in self._tag.frames
            if frame.id == self._ids[1] and self._strings(frame)[0] == ""
        ]
        return sorted(plain, key=lambda frame: self._content(frame)[1:4].lower() != b"eng")

    def _own_records(self) -> list[id3.Frame]:
        return [
            frame
            for frame in self._tag.frames
            if frame.id == self._ids[2] and self._strings(frame)[0] == RECORD
        ]

    def _content(self, frame: id3.Frame) -> bytes:
        return id3.content(frame, self._tag)

    def _strings(self, frame: id3.Frame) -> list[str]:
        """The zero-separated strings of a frame, its description first where it has one."""
        body = self._content(frame)
        return _strings(body[:1] + body[4:] if frame.id == self._ids[1] else body)

    def _text(self, frame: id3.Frame | None) -> str:
        if frame is None:
            return ""
        strings = self._strings(frame)
        if frame.id == self._ids[0]:
            return "; ".join(_genre(part) for part in strings if part)
        return "\0".join(strings[1:]).rstrip("\0")

    def _plain_text(self, names: tuple[bytes, ...]) -> str:
        """The text of the first frame with such a name; empty where nobody can read it."""
        frame = next((frame for frame in self._tag.frames if frame.id in names), None)
        try:
            return "\0".join(self._strings(frame)) if frame else ""
        except MalformedError:
            return ""

    def _comment_body(self, text: str) -> bytes:
        language = self._content(self._comment)[1:4] if self._comment else b"eng"
        body = _encode(self._tag, "\0", text)
        return body[:1] + language + body[1:]


def new_tag(texts: Texts) -> id3.Tag:
    """A tag that says this and no more, of the version that most programs read.

    A genre stands there so that all of them read the same: in words, without doubled brackets and
    in one line.
    """
    tag = id3.Tag(3, 0, ())
    for field, (_, name) in _REPEATED.items():
        if text := texts.get(field):
            tag = id3.put(tag, None, id3.new_frame(tag, name, _encode(tag, "", text)))
    store = Store("ID3", _repeated_genre(texts), texts.get("comment", ""))
    return Id3Fields(tag).updated(store, "")


def with_genre(tag: id3.Tag, texts: Texts) -> id3.Tag:
    """A tag that says the genre of an older one beside it, where it has none of its own.

    Many programs mix both. Where none is left in a tag that we wrote into, others took it out.
    """
    fields, genre = Id3Fields(tag), _repeated_genre(texts)
    if not genre or fields.store.genre or fields.record:
        return tag
    return fields.updated(replace(fields.store, genre=genre), fields.record)


def _repeated_genre(texts: Texts) -> tuple[str, ...]:
    """A genre in words and in one line; a number that stands for none says nothing."""
    genre = " ".join(_genre(texts.get("genre", "")).replace("((", "(").split())
    return () if not genre or genre.isdecimal() else (genre,)


def _encode(tag: id3.Tag, head: str, text: str) -> bytes:
    """Encoding byte, a description that ends with a zero or nothing, and the text."""
    both = head + text
    if both.isascii() or (tag.version < 4 and _fits_latin1(both)):
        return b"\0" + both.encode("latin-1")
    if tag.version == 4:
        return b"\3" + both.encode("utf-8", "replace")
    marked = [part.encode("utf-16") for part in both.split("\0", 1 if head else 0)]
    return b"\1" + b"\0\0".join(marked)


def _strings(body: bytes) -> list[str]:
    codec = _CODECS.get(body[0] if body else 0)
    if codec is None:
        raise malformed("id3", "Its ID3 tag holds text in no known encoding.")
    try:
        if codec == "utf-16":
            return _utf16_strings(body[1:])
        return body[1:].decode(codec).split("\0")
    except UnicodeDecodeError as error:
        raise malformed("id3", "Its ID3 tag holds text that is not readable.") from error


def _utf16_strings(data: bytes) -> list[str]:
    """Strings in UTF-16, each with a byte order mark of its own or in the order of the last."""
    order = "utf-16-le"
    strings = []
    for raw in _split_pairs(data):
        order = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(raw[:2], order)
        strings.append(raw.decode(order).removeprefix("\ufeff"))
    return strings


def _split_pairs(data: bytes) -> list[bytes]:
    parts, begin = [], 0
    for position in range(0, len(data) - 1, 2):
        if data[position : position + 2] == b"\0\0":
            parts.append(data[begin:position])
            begin = position + 2
    return [*parts, data[begin:]]


def _genre(text: str) -> str:
    """A genre in words, where numbers of the old list stand for it: ``17``, ``(17)Slow``."""
    numbered = _NUMBERED.fullmatch(text)
    if numbered is None:
        return text
    numbers, words = re.findall(r"\d+|RX|CR", numbered[1] or numbered[2]), numbered[3] or ""
    names = [*(genre_name(number) for number in numbers), words.replace("((", "(", 1)]
    return "; ".join(dict.fromkeys(name for name in names if name))


def _fits_latin1(text: str) -> bool:
    return all(ord(character) < 256 for character in text)
