"""MP4: the tree of atoms.

Reads structure alone and never writes. Source: ISO 14496-12.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from earmark_daemon.containers.source import Source, malformed

_MOST_ATOMS = 100_000
_CONTAINERS = {
    (b"moov",),
    (b"moov", b"trak"),
    (b"moov", b"trak", b"mdia"),
    (b"moov", b"trak", b"mdia", b"minf"),
    (b"moov", b"trak", b"mdia", b"minf", b"stbl"),
    (b"moov", b"udta"),
    (b"moov", b"udta", b"meta"),
    (b"moov", b"udta", b"meta", b"ilst"),
}


@dataclass(frozen=True)
class Atom:
    """One atom; offsets are bytes from the start of the file.

    Attributes:
        path: the names from the top down to its own.
        offset: where its header begins.
        header: bytes of header: 8, 16 with a long size, 12 for ``meta`` with its version.
        size: bytes, header included.
        children: the atoms within, where it is one of the known containers.
    """

    path: tuple[bytes, ...]
    offset: int
    header: int
    size: int
    children: tuple[Atom, ...] = ()

    @property
    def name(self) -> bytes:
        """Its own four bytes."""
        return self.path[-1]

    @property
    def start(self) -> int:
        """Where its content begins."""
        return self.offset + self.header

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.offset + self.size

    def child(self, *names: bytes) -> Atom | None:
        """The first atom at this path below."""
        atom: Atom | None = self
        for name in names:
            if atom is None:
                return None
            atom = next((each for each in atom.children if each.name == name), None)
        return atom

    def each(self, *names: bytes) -> list[Atom]:
        """All atoms at this path below."""
        found = [self]
        for name in names:
            found = [c for atom in found for c in atom.children if c.name == name]
        return found


def walk(source: Source) -> Atom:
    """The whole tree, under a root that stands for the file.

    Raises:
        MalformedError: atoms do not fill the file or their parents exactly.
    """
    root = Atom((b"",), 0, 0, source.size, _children(source, (), 0, source.size))
    if not root.children or root.children[0].name != b"ftyp":
        raise malformed("unknown", "It is no MP4 file.")
    return root


def _children(source: Source, path: tuple[bytes, ...], start: int, end: int) -> tuple[Atom, ...]:
    atoms: list[Atom] = []
    while start < end:
        if len(atoms) == _MOST_ATOMS:
            raise malformed("atoms", "It has more atoms than any real file.")
        if path[-1:] == (b"udta",) and end - start == 4:
            break  # QuickTime may end a udta atom with four zero bytes
        atom = _atom(source, path, start, end)
        atoms.append(atom)
        start = atom.end
    return tuple(atoms)


def _atom(source: Source, path: tuple[bytes, ...], offset: int, end: int) -> Atom:
    size, name = struct.unpack(">I4s", source.read(offset, 8))
    header = 8
    if size == 1:
        header, size = 16, int.from_bytes(source.read(offset + 8, 8))
    if size < header or offset + size > end:
        raise malformed("atoms", "Its structure breaks off: an atom does not fit.")
    own = (*path, name)
    if own not in _CONTAINERS:
        return Atom(own, offset, header, size)
    if name == b"meta" and source.peek(offset + header + 4, 4) != b"hdlr":
        header += 4
    return Atom(own, offset, header, size, _children(source, own, offset + header, offset + size))
