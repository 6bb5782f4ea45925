"""The OpenMIC-2018 project on PANNs: its seven configurations and their results."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Percentages, and the loss, on the full test split."""

    recall: float
    accuracy: float
    precision: float
    loss: float


RESULTS = {
    "I": Row(71.16, 96.63, 77.29, 0.092),
    "II": Row(75.43, 96.57, 73.70, 0.092),
    "III": Row(72.81, 96.75, 78.81, 0.091),
    "IV": Row(78.18, 97.23, 80.85, 0.074),
    "V": Row(78.54, 97.12, 79.09, 0.081),
    "VI": Row(83.62, 96.63, 71.03, 0.081),
    "VII": Row(73.12, 97.33, 86.07, 0.081),
}
