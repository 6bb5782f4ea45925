"""The MagnaTagATune project prints its results as pictures; in words it says what follows."""

WARNING = (
    "Classes with few occurrences display a higher accuracy, because of the many true negatives. "
    "Classes with frequent appearance, such as guitar, techno and classical, may have a lower "
    "accuracy, but are learnt better: they have the highest true positive rate."
)
