"""Every file that writing could harm is left alone, and the reason is said in one sentence."""

import io
import os
import struct
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import mutagen
import pytest
from mutagen.id3 import ID3, TIT2
from tests.daemon.writing import riff
from tests.encoded import encoded, sample

from earmark_daemon.writing import Prepared, Refused, commit, prepare
from earmark_daemon.writing.disk import Disk

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
    "FLAC cut in its blocks": (lambda: encoded("flac")[:60], "truncated"),
    "FLAC: no audio": (
        lambda: encoded("flac")[:42].replace(b"\0\0\0\x22", b"\x80\0\0\x22"),
        "truncated",
    ),
    "Ogg cut in a page": (lambda: encoded("ogg")[:-10], "truncated"),
    "Ogg: a damaged page": (lambda: encoded("ogg")[:-10] + bytes(10), "checksum"),
    "Ogg: two streams in a row": (lambda: encoded("ogg") + encoded("opus"), "streams"),
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
