from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.living import LivingDaemon

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def garbage_of_windows_is_collected_here() -> Iterator[None]:
    """As `earmark_tray.windows.collecting` does for a real window."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[LivingDaemon]:
    """A running daemon that watches ``tmp_path / "Samples"``."""
    living = LivingDaemon(tmp_path / "Samples")
    living.start()
    yield living
    living.end()
