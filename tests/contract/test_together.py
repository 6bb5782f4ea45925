"""Heads are fitted to sounds as they are heard together; the service averages what heads say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.daemon.learning.clouds import DIMENSIONS, clouds

from earmark_daemon.learning.fellows import Fellows
from earmark_daemon.learning.head import fit_head
from earmark_daemon.tagging.fellows import shares_of, together


@pytest.mark.parametrize("exclusive", [True, False])
def test_both_come_to_the_same_scores(exclusive: bool) -> None:
    data, random = (
        clouds({"a": 12, "b": 9}, apart=0.7, exclusive=exclusive),
        np.random.default_rng(3),
    )
    beside = random.normal(0.0, 2.0, (30, DIMENSIONS)).astype(np.float32)

    def fellows(count: int) -> Fellows:
        which = np.stack([random.permutation(30)[:4] for _ in range(count)])
        return Fellows(beside, which, np.tile(shares_of(4), (count, 1)))

    data = replace(
        data, fellows=fellows(len(data.contents)), background_fellows=fellows(len(data.background))
    )
    head = fit_head(data).calibrated(1.7, 0.3)
    asked, theirs = random.normal(0.0, 2.0, (20, DIMENSIONS)), fellows(20)
    wanted = head.scores(asked, theirs)
    alone, others = head.scores(asked), head.scores(beside)
    for row, scores in enumerate(alone):
        told = together(
            dict(zip(data.labels, scores, strict=True)),
            [dict(zip(data.labels, others[one], strict=True)) for one in theirs.which[row]],
            exclusive=exclusive,
        )
        assert list(told.values()) == pytest.approx(wanted[row], abs=1e-6)
    assert np.abs(alone - wanted).max() > 0.05
