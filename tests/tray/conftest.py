from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from tests.e2e.conftest import daemon

__all__ = ["daemon"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def garbage_of_windows_is_collected_here() -> Iterator[None]:
    """As `earmark_tray.windows.collecting` does for a real window."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()
