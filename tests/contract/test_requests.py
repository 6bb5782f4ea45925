"""What windows, tray and command line ask for is there to be asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import earmark_daemon.cli
import earmark_tray
from earmark_daemon.service.requests.all import Requests

_ASKED = re.compile(r'\b(?:ask|call)\(\s*"(\w+)"')


@pytest.mark.parametrize("package", [earmark_tray, earmark_daemon.cli])
def test_every_request_that_is_made_is_answered(package: object) -> None:
    folder = Path(str(getattr(package, "__file__", ""))).parent
    asked = {
        name
        for file in folder.rglob("*.py")
        for name in _ASKED.findall(file.read_text(encoding="utf-8"))
    }
    assert len(asked) > 10
    assert sorted(name for name in asked if not hasattr(Requests, name)) == []
