"""Whatever stands in a WAV file: audio and foreign chunks stay, and undo restores every byte."""

import io
import os
import struct
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.id3 import ID3, TCON
from mutagen.wave import WAVE
from tests.daemon.writing import riff
from tests.daemon.writing.past import past
from tests.daemon.writing.quick import QUICK

from earmark_daemon.writing import Prepared, Unchanged, Undone, commit, prepare, undo

FOREIGN = (b"bext", b"iXML", b"smpl", b"inst", b"acid", b"cue ", b"JUNK", b"_PMX", b"umid", b"zzzz")
OURS = (b"id3 ", b"ID3 ", b"INFO")

foreign_chunks = st.tuples(st.sampled_from(FOREIGN), st.binary(max_size=40))
adtl = st.binary(max_size=20).map(lambda data: (b"LIST", b"adtl" + data))
pcm = st.sampled_from([8, 16, 24, 32]).flatmap(
    lambda bits: st.tuples(
        st.sampled_from(
            [
                riff.format_chunk(bits),
                riff.format_chunk(bits, code=riff.EXTENSIBLE),
            ]
        ),
        st.integers(1, 60).map(lambda frames: riff.noise(frames * bits // 8)),
    )
)
floats = st.tuples(
    st.sampled_from(
        [
            riff.format_chunk(32, code=riff.FLOAT),
            riff.format_chunk(32, code=riff.EXTENSIBLE, inner=riff.FLOAT),
        ]
    ),
    st.integers(1, 60).map(riff.float_noise),
)


def info(items: list[tuple[bytes, bytes]]) -> riff.Chunk:
    return b"LIST", b"INFO" + b"".join(riff.render(item) for item in items)


infos = st.lists(
    st.tuples(
        st.sampled_from([b"INAM", b"IART", b"IGNR", b"ICMT", b"ISFT"]),
        st.binary(max_size=12).map(lambda text: text.replace(b"\0", b"x") + b"\0"),
    ),
    max_size=4,
    unique_by=lambda item: item[0],
).map(info)


def id3() -> riff.Chunk:
    tag = ID3()
    tag.add(TCON(encoding=0, text=["Vendor"]))
    buffer = io.BytesIO()
    tag.save(buffer, v2_version=3, padding=lambda _: 0)
    return b"id3 ", buffer.getvalue()


@st.composite
def wavs(draw: st.DrawFn) -> bytes:
    header, audio = draw(st.one_of(pcm, floats))
    before = draw(st.lists(st.one_of(foreign_chunks, adtl), max_size=3))
    after = draw(st.lists(st.one_of(foreign_chunks, adtl), max_size=3))
    tags = [draw(infos)] if draw(st.booleans()) else []
    where = before if draw(st.booleans()) else after
    where.extend(tags)
    if draw(st.booleans()):
        after.insert(draw(st.integers(0, len(after))), id3())
    build = draw(st.sampled_from([riff.wave, riff.rf64]))
    return build([*before, header, audio, *after], pad_last=draw(st.booleans()))


def foreign(data: bytes) -> list[tuple[bytes, bytes]]:
    """All chunks but tags, read by a walk that shares nothing with the program."""
    found, position = [], 12
    ds64 = struct.unpack_from("<Q", data, 28)[0] if data[:4] == b"RF64" else 0
    while position < len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        size = ds64 if size == 0xFFFFFFFF else size
        body = data[position + 8 : position + 8 + size]
        if name not in (*OURS, b"ds64") and not (name == b"LIST" and body[:4] == b"INFO"):
            found.append((name, body))
        position += 8 + size + size % 2
    return found


def samples(path: str) -> np.ndarray | None:
    """What libsndfile hears, or None where it stumbles over what stands in a foreign chunk."""
    try:
        return soundfile.read(path, dtype="float64")[0]
    except soundfile.LibsndfileError:
        return None


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wavs(), st.lists(st.sampled_from(["kick", "dark", "größe", "キック"]), max_size=3))
def test_only_tags_change_and_undo_restores(data: bytes, terms: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "any.wav"))
        Path(path).write_bytes(data)
        heard = samples(path)
        prepared = prepare(path, ("vendor pack", *terms), disk=QUICK)
        assert isinstance(prepared, Prepared), prepared
        commit(prepared, QUICK)
        written = Path(path).read_bytes()
        assert foreign(written) == foreign(data)
        now = samples(path)
        assert heard is None or (now is not None and np.array_equal(now, heard))
        if data[:4] == b"RIFF":
            tags = WAVE(path).tags
            assert tags is not None
            assert "vendor pack" in str(tags["TCON"])
            assert len(written) == struct.unpack_from("<I", written, 4)[0] + 8
        assert prepare(path, ("vendor pack", *terms), disk=QUICK) == Unchanged(path)
        outcome = undo(past(path, prepared), QUICK)
        assert outcome.kind is Undone.RESTORED
        assert Path(path).read_bytes() == data
        assert os.listdir(folder) == ["any.wav"]
