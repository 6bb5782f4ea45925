from __future__ import annotations

from pathlib import Path

import pytest

from earmark_daemon import index_faults
from earmark_daemon.errors import EarmarkError
from earmark_db.index import Index


def test_an_index_that_is_not_there_is_told_as_an_error(tmp_path: Path) -> None:
    with pytest.raises(EarmarkError) as raised, index_faults.reading(tmp_path / "index.db"):
        pass
    assert raised.value.problem.code == "no-index"


def test_what_fails_while_reading_is_told_as_an_error(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    Index.for_writing(path).close()
    with pytest.raises(EarmarkError) as raised, index_faults.reading(path) as index:
        index.roots.add("/pack")
    assert raised.value.problem.advice


def test_other_errors_pass_as_they_are() -> None:
    with pytest.raises(ZeroDivisionError), index_faults.told():
        raise ZeroDivisionError
