"""What is said of a tag set whose letters cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from earmark_daemon.cli.app import app
from earmark_daemon.places import places

NO_TEXT = "x\udcff"


@pytest.mark.parametrize(
    "words",
    [
        ["tags", "next", "--tag-set"],
        ["tags", "overview", "--tag-set"],
        ["train", "--tag-set"],
        ["labels", "export", "labels.csv", "--tag-set"],
        ["models", "rollback"],
    ],
)
def test_it_is_refused_before_anything_is_asked(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [*words, NO_TEXT], env={"COLUMNS": "200"})
    told = " ".join(done.output.replace("│", " ").split())
    assert (done.exit_code, "its letters are not in UTF-8" in told) == (2, True), told
    assert not places().index.exists()
