"""How near a sound stays to itself when it is encoded anew, made quieter, cut or moved.

python -m benchmarks.accuracy.copies 100      # needs ../shared

Cosines of the built-in model's embeddings: of copies to their original, and, of strangers, how many
pairs come as close. They choose `learning.copies.NEAR_COPY`.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from benchmarks.speed.running import SOUNDS
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.learning.copies import near_pairs
from earmark_daemon.service.stages.analysis import Analysis, analyse

Samples = npt.NDArray[Any]

_FROM = (0.9, 0.93, 0.95, 0.97, 0.98, 0.99)
_DELAY = 0.02
_KINDS: dict[str, tuple[str, Callable[[Samples, int], Samples]]] = {
    "original": ("wav", lambda samples, rate: samples),
    "half as loud": ("wav", lambda samples, rate: samples * 0.5),
    "a fifth cut off": ("wav", lambda samples, rate: samples[: len(samples) * 4 // 5]),
    "moved by 20 ms": ("wav", lambda samples, rate: _moved(samples, rate)),
    "as Ogg": ("ogg", lambda samples, rate: samples),
    "as MP3": ("mp3", lambda samples, rate: samples),
}


def _moved(samples: Samples, rate: int) -> Samples:
    return np.concatenate([np.zeros((int(_DELAY * rate), samples.shape[1])), samples])


def unit_embeddings(paths: list[str]) -> list[Samples]:
    """Embeddings at length 1; zeros for silence."""
    found = []
    for one in analyse(paths, [None] * len(paths), str(BUILTIN)):
        assert isinstance(one, Analysis)
        stored = one.heard.first.embedding if one.heard else b""
        vector = np.frombuffer(stored, dtype=np.float16).astype(np.float32)
        found.append(vector / max(float(np.linalg.norm(vector)), 1e-9))
    return found


def main() -> None:
    """Print cosines of copies, and pairs of strangers."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with open(SOUNDS / "index.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    random.Random(1).shuffle(rows)
    by_kind: dict[str, list[Samples]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, (ending, change) in _KINDS.items():
            paths = []
            for number, row in enumerate(rows[:count]):
                samples, rate = soundfile.read(SOUNDS / row["path"], always_2d=True)
                paths.append(str(Path(folder) / f"{kind} {number}.{ending}"))
                soundfile.write(paths[-1], change(samples, rate), rate)
            by_kind[kind] = unit_embeddings(paths)
    originals = by_kind.pop("original")
    for kind, copies in by_kind.items():
        cosines = [float(a @ b) for a, b in zip(originals, copies, strict=True) if len(a) == len(b)]
        shares = ", ".join(f"{np.mean(np.array(cosines) >= least):.2f}" for least in _FROM)
        print(f"{kind:<16} median {np.median(cosines):.3f}; at least {_FROM}: {shares}")
    whole = np.stack([vector for vector in originals if len(vector)])
    pairs = len(whole) * (len(whole) - 1) // 2
    strangers = [sum(1 for _ in near_pairs(whole, least)) for least in _FROM]
    print(f"of {pairs:,} pairs of strangers so near: {strangers}")


if __name__ == "__main__":
    main()
