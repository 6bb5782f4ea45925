"""Sounds that sound alike, from the command line, for known and unknown files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
from tests.daemon.audio_files import thump, write
from tests.e2e.living import LivingDaemon, earmark
from tests.waiting import until


def noise(seconds: float, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    fading = np.exp(-np.linspace(0.0, 6.0, round(44_100 * seconds)))
    return (0.5 * random.normal(0.0, 0.3, len(fading)) * fading)[:, None].astype(np.float32)


def similar(path: str | Path, *options: str) -> list[dict[str, object]]:
    done = earmark("similar", str(path), "--json", *options)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_like_sounds_are_found_and_a_stranger_is_heard_but_not_added(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    thumps = [write(daemon.folder / f"a{n}.wav", thump(0.3 + n / 100)) for n in range(4)]
    noises = [write(daemon.folder / f"b{n}.wav", noise(0.3, n)) for n in range(4)]
    shutil.copy(thumps[0], daemon.folder / "copy.wav")
    daemon.wait_for([*thumps, *noises, daemon.folder / "copy.wav"])

    found = similar(thumps[0])
    assert {hit["path"] for hit in found[:3]} == set(thumps[1:])
    assert {hit["path"] for hit in found[3:]} == set(noises)
    scores = [hit["similarity"] for hit in found]
    assert scores == sorted(scores, key=lambda score: -float(str(score)))
    assert thumps[0] not in {hit["path"] for hit in found}

    stranger = write(tmp_path / "stranger.wav", noise(0.3, 99))
    assert {hit["path"] for hit in similar(stranger)[:4]} == set(noises)
    unknown = earmark("show", stranger, check=False)
    assert unknown.returncode == 1
    assert daemon.status()["files"]["heard"] == 9

    for path in thumps[1:]:
        Path(path).unlink()
    until(lambda: daemon.status()["files"]["heard"] == 6, "those are gone")
    (left,) = similar(thumps[0], "--limit", "1")
    assert left["path"] in noises

    silence = write(tmp_path / "silence.wav", np.zeros((4410, 1), dtype=np.float32))
    text = tmp_path / "text.wav"
    text.write_text("no sound")
    for path, word in ((silence, "silent"), (str(text), "text.wav"), ("/nowhere.wav", "nowhere")):
        done = earmark("similar", path, check=False)
        assert done.returncode == 1
        assert word in done.stderr
