"""Trains tagging models from spectrograms and labels; knows nothing of the client's code."""

__version__ = "0.1.0"
