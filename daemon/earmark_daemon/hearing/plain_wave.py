"""RF64 and BW64 as libsndfile can read them: as if nothing but format and audio stood in the file.

libsndfile 1.2.2 does not skip the pad byte behind an odd chunk in RF64, and knows no BW64, which
has the same structure.
"""

from __future__ import annotations

import io
import struct

from earmark_daemon.containers import iff
from earmark_daemon.containers.source import Source

_SIZES = struct.Struct("<8s4s4sIQQQI")
_IN_DS64 = b"\xff\xff\xff\xff"


class PlainWave(io.RawIOBase):
    """The bytes of an RF64 file with the format and audio of another one, without its other chunks.

    They are read where they lie, and nothing is copied.
    """

    def __init__(self, source: Source) -> None:
        """Prepare.

        Raises:
            MalformedError: it does not have one format and one audio chunk, both of them whole.
        """
        super().__init__()
        layout = iff.walk(source)
        audio, form = layout.only(b"data"), layout.only(b"fmt ")
        kept = source.read(form.start, form.size) + bytes(form.size % 2)
        chunks = b"fmt " + struct.pack("<I", form.size) + kept + b"data" + _IN_DS64
        whole = _SIZES.size + len(chunks) + audio.size
        sizes = _SIZES.pack(b"RF64" + _IN_DS64, b"WAVE", b"ds64", 28, whole - 8, audio.size, 0, 0)
        self._head = sizes + chunks
        self._source = source
        self._audio = audio
        self._size = whole
        self._at = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """From anywhere on."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte; see `io.IOBase.seek`."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what callers give
        """Fill as much of ``buffer`` as there is; see `io.RawIOBase.readinto`."""
        data = self._head[self._at : self._at + len(buffer)]
        if len(data) < len(buffer):
            data += self._audio_from(self._at + len(data), len(buffer) - len(data))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _audio_from(self, position: int, length: int) -> bytes:
        length = max(0, min(length, self._size - position))
        return self._source.peek(self._audio.start + position - len(self._head), length)
