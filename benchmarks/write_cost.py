"""What a safe write costs beside a plain mutagen save, in one run on one file system.

The plain save changes the file in place, without copy, check, journal record or fsync. Then what
keywords for Ableton Live add, which stand in one file for a whole folder.

Usage: python benchmarks/write_cost.py [--folder FOLDER] [--rounds 15] [--kinds wav mp3]
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from earmark_daemon.service.stages.stage import MOST_AT_ONCE
from earmark_daemon.writing import Prepared, WriteOptions, commit, commit_all, prepare

id3: Any = importlib.import_module("mutagen.id3")
wave: Any = importlib.import_module("mutagen.wave")

MEGABYTES = (0.1, 1.0, 10.0, 100.0)
SOUNDS = (100, 1000)
WORDS = ("kick", "dark")


def wav(size: int) -> bytes:
    """A WAV file of noise, of about this many bytes."""
    audio = np.random.default_rng(0).integers(0, 256, size - 44, np.uint8).tobytes()
    head = struct.pack("<HHIIHH", 1, 2, 44_100, 176_400, 4, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(audio))
    return b"RIFF" + struct.pack("<I", len(body) + len(audio)) + body + audio


def mp3(size: int) -> bytes:
    """Silent MPEG frames of about this many bytes, without a tag."""
    frame = bytes.fromhex("fffb9064") + bytes(413)
    return frame * (size // len(frame))


def safe(path: str) -> None:
    """Earmark's write."""
    prepared = prepare(path, WORDS)
    assert isinstance(prepared, Prepared), prepared
    commit(prepared)


def plain(path: str) -> None:
    """The same genre and comment by mutagen alone."""
    if path.endswith("wav"):
        tags = wave.WAVE(path)
        tags.add_tags()
        frames = tags.tags
    else:
        tags = frames = id3.ID3()
    frames.add(id3.TCON(encoding=0, text=["; ".join(WORDS)]))
    frames.add(id3.COMM(encoding=0, lang="eng", desc="", text=["[earmark: kick, dark]"]))
    tags.save(path, v2_version=3)


def seconds(path: Path, data: bytes, write: Callable[[str], None], rounds: int) -> float:
    """The median time of a write into a fresh file, which is on the medium already."""
    times = []
    for _ in range(rounds):
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        begin = time.perf_counter()
        write(str(path))
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def folder_seconds(folder: Path, count: int, options: WriteOptions) -> float:
    """The time of a write, on average over a folder of so many sounds, as the daemon writes it."""
    folder.mkdir()
    paths = [folder / f"{number}.wav" for number in range(count)]
    for path in paths:
        path.write_bytes(wav(20_000))
    begin = time.perf_counter()
    for start in range(0, count, MOST_AT_ONCE):
        some = [prepare(str(path), WORDS, options) for path in paths[start : start + MOST_AT_ONCE]]
        commit_all([each for each in some if isinstance(each, Prepared)])
    return (time.perf_counter() - begin) / count


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", help="where to write; a temporary folder by default")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--kinds", nargs="+", choices=("wav", "mp3"), default=["wav", "mp3"])
    given = parser.parse_args()
    print(f"{'':4} {'MB':>6} {'safe, ms':>10} {'mutagen, ms':>12} {'ratio':>7}")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for kind in given.kinds:
            path = Path(folder, f"sound.{kind}")
            seconds(path, {"wav": wav, "mp3": mp3}[kind](50_000), safe, 1)
            for megabytes in MEGABYTES:
                data = {"wav": wav, "mp3": mp3}[kind](int(megabytes * 1_000_000))
                rounds = max(3, given.rounds // (10 if megabytes > 50 else 1))
                ours = seconds(path, data, safe, rounds) * 1000
                theirs = seconds(path, data, plain, rounds) * 1000
                print(f"{kind:4} {megabytes:6} {ours:10.1f} {theirs:12.1f} {ours / theirs:7.1f}")
        print(f"\n{'sounds':>11} {'for Live, ms':>12} {'without, ms':>11} {'ratio':>7}")
        for count in SOUNDS:
            live = folder_seconds(Path(folder, f"{count} live"), count, WriteOptions(ableton=True))
            without = folder_seconds(Path(folder, f"{count}"), count, WriteOptions())
            milliseconds = f"{live * 1000:12.1f} {without * 1000:11.1f}"
            print(f"{count:11} {milliseconds} {live / without:7.1f}")


if __name__ == "__main__":
    main()
