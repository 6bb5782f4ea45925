"""MP4 and M4A: tags in ``moov/udta/meta/ilst``.

Items of others keep their very bytes and their order. Where tags grow ahead of the audio, the
tables that say where the audio stands are moved along. Sources: ISO 14496-12 and the QuickTime
File Format.
"""

from __future__ import annotations

import struct

from earmark_daemon.containers import mp4
from earmark_daemon.containers.source import Source, malformed
from earmark_daemon.writing.foreign import genre_name
from earmark_daemon.writing.formats.base import Edit, Piece, Store, TaggedFile, changed, piece, span

_GENRE, _COMMENT, _NUMBERED, _FREE = b"\xa9gen", b"\xa9cmt", b"gnre", b"----"
_SEPARATOR = "; "
_UTF8 = 1
_PLAIN = (0, _UTF8)
"""Types of values that hold text in UTF-8; 0 leaves open what it is."""
_MEAN, _NAME = b"org.earmark", b"tags"
_UDTA, _META, _ILST = b"udta", b"meta", b"ilst"
_HANDLER = struct.pack(">I4s8x4s4s9x", 33, b"hdlr", b"mdir", b"appl")
_MOVING = (b"moof", b"mfra", b"sidx", b"uuid")
_MOST_TAG = 1 << 28
_Item = tuple[bytes, bytes]
_Value = tuple[int, bytes]


class Mp4File(TaggedFile):
    """An MP4 file; its store is the iTunes item list, which has one comment."""

    def __init__(self, source: Source) -> None:
        """Open it.

        Raises:
            MalformedError: writing could harm it; the message says why.
        """
        self._source = source
        self._root = root = mp4.walk(source)
        self._moov = _checked_movie(root)
        _check_handler(source, self._moov.child(_UDTA, _META))
        self._items = self._read_items()
        genres = self._texts(_GENRE)
        genres += [name for name in self._numbered_genres() if name not in genres]
        genre = _SEPARATOR.join(genres)
        comment = _SEPARATOR.join(self._texts(_COMMENT))
        store = Store("MP4", (genre,) if genre else (), comment)
        self.stores = (store,)
        self.record = self._own_record()

    def foreign(self) -> list[Piece]:
        """All other items, and all atoms but those that hold tags or say where audio is."""
        names = (_GENRE, _COMMENT, _NUMBERED)
        items = [
            piece(name.decode("latin-1"), data)
            for name, data in self._items
            if name not in names and not _is_own(name, data)
        ]
        moving = (b"mdat", b"stco", b"co64", _ILST)
        return items + [
            span(
                "/".join(n.decode("latin-1") for n in atom.path),
                self._source,
                atom.start,
                atom.end - atom.start,
            )
            for atom in _leaves(self._root)
            if atom.name not in moving and atom.path != (b"moov", _UDTA, _META, b"hdlr")
        ]

    def edits(self, stores: tuple[Store, ...], record: str) -> list[Edit]:
        """What to change so that the file holds these.

        Raises:
            MalformedError: the file would grow beyond what its tables can say.
        """
        items = self._updated(stores[0], record)
        if items == self._items:
            return []
        ilst = _atom(_ILST, b"".join(_atom(name, data) for name, data in items))
        return changed(self._source, self._place(ilst))

    def _place(self, ilst: bytes) -> list[Edit]:
        """Put the item list in its place, and let everything around it grow."""
        parents, here = [self._moov], self._moov
        for name, wrap in ((_UDTA, _wrap_udta), (_META, _wrap_meta), (_ILST, None)):
            atom = here.child(name)
            if atom is None:
                data = wrap(ilst) if wrap else ilst
                edit = Edit(_last_place(here), 0, data)
                break
            if wrap is None:
                edit = Edit(atom.offset, atom.size, ilst)
                break
            parents.append(atom)
            here = atom
        growth = len(edit.data) - edit.length
        sizes = [self._grown(atom, growth) for atom in parents]
        return [edit, *sizes, *self._moved_tables(edit.offset + edit.length, growth)]

    def _grown(self, atom: mp4.Atom, growth: int) -> Edit:
        size = atom.size + growth
        if self._source.read(atom.offset, 4) == b"\0\0\0\1":
            return Edit(atom.offset + 8, 8, size.to_bytes(8))
        if size > 0xFFFFFFFF:
            raise malformed("too-large", "There is no room left for tags.")
        return Edit(atom.offset, 4, size.to_bytes(4))

    def _moved_tables(self, place: int, growth: int) -> list[Edit]:
        edits = []
        stbl = self._moov.each(b"trak", b"mdia", b"minf", b"stbl")
        for atom in (child for each in stbl for child in each.children):
            width = {b"stco": 4, b"co64": 8}.get(atom.name)
            if width:
                edits.append(self._moved_table(atom, width, place, growth))
        return edits

    def _moved_table(self, atom: mp4.Atom, width: int, place: int, growth: int) -> Edit:
        data = self._source.read(atom.start, atom.end - atom.start)
        count = int.from_bytes(data[4:8])
        if len(data) != 8 + count * width:
            raise malformed("tables", "The table of its audio does not have its stated length.")
        form = f">{count}{'I' if width == 4 else 'Q'}"
        offsets = struct.unpack(form, data[8:])
        if any(offset >= self._source.size for offset in offsets):
            raise malformed("tables", "The table of its audio points outside the file.")
        moved = [offset + growth if offset >= place else offset for offset in offsets]
        if width == 4 and max(moved, default=0) > 0xFFFFFFFF:
            raise malformed("too-large", "There is no room left for tags below 4 GiB.")
        return Edit(atom.start + 8, count * width, struct.pack(form, *moved))

    def _read_items(self) -> list[_Item]:
        ilst = self._moov.child(_UDTA, _META, _ILST)
        if ilst is None:
            return []
        if ilst.size > _MOST_TAG:
            raise malformed("items", "Its list of tags is longer than any real one.")
        return [
            (atom.name, self._source.read(atom.start, atom.end - atom.start))
            for atom in ilst.children
        ]

    def _texts(self, wanted: bytes) -> list[str]:
        values = self._values(wanted)
        if any(kind not in _PLAIN for kind, _ in values):
            raise malformed("items", "Its tags hold something else where text in UTF-8 belongs.")
        try:
            return [text for _, value in values if (text := value.decode())]
        except UnicodeDecodeError as error:
            raise malformed("items", "Its tags are not readable text.") from error

    def _numbered_genres(self) -> list[str]:
        numbers = [int.from_bytes(value[-2:]) for _, value in self._values(_NUMBERED)]
        return [genre_name(str(number - 1)) for number in numbers if number]

    def _values(self, wanted: bytes) -> list[_Value]:
        """All values of all items of a name; an item may hold several."""
        return [each for name, data in self._items if name == wanted for each in _values(data)]

    def _own_record(self) -> str:
        for name, data in self._items:
            if _is_own(name, data):
                return _values(data[data.find(b"data") - 4 :])[0][1].decode("latin-1")
        return ""

    def _updated(self, store: Store, record: str) -> list[_Item]:
        items = list(self._items)
        if store.genre != self.stores[0].genre:
            items = [item for item in items if item[0] != _NUMBERED]
            items = _put(items, _GENRE, _data("".join(store.genre)))
        if store.comment != self.stores[0].comment:
            items = _put(items, _COMMENT, _data(store.comment))
        if record != self.record:
            items = [item for item in items if not _is_own(*item)]
            head = _atom(b"mean", bytes(4) + _MEAN) + _atom(b"name", bytes(4) + _NAME)
            items += [(_FREE, head + _data(record))] if record else []
        return items


def _checked_movie(root: mp4.Atom) -> mp4.Atom:
    movies = root.each(b"moov")
    if len(movies) != 1 or not root.each(b"mdat"):
        raise malformed("atoms", "It does not hold one description and its audio.")
    if any(atom.name in _MOVING for atom in root.children) or movies[0].child(b"mvex"):
        raise malformed("fragments", "It is cut into fragments, as streams are.")
    tables = movies[0].each(b"trak", b"mdia", b"minf", b"stbl")
    if not tables or any(t.child(b"saio") for t in tables):
        raise malformed("tables", "The tables of its audio are of an unusual kind.")
    for names in ((_UDTA,), (_UDTA, _META), (_UDTA, _META, _ILST)):
        if len(movies[0].each(*names)) > 1:
            raise malformed("items", "It holds more than one list of tags.")
    return movies[0]


def _check_handler(source: Source, meta: mp4.Atom | None) -> None:
    handler = meta.child(b"hdlr") if meta else None
    if meta and (handler is None or source.peek(handler.start + 8, 4) != b"mdir"):
        raise malformed("items", "Its list of tags is of an unusual kind.")


def _leaves(atom: mp4.Atom) -> list[mp4.Atom]:
    if not atom.children:
        return [] if atom.name in (b"", _UDTA, _META, _ILST) else [atom]
    if atom.name == _ILST:
        return []
    return [leaf for child in atom.children for leaf in _leaves(child)]


def _last_place(parent: mp4.Atom) -> int:
    return parent.children[-1].end if parent.children else parent.start


def _wrap_meta(ilst: bytes) -> bytes:
    return _atom(_META, bytes(4) + _HANDLER + ilst)


def _wrap_udta(ilst: bytes) -> bytes:
    return _atom(_UDTA, _wrap_meta(ilst))


def _atom(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data) + 8, name) + data


def _data(text: str) -> bytes:
    return (
        _atom(b"data", struct.pack(">II", _UTF8, 0) + text.encode("utf-8", "replace"))
        if text
        else b""
    )


def _values(data: bytes) -> list[_Value]:
    """The values of the ``data`` atoms that an item is made of, each with its type."""
    values: list[_Value] = []
    while data or not values:
        size = int.from_bytes(data[:4])
        if data[4:8] != b"data" or not 16 <= size <= len(data):
            raise malformed("items", "Its tags do not parse.")
        values.append((int.from_bytes(data[8:12]), data[16:size]))
        data = data[size:]
    return values


def _is_own(name: bytes, data: bytes) -> bool:
    own = _atom(b"mean", bytes(4) + _MEAN) + _atom(b"name", bytes(4) + _NAME)
    return name == _FREE and data.startswith(own)


def _put(items: list[_Item], wanted: bytes, data: bytes) -> list[_Item]:
    """Items with ``data`` in the place of the first of this name, or at the end."""
    new = [(wanted, data)] if data else []
    places = [index for index, (name, _) in enumerate(items) if name == wanted]
    rest = [item for item in items if item[0] != wanted]
    place = places[0] if places else len(rest)
    return [*rest[:place], *new, *rest[place:]]
