"""Who an Earmark is among those that write into the same files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.installation import UNKNOWN, installation_at, own_installation


def test_a_home_keeps_its_id_and_another_has_another(tmp_path: Path) -> None:
    here = tmp_path / "installation.id"
    assert installation_at(here) == UNKNOWN
    made = own_installation(here)
    assert own_installation(here) == installation_at(here) == made
    assert own_installation(Path(shutil.copy(here, tmp_path / "restored"))) == made
    assert own_installation(tmp_path / "another") != made


@pytest.mark.parametrize("text", ["", "\0" * 16, "ü", "someone"])
def test_what_is_no_id_is_made_anew(tmp_path: Path, text: str) -> None:
    here = tmp_path / "installation.id"
    here.write_text(text, "latin-1")
    made = own_installation(here)
    assert installation_at(here) == made != UNKNOWN


def test_a_place_that_cannot_hold_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EarmarkError, match="cannot write to its own folder"):
        own_installation(tmp_path / "file" / "installation.id")


def test_the_id_outlives_the_index() -> None:
    for _ in range(2):
        daemon = Daemon(places(), watch=False)
        daemon.close()
        kept = installation_at(places().installation)
        places().index.unlink()
    assert installation_at(places().installation) == kept != UNKNOWN
