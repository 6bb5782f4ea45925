from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.daemon.audio_files import thump, write
from tests.daemon.writing import riff

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.hearing import ffmpeg
from earmark_daemon.hearing.listen import Heard, listen
from earmark_daemon.hearing.model import load
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.hearing.samples import mono
from earmark_daemon.hearing.sound import open_sound
from earmark_daemon.hearing.spectra import unpack

MODEL = load(str(BUILTIN))


def hear(path: str) -> Heard:
    (heard,) = listen([path], MODEL)
    assert isinstance(heard, Heard), heard
    return heard


def reason(path: str) -> Problem:
    (problem,) = listen([path], MODEL)
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.wav", {"subtype": "PCM_U8"}),
        ("a.wav", {"subtype": "PCM_16"}),
        ("a.wav", {"subtype": "PCM_24"}),
        ("a.wav", {"subtype": "PCM_32"}),
        ("a.wav", {"subtype": "FLOAT"}),
        ("a.wav", {"subtype": "DOUBLE"}),
        ("a.wav", {"format": "WAVEX", "subtype": "PCM_24"}),
        ("a.wav", {"format": "RF64", "subtype": "PCM_16"}),
        ("a.aiff", {"subtype": "PCM_16"}),
        ("a.aifc", {"format": "AIFF", "subtype": "FLOAT"}),
        ("a.flac", {"subtype": "PCM_24"}),
        ("a.mp3", {}),
        ("a.ogg", {"subtype": "VORBIS"}),
        ("a.caf", {"subtype": "PCM_16"}),
        ("a.w64", {"subtype": "PCM_16"}),
        ("a.wav", {"subtype": "GSM610"}),
    ],
)
def test_the_same_sound_is_heard_the_same_in_every_format(
    tmp_path: Path, name: str, kind: dict[str, Any]
) -> None:
    plain = hear(write(tmp_path / "plain.wav", subtype="FLOAT"))
    heard = hear(write(tmp_path / name, **kind))
    assert heard.info.sample_rate == 44_100
    assert abs(heard.info.duration - plain.info.duration) < 0.1
    assert max(heard.first.scores, key=heard.first.scores.__getitem__) == max(
        plain.first.scores, key=plain.first.scores.__getitem__
    )


def test_opus_is_heard(tmp_path: Path) -> None:
    path = write(tmp_path / "a.opus", thump(rate=48_000), 48_000, format="OGG", subtype="OPUS")
    assert hear(path).first.scores


@pytest.mark.parametrize("magic", [b"RF64", b"BW64"])
@pytest.mark.parametrize("before", [(b"bext", bytes(647)), (b"iXML", b"<BWFXML/>")])
def test_a_large_wave_is_heard_whatever_stands_before_its_audio(
    tmp_path: Path, magic: bytes, before: riff.Chunk
) -> None:
    form, audio = riff.format_chunk(24, 2), riff.noise(5 * 6 * 44_100)
    plain, large = tmp_path / "plain.wav", tmp_path / "large.wav"
    plain.write_bytes(riff.wave([form, audio]))
    large.write_bytes(magic + riff.rf64([before, form, audio, (b"LIST", b"INFO")])[4:])
    with open_sound(str(plain)) as one, open_sound(str(large)) as other:
        assert one.info == other.info
        for start in (0, 150_000, 7):
            assert (one.read(start, 1_000) == other.read(start, 1_000)).all()
        assert len(other.read(5 * 44_100 - 10, 100)) == 10


@pytest.mark.parametrize("magic", [b"RF64", b"BW64"])
def test_a_large_wave_that_is_cut_short_is_damaged(tmp_path: Path, magic: bytes) -> None:
    path = tmp_path / "cut.wav"
    whole = riff.rf64([(b"bext", bytes(647)), riff.format_chunk(), riff.noise(44_100)])
    path.write_bytes(magic + whole[4:-1_000])
    assert reason(str(path)).code == "damaged-audio"


def test_what_can_only_be_read_on_is_the_same_from_anywhere(tmp_path: Path) -> None:
    path = write(tmp_path / "dictated.wav", thump(20.0, 8_000), 8_000, subtype="GSM610")
    with open_sound(path) as sound:
        whole = sound.read(0, sound.info.samples)
        for start in (100_000, 150_000, 1_000):
            assert (sound.read(start, 500) == whole[start : start + 500]).all()


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg")
@pytest.mark.parametrize("name", ["a.m4a", "a.wv"])
def test_m4a_and_wavpack_are_heard_through_ffmpeg(tmp_path: Path, name: str) -> None:
    source = write(tmp_path / "source.wav", thump(0.5))
    target = str(tmp_path / name)
    subprocess.run(["ffmpeg", "-v", "error", "-i", source, target], check=True)
    heard = hear(target)
    assert heard.first.scores
    assert abs(heard.info.duration - 0.5) < 0.1


def by_ffmpeg(target: Path, *encoding: str) -> str:
    source = write(target.with_suffix(".source.wav"), thump(0.5))
    command = ["ffmpeg", "-v", "error", "-i", source, *encoding, str(target)]
    subprocess.run(command, check=True)
    return str(target)


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg")
@pytest.mark.parametrize(
    ("name", "codec"), [("a.caf", "alac"), ("a.ogg", "flac"), ("a.wav", "adpcm_yamaha")]
)
def test_what_libsndfile_cannot_open_in_a_known_container_is_heard_through_ffmpeg(
    tmp_path: Path, name: str, codec: str
) -> None:
    heard = hear(by_ffmpeg(tmp_path / name, "-c:a", codec))
    assert heard.first.scores
    assert abs(heard.info.duration - 0.5) < 0.1  # a CAF says so many whole packets


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg")
@pytest.mark.parametrize(("name", "codec"), [("a.caf", "alac"), ("a.wav", "adpcm_yamaha")])
def test_without_ffmpeg_an_encoding_that_is_not_known_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, codec: str
) -> None:
    path = by_ffmpeg(tmp_path / name, "-c:a", codec)
    monkeypatch.setattr(ffmpeg, "_installed", lambda: False)
    assert reason(path).code == "unsupported-encoding"


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg")
@pytest.mark.parametrize(("name", "codec"), [("a.caf", "alac"), ("a.ogg", "flac")])
def test_what_ffmpeg_cannot_read_either_is_damaged(tmp_path: Path, name: str, codec: str) -> None:
    path = Path(by_ffmpeg(tmp_path / name, "-c:a", codec))
    path.write_bytes(path.read_bytes()[:200])
    assert reason(str(path)).code == "damaged-audio"


def test_without_ffmpeg_the_reason_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.m4a"
    path.write_bytes(b"\0\0\0\x20ftypM4A " + bytes(100))
    monkeypatch.setattr(ffmpeg, "_installed", lambda: False)
    assert reason(str(path)).code == "needs-ffmpeg"


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8])
@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 48_000, 96_000, 192_000])
def test_any_rate_and_number_of_channels(tmp_path: Path, rate: int, channels: int) -> None:
    heard = hear(write(tmp_path / "a.wav", thump(0.2, rate, channels), rate))
    assert (heard.info.sample_rate, heard.info.channels) == (rate, channels)
    assert abs(sum(heard.first.scores.values()) - 1.0) < 1e-3


def test_silence_is_silence_and_not_an_error(tmp_path: Path) -> None:
    heard = hear(write(tmp_path / "a.wav", np.zeros((4410, 1), dtype=np.float32)))
    assert not heard.first.scores
    assert heard.first.scores == {}


def test_five_milliseconds_are_enough(tmp_path: Path) -> None:
    assert hear(write(tmp_path / "a.wav", thump(0.005))).first.scores


def test_numbers_that_no_sound_reaches_do_no_harm(tmp_path: Path) -> None:
    for channels in (1, 8):
        far_too_loud = np.repeat(thump(0.5), channels, axis=1) * np.float32(1e30)
        heard = hear(write(tmp_path / f"{channels}.wav", far_too_loud, subtype="FLOAT"))
        assert sum(heard.first.scores.values()) == pytest.approx(1.0, abs=0.01)
        assert heard.facts.loudness is None or heard.facts.loudness < 200


def test_broken_numbers_do_no_harm(tmp_path: Path) -> None:
    samples = thump()
    samples[100:200] = np.nan
    samples[300:310] = np.inf
    heard = hear(write(tmp_path / "a.wav", samples, subtype="FLOAT"))
    assert all(np.isfinite(score) for score in heard.first.scores.values())


@pytest.mark.parametrize("seconds", [0.5, 40.0])
@pytest.mark.parametrize("right", [-1.0, -0.99, np.nan, 0.0])
def test_one_channel_does_not_silence_the_other(
    tmp_path: Path, seconds: float, right: float
) -> None:
    rate = 8_000
    one = np.tile(thump(0.5, rate), (round(2 * seconds), 1))
    both = np.concatenate([one, one * np.float32(right)], axis=1)
    plain = hear(write(tmp_path / "plain.wav", one, rate, subtype="FLOAT"))
    heard = hear(write(tmp_path / "both.wav", both, rate, subtype="FLOAT"))
    first, second = unpack(plain.first.spectrogram), unpack(heard.first.spectrogram)
    assert first.shape == second.shape
    assert np.abs(first.astype(int) - second.astype(int)).max() <= 1
    assert heard.first.scores == pytest.approx(plain.first.scores, abs=0.01)


def test_channels_that_do_not_cancel_one_another_out_are_mixed() -> None:
    one = np.random.default_rng(1).normal(0.0, 0.1, (1000, 1)).astype(np.float32)
    samples = np.concatenate([one, np.float32(-0.9) * one], axis=1)
    assert (mono(samples.copy()) == samples.mean(axis=1, dtype=np.float32)).all()


def test_no_samples_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", np.zeros((0, 1), dtype=np.float32))
    assert reason(path).code == "no-samples"


def test_a_take_whose_recorder_died_is_said_to_be_unfinished(tmp_path: Path) -> None:
    form, audio = riff.format_chunk(), riff.noise(44_100)
    path, empty = tmp_path / "take.wav", tmp_path / "empty.wav"
    path.write_bytes(riff.wave([form, (b"data", b"")]) + audio[1])
    problem = reason(str(path))
    assert problem.code == "unfinished"
    assert "audio may be there" in problem.message
    assert problem.advice
    for empty_file in (
        riff.wave([form, (b"data", b""), (b"LIST", b"INFO")]),
        riff.wave([form, (b"data", b"")]) + b"\0\0\0",
    ):
        empty.write_bytes(empty_file)
        assert reason(str(empty)).code == "no-samples"


def test_a_file_of_zeros_alone_is_said_to_lack_its_content(tmp_path: Path) -> None:
    path = tmp_path / "download.wav"
    path.write_bytes(bytes(500_000))
    assert reason(str(path)).code == "hollow-file"
    path.write_bytes(bytes(500_000) + b"x")
    assert reason(str(path)).code == "unknown-format"


def test_an_hour_is_heard_in_a_few_windows(tmp_path: Path) -> None:
    rate = 8_000
    path = tmp_path / "hour.wav"
    quiet = np.random.default_rng(0).normal(0.0, 0.1, (rate * 60, 1)).astype(np.float32)
    import soundfile

    with soundfile.SoundFile(path, "w", rate, 1) as file:
        for _ in range(60):
            file.write(quiet)
    heard = hear(str(path))
    assert heard.info.duration == 3600.0
    assert unpack(heard.first.spectrogram).shape[0] == 10


def test_a_quiet_tail_is_not_asked_for_its_opinion(tmp_path: Path) -> None:
    sound = np.concatenate([thump(1.0), 0.001 * thump(1.0), np.zeros((44_100 * 8, 1))])
    sound[44_100 * 6 :] = 0.0005
    heard = hear(write(tmp_path / "a.wav", sound.astype(np.float32), subtype="FLOAT"))
    assert unpack(heard.first.spectrogram).shape[0] == 1


def test_leading_silence_changes_nothing(tmp_path: Path) -> None:
    plain = hear(write(tmp_path / "a.wav", thump(0.5), subtype="FLOAT"))
    late = np.concatenate([np.zeros((30_000, 1), dtype=np.float32), thump(0.5)])
    heard = hear(write(tmp_path / "b.wav", late, subtype="FLOAT"))
    first, second = unpack(plain.first.spectrogram), unpack(heard.first.spectrogram)
    assert np.abs(first.astype(int) - second.astype(int)).mean() < 2.0


def _text(path: Path) -> None:
    path.write_text("this is a text that somebody named .wav\n" * 20)


def _cut(path: Path) -> None:
    whole = path.with_name("whole.flac")
    write(whole, np.random.default_rng(0).normal(0, 0.3, (44_100, 1)).astype(np.float32))
    path.write_bytes(whole.read_bytes()[:60])


def _folder(path: Path) -> None:
    path.mkdir()


def _empty(path: Path) -> None:
    path.touch()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_text, "unknown-format"),
        (_cut, "damaged-audio"),
        (_folder, "folder"),
        (_empty, "empty-file"),
        (lambda path: None, "vanished"),
    ],
)
def test_each_kind_of_broken_file_has_its_reason(tmp_path: Path, make: object, code: str) -> None:
    path = tmp_path / "broken.wav"
    make(path)  # type: ignore[operator]
    assert reason(str(path)).code == code


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    write(tmp_path / "a.flac")
    (tmp_path / "a.flac").rename(tmp_path / "a.wav")
    assert hear(str(tmp_path / "a.wav")).first.scores


def test_a_header_that_claims_4_gigabytes_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    write(path)
    content = bytearray(path.read_bytes())
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    (result,) = listen([str(path)], MODEL)
    assert isinstance(result, Heard)
    assert result.info.duration < 1.0


@pytest.mark.parametrize(
    ("rate", "heard"), [(1_536_000, True), (1_536_001, False), (50_000_000, False)]
)
def test_a_header_that_claims_millions_of_samples_a_second_is_not_believed(
    tmp_path: Path, rate: int, heard: bool
) -> None:
    path = tmp_path / "a.wav"
    write(path)
    content = bytearray(path.read_bytes())
    content[24:28] = rate.to_bytes(4, "little")
    path.write_bytes(content)
    (result,) = listen([str(path)], MODEL)
    assert isinstance(result, Heard) == heard
    if isinstance(result, Problem):
        assert result.code == "damaged-audio"
        assert f"{rate:,}" in result.message


def test_one_bad_file_among_good_ones_harms_none(tmp_path: Path) -> None:
    good = [write(tmp_path / f"{n}.wav", thump(0.1 * (n + 1))) for n in range(3)]
    bad = tmp_path / "bad.wav"
    bad.write_text("no sound")
    alone = [hear(path).first.scores for path in good]
    first, problem, *rest = listen([good[0], str(bad), *good[1:]], MODEL)
    assert isinstance(problem, Problem)
    for heard, scores in zip([first, *rest], alone, strict=True):
        assert isinstance(heard, Heard)
        assert heard.first.scores == pytest.approx(scores, abs=1e-5)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs users")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav")
    os.chmod(path, 0)
    if os.access(path, os.R_OK):
        assert _code_as_nobody(path) == "no-permission"
    else:
        assert reason(path).code == "no-permission"


def _code_as_nobody(path: str) -> str:
    """The reason that a user without rights gets; only root can become one."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        with pytest.raises(EarmarkError) as caught, open_sound(path):
            pass
        os.write(sender, caught.value.problem.code.encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver) as answer:
        code = answer.read()
    os.waitpid(child, 0)
    return code
