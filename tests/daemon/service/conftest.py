from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.db.conftest import index

from earmark_daemon.processes import Workers

__all__ = ["index"]


@pytest.fixture
def workers() -> Iterator[Workers]:
    pool = Workers(2)
    yield pool
    pool.close()
