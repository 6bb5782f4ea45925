"""How pure the groups of alike sounds are, by the cosine from which sounds count as alike.

python -m benchmarks.accuracy.alike 800       # needs ../shared

Real one-shots grouped by the built-in model's embeddings. A group is pure as far as its sounds
carry the label of most of them. The model was trained on these packs, so the figures flatter; they
choose the threshold, they do not promise a purity.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter

from benchmarks.speed.running import SOUNDS
from earmark_daemon.hearing.groups import alike
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.service.stages.analysis import Analysis, analyse

_THRESHOLDS = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def main() -> None:
    """Print purity and share of sounds in groups."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 800
    with open(SOUNDS / "index.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    random.Random(1).shuffle(rows)
    paths = [str(SOUNDS / row["path"]) for row in rows[:count]]
    heard = analyse(paths, [None] * len(paths), str(BUILTIN))
    embeddings, labels = [], []
    for row, one in zip(rows, heard, strict=False):
        if isinstance(one, Analysis) and one.heard:
            embeddings.append(one.heard.first.embedding)
            labels.append(row["label"])
    print(f"{len(labels)} sounds")
    for threshold in _THRESHOLDS:
        groups = alike(embeddings, threshold)
        grouped = sum(map(len, groups))
        right = sum(Counter(labels[i] for i in group).most_common(1)[0][1] for group in groups)
        purity = right / grouped if grouped else 0.0
        print(
            f"from {threshold:.2f}: {len(groups)} groups, purity {purity:.3f},"
            f" {grouped / len(labels):.2f} of the sounds are in one"
        )


if __name__ == "__main__":
    main()
