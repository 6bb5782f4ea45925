"""Pons et al. (2017): the poster's table of quantitative results."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """ROC AUC and PR AUC of the classification tags, root MSE of the regression tags."""

    roc_auc: float
    pr_auc: float
    root_mse: float


BASELINE = "GBT+features"

RESULTS = {
    (BASELINE, "1.2M"): Row(0.9161, 0.5427, 0.1569),
    ("sample-level", "1M"): Row(0.9154, 0.5786, 0.1501),
    ("spectrogram-frontend", "1M"): Row(0.9214, 0.5935, 0.1480),
    ("sample-level", "500k"): Row(0.9123, 0.5615, 0.1537),
    ("spectrogram-frontend", "500k"): Row(0.9176, 0.5790, 0.1493),
    ("sample-level", "100k"): Row(0.8916, 0.4925, 0.1591),
    ("spectrogram-frontend", "100k"): Row(0.9013, 0.5208, 0.1542),
}

SHARES = {"1.2M": 1.0, "1M": 1 / 1.2, "500k": 0.5 / 1.2, "100k": 0.1 / 1.2}
"""The poster's amounts of training data as shares of the 1.2 million songs it had to train on."""
