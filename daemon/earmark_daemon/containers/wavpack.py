"""WavPack: the run of blocks that carries the audio.

Reads structure alone and never writes. Source: WavPack 4 and 5 file format.
"""

from __future__ import annotations

from earmark_daemon.containers.mpeg import Span, tail_start
from earmark_daemon.containers.source import Source, malformed

BLOCK_HEADER = 32


def audio_span(source: Source) -> Span:
    """The blocks, from the start of the file to the tags at its end.

    Raises:
        MalformedError: blocks do not lead exactly to there.
    """
    end = tail_start(source)
    position = 0
    while position < end:
        head = source.read(position, BLOCK_HEADER)
        if head[:4] != b"wvpk":
            raise malformed("blocks", "Its structure breaks off between two blocks.")
        position += int.from_bytes(head[4:8], "little") + 8
    if position != end or end == 0:
        raise malformed("truncated", "It is cut short: its last block is not complete.")
    return Span(0, end)
