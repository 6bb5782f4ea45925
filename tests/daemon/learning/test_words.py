from __future__ import annotations

import pytest

from earmark_daemon.learning.words import too_few


@pytest.mark.parametrize(
    ("distinct", "said"),
    [
        (1, "it has only 1 sound, copies aside; it takes 3"),
        (2, "it has only 2 sounds, copies aside; it takes 3"),
    ],
)
def test_what_is_said_of_too_few_sounds_is_a_sentence(distinct: int, said: str) -> None:
    assert too_few(distinct) == said
