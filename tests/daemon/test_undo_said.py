"""What `earmark undo` says where there is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark_daemon.cli.undoing import undo
from earmark_daemon.errors import EarmarkError


def test_a_mistyped_path_is_not_as_it_should_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Samples").mkdir()
    undo(tmp_path / "Samples")
    assert capsys.readouterr().out == "There is nothing to take back.\n"
    with pytest.raises(EarmarkError, match="no such file or folder"):
        undo(tmp_path / "Sampels")
    assert not capsys.readouterr().out
