"""What a trainer adds to training at home: a page that says what was measured."""

import numpy as np
from benchmarks.accuracy.elsewhere import WAYS, page
from benchmarks.accuracy.personal import TAGS


def test_the_page_sets_home_beside_the_trainer_and_alone_beside_together() -> None:
    count = sum(len(tags) for tags in TAGS.values())
    first, second = np.linspace(0.1, 0.8, count), np.full(count, 0.5)
    ways = [list(first), list(second), list(first), list(second)]
    text = page({10: [0.7, 0.75, 0.8, 0.85], 80: [0.9, 0.91, 0.92, 1.0]}, ways)
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    assert [f"| {WAYS[0]}", ".700", ".900 |"] in rows
    assert [f"| {WAYS[3]}", ".850", "1.000 |"] in rows
    assert ["| mean", ".450", ".500", ".450", ".500 |"] in rows
    assert len([row for row in rows if "(" in row[0]]) == count
