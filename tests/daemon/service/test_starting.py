"""A daemon that cannot start lets go of everything, so that the next one can."""

from __future__ import annotations

import os
import stat

import pytest

from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.service.checkup import checkup
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.lock import hold


def test_what_was_started_is_closed_where_the_rest_fails() -> None:
    os.makedirs(places().socket)  # so that nothing can be listened at
    with pytest.raises(EarmarkError, match=os.path.basename(places().socket)):
        Daemon(places()).start()
    os.rmdir(places().socket)
    daemon = Daemon(places())
    daemon.start()
    daemon.close()


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
