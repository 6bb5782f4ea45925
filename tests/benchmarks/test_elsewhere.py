"""What a trainer adds to training at home: a page that says what was measured."""

import numpy as np
from benchmarks.accuracy.elsewhere import page
from benchmarks.accuracy.personal import TAGS


def test_the_page_sets_home_beside_the_trainer() -> None:
    count = sum(len(tags) for tags in TAGS.values())
    home, there = np.linspace(0.1, 0.8, count), np.full(count, 0.5)
    text = page({10: [0.7, 0.75], 80: [0.9, 1.0]}, [list(home), list(there)])
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    assert ["| at home", ".700", ".900 |"] in rows
    assert ["| at the trainer", ".750", "1.000 |"] in rows
    assert ["| mean", ".450", ".500 |"] in rows
    assert len([row for row in rows if "(" in row[0]]) == count
