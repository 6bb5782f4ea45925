"""Every file that writing could harm is left alone, and the reason is said in one sentence."""

import io
import os
import re
import struct
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import mutagen
import pytest
from mutagen.id3 import ID3, TIT2
from tests.daemon.writing import riff
from tests.encoded import encoded, sample

from earmark_daemon.containers.ogg import checksum
from earmark_daemon.writing import Prepared, Refused, commit, prepare
from earmark_daemon.writing.disk import Disk

MOST = (1 << 24) - 9
FMT, DATA = riff.format_chunk(), riff.noise(4000)


def with_sizes(riff_size: int | None = None, data_size: int | None = None) -> bytes:
    data = bytearray(riff.wave([FMT, DATA, (b"bext", b"vendor")]))
    if riff_size is not None:
        struct.pack_into("<I", data, 4, riff_size)
    if data_size is not None:
        struct.pack_into("<I", data, data.index(b"data") + 4, data_size)
    return bytes(data)


def id3_chunk() -> riff.Chunk:
    tag = ID3()
    tag.add(TIT2(encoding=0, text=["Vendor"]))
    buffer = io.BytesIO()
    tag.save(buffer, v2_version=3, padding=lambda _: 0)
    return b"id3 ", buffer.getvalue()


def mp3_with(tag: bytes) -> bytes:
    return tag + encoded("mp3")


def ape(
    item: tuple[bytes, int, bytes], count: int = 1, lacks: int = 0, version: int = 2000
) -> bytes:
    """An APE tag with one item, that says it has ``count``; the item's value ``lacks`` bytes."""
    name, flags, value = item
    body = struct.pack("<II", len(value) + lacks, flags) + name + b"\0" + value
    return body + struct.pack("<8sIIII8x", b"APETAGEX", version, len(body) + 32, count, 0)


def flac_with(*tags: bytes) -> bytes:
    """A FLAC file with these blocks of tags and nothing else before its audio."""
    data = encoded("flac")
    audio = data[data.index(b"\xff\xf8") :]
    blocks = [b"\4" + len(each).to_bytes(3) + each for each in tags]
    blocks[-1] = b"\x84" + blocks[-1][1:]
    return data[:42] + b"".join(blocks) + audio


def pages(data: bytes) -> list[int]:
    """Where the pages of an Ogg file begin."""
    return [match.start() for match in re.finditer(b"OggS\0", data)]


def mended(data: bytes) -> bytes:
    """An Ogg file with every checksum right."""
    starts = pages(data)
    parts = [data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True)]
    blank = [part[:22] + bytes(4) + part[26:] for part in parts]
    return b"".join(p[:22] + struct.pack("<I", checksum(p)) + p[26:] for p in blank)


def with_tags_elsewhere(data: bytes) -> bytes:
    """An Ogg FLAC file whose second packet says that it is a block of another kind."""
    changed = bytearray(data)
    page = pages(data)[1]
    changed[page + 27 + data[page + 26]] ^= 6
    return bytes(changed)


def ended_early(data: bytes) -> bytes:
    """An Ogg file whose last page but one says that it is the last."""
    changed = bytearray(data)
    changed[pages(data)[-2] + 5] |= 4
    return bytes(changed)


def m4a_with(more: bytes, *parents: bytes) -> bytes:
    """An M4A file with more at the end of these atoms, which all reach to its end."""
    data = bytearray(encoded("m4a"))
    for name in parents:
        place = data.rindex(name) - 4
        (size,) = struct.unpack_from(">I", data, place)
        assert place + size == len(data)
        struct.pack_into(">I", data, place, size + len(more))
    return bytes(data) + more


def m4a_with_item(name: bytes, kind: int, value: bytes) -> bytes:
    """An M4A file with one more tag, which says of what kind its value is: 2 is UTF-16."""
    head = struct.pack(">I4sI4sI4x", len(value) + 24, name, len(value) + 16, b"data", kind)
    return m4a_with(head + value, b"moov", b"udta", b"meta", b"ilst")


def m4a_with_table(place: int, number: int) -> bytes:
    """An M4A file with a number changed in the table that says where its audio is."""
    data = bytearray(encoded("m4a"))
    struct.pack_into(">I", data, data.index(b"stco") + 8 + place, number)
    return bytes(data)


DAMAGING: dict[str, tuple[Callable[[], bytes], str]] = {
    "streamed: both sizes unknown": (lambda: with_sizes(0xFFFFFFFF, 0xFFFFFFFF), "unfinished"),
    "streamed: data size unknown": (lambda: with_sizes(None, 0xFFFFFFFF), "unfinished"),
    "streamed: a huge data size": (lambda: with_sizes(None, 0x7FFFF000), "truncated"),
    "truncated data": (lambda: riff.wave([FMT, DATA])[:-1000], "size"),
    "truncated data, corrected header": (lambda: with_sizes(None, 9000), "truncated"),
    "unfinalised: zero sizes": (lambda: with_sizes(0, 0), "size"),
    "RIFF size ends inside the data": (lambda: with_sizes(1000), "size"),
    "bytes after the end": (lambda: riff.wave([FMT, DATA]) + b"more", "size"),
    "an ID3 chunk that does not parse": (
        lambda: riff.wave([FMT, DATA, (b"id3 ", b"ID3\3\0\0\0\0\0\x20garbage" + bytes(31))]),
        "id3",
    ),
    "an ID3 chunk that is no ID3": (lambda: riff.wave([FMT, DATA, (b"id3 ", b"zzzz")]), "id3"),
    "ID3 ahead of the audio": (lambda: riff.wave([FMT, id3_chunk(), DATA]), "id3"),
    "two ID3 chunks": (lambda: riff.wave([FMT, DATA, id3_chunk(), id3_chunk()]), "id3"),
    "two data chunks": (lambda: riff.wave([FMT, DATA, DATA]), "chunks"),
    "two formats": (lambda: riff.wave([FMT, FMT, DATA]), "chunks"),
    "no format": (lambda: riff.wave([DATA]), "chunks"),
    "no data": (lambda: riff.wave([FMT]), "chunks"),
    "empty data": (lambda: riff.wave([FMT, (b"data", b"")]), "no-audio"),
    "odd chunks never padded": (
        lambda: _fixed_size(
            riff.wave([FMT]) + riff.render((b"bext", b"odd"), False) + riff.render(DATA)
        ),
        "chunks",
    ),
    "two INFO lists": (
        lambda: riff.wave([FMT, DATA, (b"LIST", b"INFO"), (b"LIST", b"INFO")]),
        "info",
    ),
    "an INFO list that breaks off": (
        lambda: riff.wave([FMT, DATA, (b"LIST", b"INFOINAM\xff\0\0\0x")]),
        "info",
    ),
    "two texts in one field": (
        lambda: riff.wave([FMT, DATA, (b"LIST", b"INFOICMT\4\0\0\0a\0b\0")]),
        "info",
    ),
    "RF64 without its sizes": (lambda: b"RF64" + riff.wave([FMT, DATA])[4:], "ds64"),
    "AIFF cut short": (lambda: encoded("aiff")[:-500], "size"),
    "MP3: ID3 longer than the file": (
        lambda: mp3_with(b"ID3\3\0\0\x7f\x7f\x7f\x7f"),
        "unsupported",
    ),
    "MP3: ID3 that swallows audio": (lambda: mp3_with(b"ID3\3\0\0\0\0\1\0"), "frames"),
    "MP3: compressed tag of 2.2": (lambda: mp3_with(b"ID3\2\0\x40\0\0\0\0"), "id3"),
    "MP3: extended header": (lambda: mp3_with(b"ID3\3\0\x40\0\0\0\0"), "id3"),
    "MP3: two ID3 tags": (lambda: mp3_with(2 * b"ID3\3\0\0\0\0\0\0"), "frames"),
    "WavPack: a tag with fewer items than it says": (
        lambda: encoded("wv") + ape((b"Year", 0, b"1"), 2),
        "ape",
    ),
    "WavPack: an item that is longer than its tag": (
        lambda: encoded("wv") + ape((b"Year", 0, b"1"), lacks=1),
        "ape",
    ),
    "WavPack: a tag of version 1": (
        lambda: encoded("wv") + ape((b"Year", 0, b"1"), version=1000),
        "ape",
    ),
    "WavPack: a picture as genre": (lambda: encoded("wv") + ape((b"Genre", 2, b"Dr")), "ape"),
    "WavPack: a genre in no encoding": (
        lambda: encoded("wv") + ape((b"Genre", 0, b"\xff")),
        "ape",
    ),
    "FLAC: two blocks of tags": (lambda: flac_with(bytes(8), bytes(8)), "comments"),
    "FLAC: tags without a count": (lambda: flac_with(bytes(4)), "comments"),
    "FLAC: tags that promise more of them": (lambda: flac_with(bytes(4) + b"\1\0\0\0"), "comments"),
    "FLAC: a tag that promises more": (
        lambda: flac_with(bytes(4) + b"\1\0\0\0\7\0\0\0GENRE="),
        "comments",
    ),
    "FLAC: a genre in no encoding": (
        lambda: flac_with(bytes(4) + b"\1\0\0\0\7\0\0\0GENRE=\xff"),
        "comments",
    ),
    "FLAC: tags as long as can be": (
        lambda: flac_with(struct.pack("<I", MOST) + bytes(MOST) + bytes(4)),
        "too-large",
    ),
    "FLAC cut in its blocks": (lambda: encoded("flac")[:60], "truncated"),
    "FLAC: no audio": (
        lambda: encoded("flac")[:42].replace(b"\0\0\0\x22", b"\x80\0\0\x22"),
        "truncated",
    ),
    "Ogg cut in a page": (lambda: encoded("ogg")[:-10], "truncated"),
    "Ogg: a damaged page": (lambda: encoded("ogg")[:-10] + bytes(10), "checksum"),
    "Ogg: two streams in a row": (lambda: encoded("ogg") + encoded("opus"), "streams"),
    "Ogg: something else where its tags belong": (
        lambda: mended(encoded("ogg").replace(b"\3vorbis", b"\3VORBIS", 1)),
        "comments",
    ),
    "Ogg FLAC: something else where its tags belong": (
        lambda: mended(with_tags_elsewhere(encoded("oggflac"))),
        "comments",
    ),
    "Ogg: more behind its last page": (lambda: mended(ended_early(encoded("ogg"))), "streams"),
    "M4A: in fragments": (lambda: encoded("m4a") + b"\0\0\0\x08moof", "fragments"),
    "M4A: in fragments that follow": (lambda: m4a_with(b"\0\0\0\x08mvex", b"moov"), "fragments"),
    "M4A: two lists of tags": (lambda: m4a_with(b"\0\0\0\x08udta", b"moov"), "items"),
    "M4A: a list of tags of another kind": (
        lambda: encoded("m4a").replace(b"mdirappl", b"mdtaappl"),
        "items",
    ),
    "M4A: a genre in no encoding": (lambda: m4a_with_item(b"\xa9gen", 1, b"\xff"), "items"),
    "M4A: a genre in UTF-16": (lambda: m4a_with_item(b"\xa9gen", 2, b"\0R\0k"), "items"),
    "M4A: a comment in UTF-16": (lambda: m4a_with_item(b"\xa9cmt", 2, b"\0R\0k"), "items"),
    "M4A: a table longer than it says": (lambda: m4a_with_table(0, 0), "tables"),
    "M4A: audio beyond the end": (lambda: m4a_with_table(4, 0x7FFFFFFF), "tables"),
    "M4A cut short": (lambda: encoded("m4a")[:-10], "atoms"),
    "WavPack cut short": (lambda: encoded("wv")[:-10], "truncated"),
    "text": (lambda: b"just text", "unsupported"),
    "nothing": (lambda: b"", "empty"),
}  # fmt: skip


def _fixed_size(data: bytes) -> bytes:
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def refused(path: Path, disk: Disk | None = None) -> str:
    before = path.read_bytes()
    result = prepare(str(path), ("kick",), disk=disk or Disk())
    assert isinstance(result, Refused), result
    assert result.problem.message.endswith(".")
    assert path.read_bytes() == before
    assert [name for name in os.listdir(path.parent) if name.startswith(".")] == []
    return result.problem.code


@pytest.mark.parametrize("name", DAMAGING)
def test_a_file_that_writing_could_harm_is_left_alone(tmp_path: Path, name: str) -> None:
    make, code = DAMAGING[name]
    path = tmp_path / "broken.wav"
    path.write_bytes(make())
    assert refused(path) == code


def test_a_missing_pad_byte_is_added_and_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "unpadded.wav"
    path.write_bytes(riff.wave([FMT, riff.noise(3999)], pad_last=False))
    assert isinstance(prepare(str(path), ("kick",)), Prepared)


def test_no_room_below_four_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "large.wav"
    size = 0xFFFFFFF0
    head = riff.wave([FMT, (b"data", b"")])
    with path.open("wb") as file:
        file.write(head[:4] + struct.pack("<I", size - 8) + head[8:40])
        file.write(struct.pack("<I", size - 44))
        file.truncate(size)
    result = prepare(str(path), ("kick",))
    assert isinstance(result, Refused)
    assert result.problem.code == "too-large"
    with path.open("r+b") as file:
        file.truncate(size + 100)
    result = prepare(str(path), ("kick",))
    assert isinstance(result, Refused)
    assert result.problem.code == "too-large"
    path.unlink()


def test_a_hard_link_is_not_parted(tmp_path: Path) -> None:
    path = Path(sample(tmp_path, "wav"))
    os.link(path, tmp_path / "second.wav")
    assert refused(path) == "hard-link"


def test_a_symbolic_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    target, link = sample(folder, "wav"), tmp_path / "link.wav"
    link.symlink_to(target)
    result = prepare(str(link), ("kick",))
    assert isinstance(result, Prepared)
    assert os.path.dirname(result.temp) == str(folder)
    commit(result)
    assert link.is_symlink()
    assert "kick" in str(mutagen.File(target).tags)


def test_a_file_that_another_program_writes_to_waits(tmp_path: Path) -> None:
    path = Path(sample(tmp_path, "wav"))
    with path.open("r+b"):
        assert refused(path) == "busy"
    result = prepare(str(path), ("kick",))
    assert isinstance(result, Prepared)


class Placeholder(Disk):
    """A disk on which every file lies in the cloud; opening one is an error."""

    def __init__(self, **fields: int) -> None:
        self._fields = fields

    def status(self, path: str) -> os.stat_result:
        real = super().status(path)
        plain = {name: getattr(real, name) for name in dir(real) if name.startswith("st_")}
        return SimpleNamespace(**{**plain, **self._fields})  # type: ignore[return-value]

    def open_read(self, path: str) -> int:
        raise AssertionError("a placeholder was opened")


@pytest.mark.parametrize(
    "fields",
    [{"st_flags": 0x40000000}, {"st_file_attributes": 0x400000}, {"st_file_attributes": 0x1000}],
)
def test_a_file_in_the_cloud_is_not_opened(tmp_path: Path, fields: dict[str, int]) -> None:
    assert refused(Path(sample(tmp_path, "wav")), Placeholder(**fields)) == "cloud"


class Protected(Disk):
    """A disk on which the system lets us change nothing."""

    def may_write(self, path: str) -> bool:
        return False


def test_a_protected_file_is_left_alone(tmp_path: Path) -> None:
    assert refused(Path(sample(tmp_path, "wav")), Protected()) == "read-only"


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "kick.wav"
    folder.mkdir()
    missing = tmp_path / "gone.wav"
    loop = tmp_path / "loop.wav"
    loop.symlink_to(loop)
    codes = []
    for path in (folder, missing, loop):
        result = prepare(str(path), ("kick",))
        assert isinstance(result, Refused)
        codes.append(result.problem.code)
    assert codes == ["not-a-file", "vanished", "io-error"]
