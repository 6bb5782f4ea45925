"""Engines run attempts at jobs somewhere, and know nothing of what a job is."""
