"""Measurements, side by side in one run, and the recipe of the built-in model."""
