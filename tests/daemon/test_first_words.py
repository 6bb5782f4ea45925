"""What is said before anything has been heard, and of folders where a sound is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.db.conftest import index

from earmark_daemon.cli.finding import copies, search
from earmark_daemon.cli.labels import export_labels
from earmark_daemon.cli.tags import next_to_label
from earmark_daemon.errors import EarmarkError
from earmark_daemon.service.checkup import checkup
from earmark_daemon.service.known import known
from earmark_daemon.service.stages.analysis import analyse
from earmark_db.index import Index

__all__ = ["index"]


def test_where_nothing_was_heard_it_is_said_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    for ask in (copies, next_to_label):
        ask()
        said = capsys.readouterr().out
        assert said == "No sound has been heard yet. Add a folder: earmark watch add FOLDER\n"
    search(['"deep house"'])
    assert capsys.readouterr().out == 'No sound matches "deep house".\n'


def test_a_tag_set_that_there_is_not_is_said_to_have_no_labels(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    for refused in (lambda: next_to_label("nosuch"), lambda: export_labels(table, "nosuch")):
        with pytest.raises(EarmarkError, match="Nothing has been labelled with tags of “nosuch”"):
            refused()
    next_to_label("instrument")
    assert not table.exists()


def test_doctor_says_what_is_not_there_yet() -> None:
    told = [check["what"] for check in checkup()]
    assert any(what.startswith("There is no settings file") for what in told)
    assert "No folder is watched yet. Add one: earmark watch add FOLDER" in told


def test_a_folder_is_called_one(index: Index, tmp_path: Path) -> None:
    with pytest.raises(EarmarkError, match="This is a folder"):
        known(index, str(tmp_path))
    (found,) = analyse([str(tmp_path)], [None], "no model is asked")
    assert str(found) == "This is a folder. Name a sound that lies in it."
