"""An ID3 tag keeps its version, its order and every frame of others, known to anybody or not."""

import io
import struct
from pathlib import Path

import mutagen
import pytest
from mutagen.id3 import COMM, ID3, TCON
from tests.encoded import encoded

from earmark_daemon.containers.source import MalformedError
from earmark_daemon.writing import Prepared, commit, prepare
from earmark_daemon.writing.formats import id3


def tag(version: int, flags: int, *frames: bytes) -> bytes:
    body = b"".join(frames)
    if flags & 0x80 and version < 4:
        body = body.replace(b"\xff", b"\xff\0")
    size = bytes(len(body) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3" + bytes((version, 0, flags)) + size + body


def frame(version: int, name: bytes, body: bytes, flags: bytes = b"\0\0") -> bytes:
    if version == 2:
        return name + len(body).to_bytes(3) + body
    size = len(body)
    if version == 4:
        length = bytes(size >> shift & 127 for shift in (21, 14, 7, 0))
    else:
        length = struct.pack(">I", size)
    return name + length + flags + body


def written(folder: Path, head: bytes, *terms: str) -> bytes:
    path = folder / "tone.mp3"
    path.write_bytes(head + encoded("mp3"))
    prepared = prepare(str(path), terms or ("kick", "dark"))
    assert isinstance(prepared, Prepared), prepared
    commit(prepared)
    return path.read_bytes()


def reread(data: bytes) -> ID3:
    return ID3(io.BytesIO(data))


UNKNOWN = {2: b"XQZ", 3: b"XQZW", 4: b"XQZW"}
GENRE = {2: b"TCO", 3: b"TCON", 4: b"TCON"}


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize("flags", [0, 0x80])
def test_version_order_and_unknown_frames_stay(tmp_path: Path, version: int, flags: int) -> None:
    unknown = frame(version, UNKNOWN[version], b"\1\2\3nobody knows\xfe")
    genre = frame(version, GENRE[version], b"\0Vendor")
    picture = frame(version, {2: b"PIC"}.get(version, b"APIC"), b"\0image\0\3\0" + bytes(50))
    data = written(tmp_path, tag(version, flags, unknown, genre, picture))
    assert data[:6] == b"ID3" + bytes((version, 0, flags))
    parsed = id3.parse(data[: data.index(encoded("mp3"))])
    names = [each.id for each in parsed.frames]
    assert names[:3] == [UNKNOWN[version], GENRE[version], {2: b"PIC"}.get(version, b"APIC")]
    assert parsed.frames[0].body == b"\1\2\3nobody knows\xfe"
    found = reread(data)
    assert found["TCON"].text == ["Vendor; kick; dark"]
    assert found["COMM::eng"].text == ["[earmark: kick, dark]"]


def test_a_new_tag_is_the_version_that_most_programs_read(tmp_path: Path) -> None:
    data = written(tmp_path, b"")
    assert data[:4] == b"ID3\3"
    assert reread(data)["TCON"].encoding == 0


def test_room_in_a_tag_is_used_and_the_audio_stays_where_it_is(tmp_path: Path) -> None:
    head = tag(3, 0, frame(3, b"TIT2", b"\0Title"), bytes(1000))
    assert len(written(tmp_path, head)) == len(head) + len(encoded("mp3"))


def test_numbered_and_several_genres_become_words_in_one_string(tmp_path: Path) -> None:
    data = written(tmp_path, tag(3, 0, frame(3, b"TCON", b"\0(17)(RX)")), "kick")
    assert reread(data)["TCON"].text == ["Rock; Remix; kick"]
    data = written(tmp_path, tag(3, 0, frame(3, b"TCON", b"\0(3)Dance")), "kick")
    assert reread(data)["TCON"].text == ["Dance; kick"]
    data = written(tmp_path, tag(3, 0, frame(3, b"TCON", b"\0(17)Slow")), "kick")
    assert reread(data)["TCON"].text == ["Rock; Slow; kick"]
    data = written(tmp_path, tag(4, 0, frame(4, b"TCON", b"\3Ein\0Zwei")), "kick")
    assert reread(data)["TCON"].text == ["Ein; Zwei; kick"]


@pytest.mark.parametrize("version", [2, 3, 4])
def test_words_beyond_latin_1_are_written_in_unicode(tmp_path: Path, version: int) -> None:
    head = tag(version, 0, frame(version, GENRE[version], b"\0Gr\xfc\xdfe"))
    data = written(tmp_path, head, "キック")
    assert reread(data)["TCON"].text == ["Grüße; キック"]
    data = written(tmp_path, head, "größe")
    assert reread(data)["TCON"].text == ["Grüße; größe"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (encoding, text)
        for encoding in range(4)
        for text in ("Vendor", "Grüße", "ドラム")
        if encoding or text != "ドラム"
    ],
)
def test_text_of_every_encoding_is_added_to(tmp_path: Path, encoding: int, text: str) -> None:
    tags = ID3()
    tags.add(TCON(encoding=encoding, text=[text]))
    tags.add(COMM(encoding=encoding, lang="deu", desc="", text=[text]))
    tags.add(COMM(encoding=encoding, lang="eng", desc="other", text=["kept"]))
    buffer = io.BytesIO()
    tags.save(buffer, v2_version=4 if encoding > 1 else 3, padding=lambda _: 0)
    found = reread(written(tmp_path, buffer.getvalue(), "kick"))
    assert found["TCON"].text == [f"{text}; kick"]
    assert found["COMM::deu"].text == [f"{text} [earmark: kick]"]
    assert found["COMM:other:eng"].text == ["kept"]


@pytest.mark.parametrize(
    "data",
    [
        b"ID3",
        b"ID3\3\0\0\0\0\0\xff",
        b"ID3\5\0\0\0\0\0\0",
        b"ID3\4\0\x10\0\0\0\0",
        tag(3, 0, frame(3, b"T ON", b"\0x")),
        tag(3, 0, b"TCON\0\0\1\0\0\0x"),
        tag(3, 0, bytes(4), b"x"),
        tag(4, 0, b"TCON\0\0\0\xff\0\0", bytes(200)),
        tag(3, 0) + b"x",
    ],
)
def test_what_does_not_parse_completely_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        id3.parse(data)


def test_a_field_that_is_compressed_is_a_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "tone.mp3"
    packed = frame(3, b"TCON", b"\0\0\0\7zzzz", flags=b"\0\x80")
    path.write_bytes(tag(3, 0, packed) + encoded("mp3"))
    result = prepare(str(path), ("kick",))
    assert not isinstance(result, Prepared)
    assert path.read_bytes() == tag(3, 0, packed) + encoded("mp3")


def test_a_tag_at_the_end_is_left_alone_and_repeated_in_front(tmp_path: Path) -> None:
    path = tmp_path / "tone.mp3"
    old = b"TAG" + b"Old title".ljust(30, b"\0") + bytes(94) + b"\x11"
    path.write_bytes(encoded("mp3") + old)
    prepared = prepare(str(path), ("kick",))
    assert isinstance(prepared, Prepared)
    commit(prepared)
    assert path.read_bytes().endswith(encoded("mp3") + old)
    assert mutagen.File(path).tags["TCON"].text == ["Rock; kick"]
