from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.db.conftest import index

from earmark_daemon.places import places
from earmark_daemon.processes import Workers
from earmark_daemon.service.daemon import Daemon

__all__ = ["index"]


@pytest.fixture
def workers() -> Iterator[Workers]:
    pool = Workers(2)
    yield pool
    pool.close()


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    made = Daemon(places())
    made.start()
    yield made
    made.close()
