"""What the icon leaves on the disk where it is the first of Earmark's to start."""

from __future__ import annotations

import os
import stat

import pytest

from earmark_daemon.api import places
from earmark_tray import panel, tray


def test_the_folder_that_it_makes_is_for_its_user_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "shows_no_icons", lambda: True)
    before = os.umask(0o022)
    try:
        assert tray.run() == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(places().data.stat().st_mode) == 0o700
