"""Small data sets in the exact form of the published ones."""

import csv
import json
from pathlib import Path

import numpy as np
from tests.benchmarks.papers.sounds import write

MTAT_TAGS = ("no voice", "guitar", "guitars", "drum", "drums", "techno", "weird")

OPENMIC_CLASSES = ("accordion", "banjo", "bass", "cello")

GENRES = ("blues", "metal")


def magnatagatune(folder: Path, clips: int = 16) -> Path:
    """`annotations_final.csv` with quoted, tab-separated columns, and MP3s in hex folders."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "annotations_final.csv").open("w", newline="") as file:
        rows = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_ALL)
        rows.writerow(["clip_id", *MTAT_TAGS, "mp3_path"])
        for number in range(clips):
            start = 29 * (number % 2)
            path = (
                f"{number // 2 % 16:x}/artist-album-{number // 2:02d}-song-{start}-{start + 29}.mp3"
            )
            low = number % 2
            tags = [1, 0, low, 1 - low, 0, int(number == 0), 0]
            rows.writerow([number, *tags, path])
            write(folder / path, pitch=200.0 + 1500.0 * low, seconds=1.0)
    return folder


def openmic(folder: Path, clips: int = 12) -> Path:
    """`openmic-2018.npz`, class map, partitions and OGG files in folders of three digits."""
    keys = [f"{number * 997:06d}_{number * 1920}" for number in range(clips)]
    labels = np.full((clips, len(OPENMIC_CLASSES)), 0.5)
    asked = np.zeros(labels.shape, dtype=bool)
    for number, key in enumerate(keys):
        labels[number, number % 2], labels[number, 1 - number % 2] = 0.9, 0.1
        asked[number, :2] = True
        write(folder / "audio" / key[:3] / f"{key}.ogg", 300.0 + 2000.0 * (number % 2), 1.0)
    np.savez(
        folder / "openmic-2018.npz",
        X=np.zeros((clips, 10, 128), dtype=np.int32),
        Y_true=labels,
        Y_mask=asked,
        sample_key=np.array(keys, dtype=object),
    )
    columns = {name: number for number, name in enumerate(OPENMIC_CLASSES)}
    (folder / "class-map.json").write_text(json.dumps(columns))
    (folder / "partitions").mkdir()
    (folder / "partitions" / "split01_train.csv").write_text("\n".join(keys[:-4]) + "\n")
    (folder / "partitions" / "split01_test.csv").write_text("\n".join(keys[-4:]) + "\n")
    return folder


def gtzan(folder: Path, suffix: str = ".wav", clips: int = 6) -> Path:
    """`genres/blues/blues.00000.wav` and the three fault-filtered lists."""
    lists: dict[str, list[str]] = {"train": [], "valid": [], "test": []}
    for genre, pitch in zip(GENRES, (150.0, 2500.0), strict=True):
        for number in range(clips):
            name = f"{genre}/{genre}.{number:05d}"
            write((folder / "genres" / name).with_name(f"{genre}.{number:05d}{suffix}"), pitch, 1.0)
            side = ("train", "train", "valid", "test", "train", "test")[number % 6]
            lists[side].append(f"{name}.wav")
    for side, names in lists.items():
        (folder / f"{side}_filtered.txt").write_text("\n".join(names) + "\n")
    return folder


def idmt(folder: Path, notes: int = 5) -> Path:
    """Samples of two instruments through the twelve effects, named by the data set's scheme."""
    effects = ("11", "12", "21", "22", "23", "31", "32", "33", "34", "35", "41", "42")
    number = 0
    for place, played in (("Bass monophon", "B11"), ("Gitarre polyphon", "P64")):
        for note in range(notes):
            for effect in effects:
                number += 1
                name = f"{played}-{28 + note}100-{effect[0]}{effect}1-{number:05d}.wav"
                write(folder / place / "Samples" / name, 100.0 + 60.0 * int(effect), 0.3)
        (folder / place / "Lists").mkdir()
    return folder
