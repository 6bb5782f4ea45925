"""A real index in a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark_db.index import Index


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = Index.for_writing(tmp_path / "index.sqlite")
    yield opened
    opened.close()
