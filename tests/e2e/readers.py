"""Programs that are not Earmark, reading what Earmark wrote."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest


def need(*programs: str) -> None:
    """Skip where a program is missing, and say which."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: see packaging/apt-test-packages.txt")


def exiftool(paths: Sequence[str | Path]) -> dict[str, str]:
    """For each path all that exiftool reads, as one text."""
    need("exiftool")
    done = subprocess.run(
        ["exiftool", "-j", "-charset", "filename=utf8", *map(str, paths)],
        capture_output=True,
        check=False,
    )
    return {entry["SourceFile"]: json.dumps(entry) for entry in json.loads(done.stdout)}


def ffprobe(path: str | Path) -> str:
    """The tags that ffprobe reads, as one text."""
    need("ffprobe")
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "format_tags:stream_tags", "-of", "json", path],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def decoded(path: str | Path) -> str:
    """A digest of every sample, as ffmpeg decodes the file."""
    need("ffmpeg")
    done = subprocess.run(
        ["ffmpeg", "-v", "quiet", "-i", path, "-map", "0:a:0", "-f", "f64le", "-"],
        capture_output=True,
        check=False,
    )
    return hashlib.sha256(done.stdout).hexdigest()
