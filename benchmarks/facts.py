"""How right the facts beside tags are, and what they cost: ``python -m benchmarks.facts``.

Tempo and key on the loops beside a checkout, whose names carry them; names are hidden from what
is measured. Pitch on one-shots whose names carry a note. Kind on loops and one-shots. librosa
stands beside as the peer.
"""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import numpy.typing as npt
import soundfile

from earmark_daemon.hearing.facts import facts
from earmark_daemon.hearing.pitch import pitch
from earmark_daemon.hearing.rhythm import Rhythm, rhythm
from earmark_daemon.hearing.written import written
from earmark_db.keys import canonical_key, canonical_root
from earmark_db.records import Kind

Audio = npt.NDArray[np.float32]

SHARED = Path(__file__).parents[2] / "shared"
SAME_TEMPO = 0.04
SHORTEST_KEYED_SECONDS = 1.5
UNPITCHED = ("kick", "snare", "hihat", "cymbal", "clap", "fx")
PITCHED = ("bass", "brass", "guitar", "keys", "strings", "synth", "woodwind")
_SAMPLED_SOUNDS = 1200
_TIMED_SECONDS = 0.7
_NOTE = re.compile(r"(?<![A-Za-z0-9#])([A-Ga-g](?:#|b|s)?)(-?\d)(?![A-Za-z0-9#])")
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def main() -> None:
    """Print every figure."""
    loops = [row for row in _rows("loops/loops.csv") if "loop" in row["kind"]]
    sung = [row for row in _rows("loops/loops.csv") if "vocal" in row["kind"]]
    for name, rows in (("loops", loops), ("sung phrases", sung)):
        for line in _tempo_lines(name, [row for row in rows if row["bpm"]]):
            print(line)
    print(_written_line([*loops, *sung]))
    sounds = list(_rows("sounds/index.csv"))
    print(_key_line(sounds))
    some = [sounds[i] for i in np.random.default_rng(0).permutation(len(sounds))[:_SAMPLED_SOUNDS]]
    print(_pitch_line(some))
    print(_kind_line(loops, [row for row in some if row["label"] not in ("vocal", "fx")]))
    print(_cost_line(some))


def _tempo_lines(name: str, rows: list[dict[str, str]]) -> Iterator[str]:
    def heard(audio: Audio, rate: int) -> float:
        found = rhythm(audio, rate)
        return found.bpm if found is not None and found.loops else 0.0

    def peer(audio: Audio, rate: int) -> float:
        return float(np.atleast_1d(librosa.feature.tempo(y=audio, sr=rate))[0])

    methods: dict[str, Callable[[Audio, int], float]] = {"Earmark": heard, "librosa": peer}
    for method, tempo in methods.items():
        pairs, spent = [], 0.0
        for row in rows:
            audio, rate = _read(SHARED / "loops" / row["file"])
            began = time.process_time()
            found = tempo(audio, rate)
            spent += time.process_time() - began
            pairs.append((found, float(row["bpm"])))
        stated = [(found, true) for found, true in pairs if found]
        right = sum(_alike(found, true, (1.0,)) for found, true in stated)
        octave = sum(_alike(found, true, (0.5, 1.0, 2.0)) for found, true in stated)
        yield (
            f"tempo of {len(rows)} {name}, {method}: stated for {len(stated)}, right {right}, "
            f"right or twice or half {octave}, {1000 * spent / len(rows):.1f} ms each"
        )


def _written_line(rows: list[dict[str, str]]) -> str:
    said = [(row, written(Path(row["file"]).stem)) for row in rows]
    stated = [
        row
        for row in rows
        if "bare" not in row["tempo_source"] and "BPM is" not in row["tempo_source"] and row["bpm"]
    ]
    tempos = sum(w.bpm == float(row["bpm"]) for row, w in said if row in stated)
    keyed = [(row, w) for row, w in said if row["key"]]
    keys = sum(w.key == canonical_key(row["key"]) for row, w in keyed)
    return (
        f"read in names: tempo {tempos} of {len(stated)}, key {keys} of {len(keyed)} "
        "(the list was read from the same names)"
    )


def _key_line(rows: list[dict[str, str]]) -> str:
    """Why the key is not guessed from the sound."""
    profiles = np.stack([np.roll(p, n) for p in (_MAJOR, _MINOR) for n in range(12)])
    right = count = 0
    for row in rows:
        key = written(Path(row["original"]).stem).key
        if row["pack"] != "producerspace-sung" or key is None:
            continue
        if float(row["duration_s"]) < SHORTEST_KEYED_SECONDS:
            continue
        audio, rate = _read(SHARED / "sounds" / row["path"])
        notes = librosa.feature.chroma_cqt(y=audio, sr=rate).mean(axis=1)
        best = int(np.argmax([np.corrcoef(profile, notes)[0, 1] for profile in profiles]))
        right += key == f"{_NOTES[best % 12]}{'m' if best >= 12 else ''}"
        count += 1
    return (
        f"key guessed from the sound by librosa's chroma and Krumhansl's profiles: right {right} "
        f"of {count} sung phrases; Earmark guesses none"
    )


def _pitch_line(rows: list[dict[str, str]]) -> str:
    stated = right = octave = count = false = unpitched = 0
    for row in rows:
        note = _NOTE.search(Path(row["original"]).stem.replace("_", " "))
        if row["label"] not in UNPITCHED and not (row["label"] in PITCHED and note):
            continue
        audio, rate = _read(SHARED / "sounds" / row["path"])
        found = pitch(audio, rate)
        if row["label"] in UNPITCHED:
            unpitched += 1
            false += found is not None
        elif note is not None:
            midi = _midi(note)
            count += 1
            stated += found is not None
            right += found is not None and round(found - midi) % 12 == 0
            octave += found is not None and round(found - midi) == 0
    return (
        f"pitch of {count} tonal one-shots: stated for {stated}, the right note {right}, in the "
        f"octave that the name says {octave} (packs count octaves differently); stated for "
        f"{false} of {unpitched} drums and effects"
    )


def _kind_line(loops: list[dict[str, str]], shots: list[dict[str, str]]) -> str:
    def looping(path: Path) -> bool:
        found: Rhythm | None = rhythm(*_read(path))
        return found is not None and found.loops

    heard = sum(looping(SHARED / "loops" / row["file"]) for row in loops)
    false = sum(looping(SHARED / "sounds" / row["path"]) for row in shots)
    return (
        f"kind by sound alone: {heard} of {len(loops)} loops, and {false} of {len(shots)} other "
        "sounds, which hold arpeggios, rhythms and trills, are called loops"
    )


def _cost_line(rows: list[dict[str, str]]) -> str:
    spent = count = 0.0
    for row in rows:
        audio, rate = _read(SHARED / "sounds" / row["path"])
        short = audio[: round(_TIMED_SECONDS * rate)]
        if len(short) < _TIMED_SECONDS * rate:
            continue
        facts([short], rate, row["original"])
        began = time.process_time()
        found = facts([short], rate, row["original"])
        spent += time.process_time() - began
        count += found.kind is Kind.ONE_SHOT
    return f"all facts of a one-shot of {_TIMED_SECONDS} s: {1000 * spent / count:.2f} ms"


def _alike(found: float, true: float, times: tuple[float, ...]) -> bool:
    return any(abs(found / true * factor - 1.0) < SAME_TEMPO for factor in times)


def _midi(note: re.Match[str]) -> int:
    root = canonical_root(note[1].replace("s", "#")) or "C"
    return _NOTES.index(root) + 12 * (int(note[2]) + 1)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (SHARED / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _read(path: Path) -> tuple[Audio, int]:
    audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono: Any = audio.mean(axis=1)
    return mono, int(rate)


if __name__ == "__main__":
    main()
