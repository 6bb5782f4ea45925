"""ID3v2 tags, frame by frame: our three frames change, all others keep their very bytes.

A tag keeps its version (2.2, 2.3 or 2.4), its unsynchronisation and the frames that nobody knows.
What is unusual enough to be misread is refused. Source: the ID3v2 documents at id3.org.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from earmark_daemon.containers.mpeg import ID3_HEADER, syncsafe
from earmark_daemon.containers.source import malformed

_UNSYNCHRONISED = 0x80
_EXPERIMENTAL = 0x20
_COMPRESSED_OR_ENCRYPTED = {3: 0xE0, 4: 0x4C}
_HAS_LENGTH, _FRAME_UNSYNCHRONISED = 0x01, 0x02


@dataclass(frozen=True)
class Frame:
    """One frame.

    Attributes:
        id: three bytes in version 2.2, four since.
        flags: two bytes, none in version 2.2.
        body: its content, as it stands in the tag.
    """

    id: bytes
    flags: bytes
    body: bytes


@dataclass(frozen=True)
class Tag:
    """A whole tag.

    Attributes:
        version: 2, 3 or 4.
        flags: the flags of its header.
        frames: in the order in which they stand.
        size: bytes of the tag as it was read, header and padding included.
    """

    version: int
    flags: int
    frames: tuple[Frame, ...]
    size: int = 0

    @property
    def unsynchronised(self) -> bool:
        """Whether every 0xFF is kept from looking like the beginning of an MPEG frame."""
        return bool(self.flags & _UNSYNCHRONISED)

    def render(self, size: int = 0) -> bytes:
        """The bytes of the tag, filled up with zeros to ``size`` where it is shorter."""
        body = b"".join(_render_frame(frame, self.version) for frame in self.frames)
        if self.unsynchronised and self.version < 4:
            body = _unsynchronise(body)
        body += bytes(max(0, size - ID3_HEADER - len(body)))
        if len(body) >= 1 << 28:
            raise malformed("too-large", "Its ID3 tag has no room left.")
        return b"ID3" + bytes((self.version, 0, self.flags)) + _to_syncsafe(len(body)) + body


def parse(data: bytes) -> Tag:
    """The tag that ``data`` begins with; only zeros may follow it.

    Raises:
        MalformedError: it does not parse completely, or uses what Earmark cannot keep safe.
    """
    if len(data) < ID3_HEADER or data[:3] != b"ID3" or any(byte > 127 for byte in data[6:10]):
        raise malformed("id3", "Its ID3 tag does not parse.")
    version, flags = data[3], data[5]
    end = ID3_HEADER + syncsafe(data[6:10])
    if version not in (2, 3, 4) or flags & ~(_UNSYNCHRONISED | _EXPERIMENTAL):
        raise malformed("id3", "Its ID3 tag is of an unusual kind that few programs read.")
    if end > len(data) or any(data[end:]):
        raise malformed("id3", "Its ID3 tag does not fit the place it stands in.")
    body = data[ID3_HEADER:end]
    if flags & _UNSYNCHRONISED and version < 4:
        body = body.replace(b"\xff\x00", b"\xff")
    return Tag(version, flags, _frames(body, version), len(data))


def content(frame: Frame, tag: Tag) -> bytes:
    """The content of a frame as its sender meant it.

    Raises:
        MalformedError: it is compressed or encrypted.
    """
    flags = frame.flags[1] if frame.flags else 0
    if flags & _COMPRESSED_OR_ENCRYPTED.get(tag.version, 0):
        raise malformed("id3", "Its ID3 tag holds a compressed or encrypted field.")
    body = frame.body
    if tag.version == 4 and flags & _HAS_LENGTH:
        body = body[4:]
    if tag.version == 4 and (flags & _FRAME_UNSYNCHRONISED or tag.unsynchronised):
        body = body.replace(b"\xff\x00", b"\xff")
    return body


def new_frame(tag: Tag, frame_id: bytes, body: bytes) -> Frame:
    """A plain frame with this content."""
    return Frame(frame_id, b"" if tag.version == 2 else b"\0\0", body)


def put(tag: Tag, old: Frame | None, new: Frame | None, before: bytes = b"") -> Tag:
    """The tag with ``new`` in the place of ``old``, either of which may be missing.

    A frame without a place stands before the first one named ``before``, or at the end.
    """
    frames = list(tag.frames)
    if old is not None:
        index = next(i for i, frame in enumerate(frames) if frame is old)
        frames[index : index + 1] = [new] if new else []
    elif new is not None:
        names = [frame.id for frame in frames]
        frames.insert(names.index(before) if before in names else len(frames), new)
    return replace(tag, frames=tuple(frames))


def _frames(body: bytes, version: int) -> tuple[Frame, ...]:
    frames = []
    position = 0
    head, id_size = (6, 3) if version == 2 else (10, 4)
    while position < len(body) and body[position] != 0:
        header = body[position : position + head]
        name, size = header[:id_size], _frame_size(header, version)
        end = position + head + size
        if len(header) < head or not _is_name(name) or end > len(body):
            raise malformed("id3", "Its ID3 tag does not parse.")
        frames.append(Frame(name, header[8:], body[position + head : end]))
        position = end
    if any(body[position:]):
        raise malformed("id3", "Its ID3 tag does not parse.")
    return tuple(frames)


def _frame_size(header: bytes, version: int) -> int:
    if version == 2:
        return int.from_bytes(header[3:6])
    if version == 3:
        return int.from_bytes(header[4:8])
    if any(byte > 127 for byte in header[4:8]):
        raise malformed("id3", "Its ID3 tag does not parse.")
    return syncsafe(header[4:8])


def _render_frame(frame: Frame, version: int) -> bytes:
    size = len(frame.body)
    if version == 2:
        return frame.id + size.to_bytes(3) + frame.body
    length = size.to_bytes(4) if version == 3 else _to_syncsafe(size)
    return frame.id + length + frame.flags + frame.body


def _is_name(name: bytes) -> bool:
    return all(48 <= byte <= 57 or 65 <= byte <= 90 for byte in name)


def _to_syncsafe(value: int) -> bytes:
    return bytes(value >> shift & 127 for shift in (21, 14, 7, 0))


def _unsynchronise(body: bytes) -> bytes:
    return re.sub(rb"\xff(?=[\x00\xe0-\xff]|\Z)", b"\xff\x00", body)
