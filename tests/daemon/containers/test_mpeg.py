"""Where MPEG audio begins and ends, whatever its frames are and whatever tags stand behind it."""

import io
from pathlib import Path

import pytest
from mutagen.mp3 import HeaderNotFoundError, MPEGFrame
from tests.encoded import sample

from earmark_daemon.containers import content_digest
from earmark_daemon.containers.mpeg import frame_length

KINDS = [0x00, 0xBB, 0xDB, *(kind for kind in range(0xE0, 0x100) if kind & 6 != 6)]
"""Second bytes of headers; mutagen takes frames of layer I for four times as long."""

ID3V1 = b"TAG" + bytes(125)
LYRICS = b"LYRICSBEGININD0000200EAL00006Breaks"
LYRICS += b"%06dLYRICS200" % len(LYRICS)


def by_mutagen(header: bytes) -> int:
    """The length of a frame as another reader has it; 0 where none begins."""
    file = io.BytesIO(header)
    try:
        MPEGFrame(file)
    except HeaderNotFoundError:
        return 0
    return file.tell()


@pytest.mark.parametrize("kind", KINDS)
def test_frames_are_as_long_as_another_reader_has_them(kind: int) -> None:
    headers = [bytes((0xFF, kind, rates, 0)) for rates in range(256)]
    assert [frame_length(each) for each in headers] == [by_mutagen(each) for each in headers]


@pytest.mark.parametrize(
    ("header", "length"),
    [
        (b"\xff\xff\xc4", 384),
        (b"\xff\xff\xc6", 388),
        (b"\xff\xf7\xe4", 512),
        (b"\xff\xe7\x18", 192),
    ],
)
def test_frames_of_layer_one_are_counted_in_fours(header: bytes, length: int) -> None:
    assert frame_length(header + b"\0") == length


@pytest.mark.parametrize("tags", [ID3V1, LYRICS, LYRICS + ID3V1])
def test_old_tags_behind_the_audio_leave_the_digest_alone(tmp_path: Path, tags: bytes) -> None:
    path = sample(tmp_path, "mp3")
    before = content_digest(path)
    with Path(path).open("ab") as file:
        file.write(tags)
    assert content_digest(path) == before
