"""A daemon that cannot start lets go of everything, so that the next one can."""

from __future__ import annotations

import os

import pytest

from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon


def test_what_was_started_is_closed_where_the_rest_fails() -> None:
    os.makedirs(places().socket)  # so that nothing can be listened at
    with pytest.raises(OSError, match=os.path.basename(places().socket)):
        Daemon(places()).start()
    os.rmdir(places().socket)
    daemon = Daemon(places())
    daemon.start()
    daemon.close()
