"""A daemon whose watching has ended by a bug does not go on as if all were well."""

from __future__ import annotations

import pytest
from tests.waiting import until

from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.stages.stage import BUG


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_it_stops_and_says_why(daemon: Daemon) -> None:
    def bug() -> None:
        raise ZeroDivisionError

    daemon.look()
    assert not daemon.condition.stopping
    daemon.parts.folders._coordinator._inbox.post(bug)
    until(lambda: not daemon.parts.folders.alive, "the bug has struck")
    daemon.look()
    assert daemon.condition.stopping
    assert daemon.condition.trouble is not None
    assert daemon.condition.trouble.code == BUG


def test_one_that_was_asked_to_stop_does_so_without_trouble(daemon: Daemon) -> None:
    daemon.requests.call("stop", {})
    daemon.parts.folders.stop()
    daemon.look()
    assert daemon.condition.trouble is None
