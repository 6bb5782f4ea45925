"""Finds the sound collections that lie beside a checkout; tests that need them skip elsewhere."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(name: str) -> Path:
    """The folder `name` beside the checkout, or a skip that says what is missing."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"needs the sound collection ../shared/{name}, which is not in the repository")
    return folder
