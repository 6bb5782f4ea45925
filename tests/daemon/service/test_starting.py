"""A daemon that cannot start lets go of everything, so that the next one can."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from earmark_daemon.cli import asking
from earmark_daemon.cli.asking import daemon_here
from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.service.checkup import checkup
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.lock import hold, holder


def test_what_was_started_is_closed_where_the_rest_fails() -> None:
    os.makedirs(places().socket)  # so that nothing can be listened at
    with pytest.raises(EarmarkError, match=os.path.basename(places().socket)):
        Daemon(places()).start()
    os.rmdir(places().socket)
    daemon = Daemon(places())
    daemon.start()
    daemon.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a lock")
def test_who_holds_the_index_and_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.0)
    assert holder(places()) is None
    lock = hold(places())
    try:
        with pytest.raises(EarmarkError, match=f"has not answered.* end it: kill {os.getpid()}$"):
            daemon_here(watch=True)
    finally:
        lock.release()
    assert holder(places()) is None


def test_a_command_that_answers_is_not_to_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.0)
    own = Daemon(places(), watch=False)
    own.start()
    try:
        with pytest.raises(EarmarkError, match=r"running already.*earmark status"):
            daemon_here(watch=True)
    finally:
        own.close()


@pytest.mark.parametrize("there", [None, 0o755, 0o750])
def test_what_it_makes_is_for_its_user_alone_and_what_was_there_stays(there: int | None) -> None:
    home = places().data
    before = os.umask(0o022)
    try:
        if there is not None:
            home.mkdir()
            home.chmod(there)
        hold(places()).release()
    finally:
        os.umask(before)
    assert stat.S_IMODE(home.stat().st_mode) == (there or 0o700)
    (said,) = (
        check for check in checkup() if str(home) in check["what"] and "look" in check["what"]
    )
    assert said["ok"]
    assert ("chmod 700" in said["what"]) == (there is not None)
