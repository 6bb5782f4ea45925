"""The index's faults in the form in which Earmark tells its errors, and reading with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType

from earmark_daemon.errors import EarmarkError, Problem
from earmark_db.errors import IndexFault
from earmark_db.index import Index
from earmark_db.queries import OtherNames


def problem_of(fault: IndexFault) -> Problem:
    """A fault as a problem."""
    return Problem(fault.code, fault.message, fault.advice)


@contextmanager
def told() -> Iterator[None]:
    """Around what uses the index: a fault inside is raised as an `EarmarkError`."""
    try:
        yield
    except IndexFault as fault:
        raise EarmarkError(problem_of(fault)) from fault


@contextmanager
def reading(path: Path, other_names: OtherNames = MappingProxyType({})) -> Iterator[Index]:
    """The index at ``path`` by a connection of its own.

    Args:
        path: of its file.
        other_names: by which a search finds tags, too.

    Raises:
        EarmarkError: it is not there, or cannot be read.
    """
    with told(), closing(Index.for_reading(path, other_names)) as index:
        yield index
