"""The labelled sounds: which clips there are, with what corrections, and how they are divided.

A label comes from a folder's name, so some are wrong; `corrections.csv` drops or renames those,
each with its reason. Owns the index of the collection; audio is read here and nowhere else.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile

from earmark_daemon.hearing.frontend import Audio, onset

HERE = Path(__file__).parent
SOUNDS = HERE.parents[2] / "shared" / "sounds"
CORRECTIONS = HERE / "corrections.csv"
RATE = 32_000

LABELS = (
    "bass",
    "brass",
    "clap",
    "cymbal",
    "fx",
    "guitar",
    "hihat",
    "keys",
    "kick",
    "percussion",
    "snare",
    "strings",
    "synth",
    "tom",
    "vocal",
    "woodwind",
)


@dataclass(frozen=True)
class Clip:
    """One labelled sound.

    Attributes:
        path: below the folder of sounds.
        pack: whose it is.
        label: what it is.
        group: takes of one instrument within the pack.
        licence: of the pack.
    """

    path: str
    pack: str
    label: str
    group: str
    licence: str


def clips(folder: Path = SOUNDS, corrections: Path = CORRECTIONS) -> list[Clip]:
    """Every clip of the collection, corrected, in the order of its index.

    Raises:
        FileNotFoundError: the collection is not there.
        ValueError: a correction names a file or an action that there is not.
    """
    found = {clip.path: clip for clip in indexed(folder)}
    with corrections.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            _correct(found, row)
    return list(found.values())


def indexed(folder: Path = SOUNDS) -> list[Clip]:
    """Every clip as the index of the collection has it, uncorrected.

    Raises:
        FileNotFoundError: the collection is not there.
    """
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        return [
            Clip(row["path"], row["pack"], row["label"], row["group"], row["licence"])
            for row in csv.DictReader(file)
        ]


def originals(folder: Path = SOUNDS) -> dict[str, str]:
    """Path of each clip to what its makers called it, from the pack's folder on."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        return {row["path"]: row["original"] for row in csv.DictReader(file)}


def _correct(found: dict[str, Clip], row: dict[str, str]) -> None:
    path, action = row["path"], row["action"]
    if path not in found:
        raise ValueError(f"corrections.csv names a file that is not in the index: {path}")
    if action == "drop":
        del found[path]
    elif action.startswith("relabel "):
        found[path] = replace(found[path], label=action.removeprefix("relabel "))
    else:
        raise ValueError(f"corrections.csv: unknown action {action!r} for {path}")


def read(clip: Clip, folder: Path = SOUNDS) -> Audio:
    """Mono samples at `RATE`, from where the sound begins."""
    audio, rate = soundfile.read(folder / clip.path, dtype="float32", always_2d=True)
    if rate != RATE:
        raise ValueError(f"{clip.path} is at {rate} Hz, not at {RATE}")
    mono: Audio = np.ascontiguousarray(audio.mean(axis=1))
    return mono[onset(mono, RATE) :]
