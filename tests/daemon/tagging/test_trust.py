"""From which folder on names are judged, and what they must tell at the least."""

from __future__ import annotations

import numpy as np

from earmark_daemon.tagging.trust import Rows, tell_nothing


def all_wrong(count: int, sureness: float) -> tuple[Rows, Rows]:
    """Scores of files that sound unlike one another, each called like the one beside it."""
    even = (1.0 - sureness) / (count - 1)
    named = np.full((count, count), even) + (sureness - even) * np.eye(count)
    return np.eye(count), np.roll(named, 1, axis=0)


def test_a_folder_is_judged_from_eight_files_on() -> None:
    assert tell_nothing(*all_wrong(8, 0.82))
    assert not tell_nothing(*all_wrong(7, 0.82))


def test_where_right_names_would_not_stand_out_from_chance_none_is_judged() -> None:
    assert not tell_nothing(*all_wrong(8, 1.0))
    assert tell_nothing(*all_wrong(12, 1.0))


def test_of_very_many_names_more_than_a_few_must_fit() -> None:
    """Few are enough to stand out from chance, and do not make the others right."""
    kinds = np.eye(8)
    heard, by_chance = np.tile(kinds, (128, 1)), np.tile(np.repeat(kinds, 8, axis=0), (16, 1))
    for fitting, nothing in ((51, True), (205, False)):
        said = by_chance.copy()
        said[:fitting] = heard[:fitting]
        assert tell_nothing(heard, said) is nothing
