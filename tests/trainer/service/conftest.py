from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.trainer.service.by_hand import Clock
from tests.trainer.service.processes import Trainer

from earmark_trainer.jobs.attempts import Attempts
from earmark_trainer.jobs.bells import Bells
from earmark_trainer.jobs.board import Board
from earmark_trainer.limits import Limits
from earmark_trainer.server.certificates import Certificate, make
from earmark_trainer.storage.database import Database
from earmark_trainer.storage.tenants import Tenants


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("tls")
    return make(folder, ["127.0.0.1"], datetime.datetime.now(datetime.UTC))


@pytest.fixture
def trainer(tmp_path: Path, certificate: Certificate) -> Iterator[Trainer]:
    """A trainer as it is installed, with real workers."""
    home = tmp_path / "trainer"
    home.mkdir()
    trainer = Trainer(home / "data", certificate.cert, certificate.key).start()
    yield trainer
    trainer.close()


@pytest.fixture
def scripted(tmp_path: Path, certificate: Certificate) -> Iterator[Callable[..., Trainer]]:
    """Makes trainers whose workers follow a script; limits can be given."""
    made: list[Trainer] = []

    def start(**limits: Any) -> Trainer:
        limits = {"requests_per_second": 10_000.0, "request_burst": 10_000, **limits}
        home = tmp_path / str(len(made))
        home.mkdir()
        trainer = Trainer(home / "data", certificate.cert, certificate.key, limits)
        made.append(trainer)
        return trainer.start()

    yield start
    for trainer in made:
        trainer.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def tenant(database: Database, clock: Clock) -> str:
    tenants = Tenants(database, clock)
    found = tenants.of_token(tenants.pair("me"))
    assert found is not None
    return found.id


@pytest.fixture
def board(database: Database, clock: Clock) -> Board:
    return Board(database, Limits(), Bells(), clock)


@pytest.fixture
def attempts(database: Database, clock: Clock) -> Attempts:
    return Attempts(database, Bells(), clock)
