"""What windows, tray and command line ask for is there to be asked."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import earmark_daemon.cli
import earmark_tray
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon

_ASKED = re.compile(r'\b(?:ask|call)\(\s*"(\w+)"')


def test_every_request_that_is_made_is_answered() -> None:
    with closing(Daemon(places(), watch=False)) as daemon:
        answered = daemon.requests.methods.keys()
    for package in (earmark_tray, earmark_daemon.cli):
        asked = {
            name
            for file in Path(str(package.__file__)).parent.rglob("*.py")
            for name in _ASKED.findall(file.read_text(encoding="utf-8"))
        }
        assert len(asked) > 10
        assert sorted(asked - answered) == []
