from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.living import LivingDaemon

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[LivingDaemon]:
    """A running daemon that watches ``tmp_path / "Samples"``."""
    living = LivingDaemon(tmp_path / "Samples")
    living.start()
    yield living
    living.end()
