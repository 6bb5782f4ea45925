"""Training: from labelled spectrograms to a calibrated model, deterministic for a seed."""
