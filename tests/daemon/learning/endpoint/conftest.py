from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import Paired
from tests.trainer.service.conftest import certificate, scripted
from tests.trainer.service.processes import Trainer

__all__ = ["certificate", "scripted"]


@pytest.fixture
def line_to() -> Iterator[Callable[[Trainer], Line]]:
    made: list[Line] = []

    def make(trainer: Trainer) -> Line:
        made.append(Line(trainer.address))
        return made[-1]

    yield make
    for line in made:
        line.close()


@pytest.fixture
def paired(
    tmp_path: Path, scripted: Callable[..., Trainer], line_to: Callable[[Trainer], Line]
) -> Iterator[Paired]:
    """A scripted trainer, a line to it, and this computer paired with it."""
    trainer = scripted()
    here = Paired(trainer, line_to(trainer), tmp_path / "endpoint")
    yield here
    here.close()
