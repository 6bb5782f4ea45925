"""The pack that ships with the client: complete, readable, and made by its own recipe."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark_daemon.hearing.sound import open_sound

REPOSITORY = Path(__file__).resolve().parents[2]
PACK = REPOSITORY / "daemon" / "earmark_daemon" / "demo_pack"
RECIPE = REPOSITORY / "packaging" / "make_demo_pack.py"
MOST_BYTES = 1_500_000
DRUMS = {"kick", "snare", "hihat", "clap", "cymbal", "tom", "percussion"}
PITCHED = {"bass", "guitar", "keys", "strings", "brass", "woodwind", "synth"}
CLASSES = DRUMS | PITCHED | {"vocal", "fx"}
ENDINGS = {".wav", ".aif", ".aifc", ".caf", ".flac", ".mp3", ".ogg", ".opus", ".m4a"}


def sounds() -> dict[str, str]:
    with open(PACK / "pack.csv", encoding="utf-8", newline="") as file:
        return {row["path"]: row["label"] for row in csv.DictReader(file)}


def files(root: Path) -> set[str]:
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix() for path in found} - {"pack.csv"}


def test_the_table_names_every_sound_and_nothing_else() -> None:
    assert files(PACK) == {*sounds(), "Earmark First Light/LICENSE.txt"}


def test_every_class_has_more_than_one_sound() -> None:
    count = Counter(sounds().values())
    assert set(count) == CLASSES
    assert min(count.values()) >= 2


def test_it_is_small_enough_to_ship() -> None:
    assert sum((PACK / path).stat().st_size for path in files(PACK)) < MOST_BYTES


def test_it_has_the_formats_that_packs_come_in() -> None:
    endings = {Path(path).suffix for path in sounds()}
    assert endings == ENDINGS
    infos = [soundfile.info(str(PACK / path)) for path in sounds() if not path.endswith(".m4a")]
    assert {(i.format, i.subtype) for i in infos} >= {
        ("WAV", "PCM_16"),
        ("WAV", "PCM_24"),
        ("WAV", "FLOAT"),
        ("WAVEX", "PCM_24"),
        ("AIFF", "PCM_16"),
        ("AIFF", "PCM_24"),
    }
    assert {i.channels for i in infos} == {1, 2}
    assert {i.samplerate for i in infos} >= {22_050, 44_100, 48_000, 88_200, 96_000}


@pytest.mark.parametrize("path", sounds())
def test_a_sound_is_heard(path: str) -> None:
    if path.endswith(".m4a") and shutil.which("ffmpeg") is None:
        pytest.skip("M4A is read by ffmpeg, which is not installed")
    with open_sound(str(PACK / path)) as sound:
        heard = sound.read(0, sound.info.samples)
        assert 0.05 < sound.info.duration < 3.0
    assert 0.3 < np.abs(heard).max() < 1.0
    assert np.abs(heard[-8:]).max() < 0.02, "it ends with a click"


def test_the_recipe_gives_the_very_same_sounds(tmp_path: Path) -> None:
    command = [sys.executable, str(RECIPE), "--lossless", "--to", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "pack.csv").read_bytes() == (PACK / "pack.csv").read_bytes()
    made = files(tmp_path)
    assert len(made) > 25
    for path in made:
        if path.endswith(".flac"):  # another version of libFLAC may pack the samples differently
            ours, shipped = (soundfile.read(root / path)[0] for root in (tmp_path, PACK))
            np.testing.assert_array_equal(ours, shipped, err_msg=path)
        else:
            assert (tmp_path / path).read_bytes() == (PACK / path).read_bytes(), path
