"""Figures on packs left out, on answers whose quality is known, and the card that tells them."""

import numpy as np
import pytest
from benchmarks.accuracy import figures
from benchmarks.accuracy.card import Facts, card
from benchmarks.accuracy.corpus import LABELS
from benchmarks.accuracy.leaveout import Heard
from benchmarks.accuracy.recipes import BUILTIN, RECIPES


def _heard(error: float) -> Heard:
    """Answers of which a share is wrong; the wrong ones are the less sure ones."""
    random = np.random.default_rng(1)
    labels = np.arange(1600) % len(LABELS)
    wrong = random.random(1600) < error
    said = np.where(wrong, (labels + 1) % len(LABELS), labels)
    logits = random.normal(0.0, 0.3, (1600, len(LABELS))).astype(np.float32)
    logits[np.arange(1600), said] += np.where(wrong, 2.0, 6.0)
    number = np.arange(1600) // 200
    packs = np.array([f"pack {n}" for n in number])
    return Heard(logits, labels.astype(np.int64), packs, (number % 2).astype(np.int64))


def test_mean_recall_and_its_interval() -> None:
    report = figures.figures(_heard(0.25))
    assert report["mean_recall"] == pytest.approx(0.75, abs=0.03)
    low, high = report["mean_recall_interval"]
    assert low <= report["mean_recall"] <= high
    assert report["mean_recall_pack_by_pack"] == pytest.approx(report["mean_recall"], abs=0.02)


def test_thresholds_leave_unsure_answers_out() -> None:
    steps = figures.figures(_heard(0.25))["thresholds"]
    assert steps[0]["tagged"] > 0.99
    assert steps[0]["mean_recall"] == pytest.approx(0.75, abs=0.03)
    assert steps[-1]["right"] > 0.93
    assert 0.6 < steps[-1]["tagged"] < 0.85


def test_a_fold_is_not_calibrated_by_itself() -> None:
    heard = _heard(0.25)
    boastful = heard.logits.copy()
    boastful[heard.folds == 0] *= 5.0
    changed = Heard(boastful, heard.labels, heard.packs, heard.folds)
    own = heard.folds == 1
    before, after = figures.calibrated(heard)[own], figures.calibrated(changed)[own]
    assert not np.allclose(before, after)
    np.testing.assert_allclose(
        figures.calibrated(changed)[~own].argmax(1), figures.calibrated(heard)[~own].argmax(1)
    )


def test_the_card_tells_what_was_measured() -> None:
    report = figures.figures(_heard(0.25))
    config = RECIPES[BUILTIN].config.to_dict()
    training = {
        "architecture": "compact",
        "config": config,
        "fold_config": config,
        "last_config": config,
        "finishes": [finish.to_dict() for finish in RECIPES[BUILTIN].finishes],
        "clips": 1600,
        "pictures": 5000,
        "temperature": 1.2,
    }
    said = {
        "name": "made up",
        "digest": "0" * 64,
        "metrics": report,
        "thresholds": dict.fromkeys(LABELS, 0.4),
        "training": training,
    }
    page = card(Facts(said, size=3_600_000, parameters=900_000, milliseconds=1.5))
    assert f"**{report['mean_recall']:.3f}**" in page
    for label in LABELS:
        assert f"| {label} |" in page
    assert "50% of the clips crossed with parts of another, for 12 epochs" in page
    assert "CC BY" in page


def test_coverage_counts_the_surest_first() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([True, True, False, False])
    assert figures.coverage_at_precision(confidence, right, 0.66) == 0.75
    assert figures.coverage_at_precision(confidence, right, 1.0) == 0.5
    assert figures.coverage_at_precision(confidence, ~right, 0.9) == 0.0
