"""The headless heart of Earmark: watches folders, hears sounds, tags them, and says so."""

__version__ = "0.1.0"
