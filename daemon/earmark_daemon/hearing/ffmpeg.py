"""Reading M4A and WavPack through ffmpeg, where it is installed, and what else needs it."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache

import numpy as np

from earmark_daemon.errors import fail
from earmark_daemon.hearing.frontend import Audio
from earmark_daemon.hearing.samples import SoundInfo, mono

_SECONDS = 60.0


def knows(path: str) -> bool:
    """Whether the content begins like MP4 or WavPack."""
    with open(path, "rb") as file:
        head = file.read(12)
    return head[4:8] == b"ftyp" or head[:4] == b"wvpk"


def may_read(path: str) -> bool:
    """Whether it is installed, and the content begins like WAV, CAF or Ogg.

    In these the audio may be encoded in any way: as G.726 in WAV, as ALAC or AAC in CAF, as FLAC in
    Ogg.
    """
    with open(path, "rb") as file:
        return file.read(4) in (b"RIFF", b"caff", b"OggS") and _installed()


class FfmpegSound:
    """A file that ffmpeg decodes; see `earmark_daemon.hearing.samples.Sound`."""

    def __init__(self, path: str, info: SoundInfo) -> None:
        self._path = path
        self.info = info

    def read(self, start: int, count: int) -> Audio:
        """Up to ``count`` mono samples from ``start``.

        Raises:
            EarmarkError: ffmpeg cannot decode the file.
        """
        raw = _run(
            self._path,
            "ffmpeg",
            *("-v", "error", "-nostdin", "-ss", f"{start / self.info.sample_rate:.6f}"),
            *("-i", f"file:{self._path}", "-t", f"{count / self.info.sample_rate:.6f}"),
            *("-map", "0:a:0", "-f", "f32le", "-"),
        )
        channels = self.info.channels
        samples = np.frombuffer(raw[: len(raw) // (4 * channels) * 4 * channels], dtype="<f4")
        return mono(samples.reshape(-1, channels).astype(np.float32))


def open_file(path: str) -> FfmpegSound:
    """Look at a file through ffprobe.

    Raises:
        EarmarkError: ffmpeg is not installed, or cannot read the file.
    """
    if not _installed():
        raise fail(
            "needs-ffmpeg",
            "This is an M4A or WavPack file; reading it needs ffmpeg, which is not installed.",
            "Install ffmpeg, then run: earmark doctor --retry",
            path,
        )
    answer = json.loads(
        _run(
            path,
            "ffprobe",
            *("-v", "error", "-select_streams", "a:0", "-of", "json"),
            *("-show_entries", "stream=sample_rate,channels,duration:format=duration"),
            f"file:{path}",
        )
    )
    if not answer.get("streams"):
        raise fail("no-audio", "There is no audio in this file.", path=path)
    stream = answer["streams"][0]
    duration = float(stream.get("duration") or answer.get("format", {}).get("duration") or 0.0)
    rate = int(stream["sample_rate"])
    return FfmpegSound(path, SoundInfo(round(duration * rate), rate, int(stream["channels"])))


@cache
def _installed() -> bool:
    return bool(shutil.which("ffmpeg") and shutil.which("ffprobe"))


def _run(path: str, *command: str) -> bytes:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise fail(
            "damaged-audio", "ffmpeg did not come to an end with this file.", path=path
        ) from error
    if done.returncode == 0:
        return done.stdout
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    raise fail(
        "damaged-audio",
        f"ffmpeg cannot read this file ({lines[-1] if lines else 'no reason given'}).",
        "Fetch the file again from where it came.",
        path,
    )
