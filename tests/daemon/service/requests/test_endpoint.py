"""A daemon that ends does not wait for a trainer, and says so to who asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.daemon.learning.endpoint.mute import Mute, mute

from earmark_daemon.api import local_client
from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.service.daemon import Daemon

__all__ = ["mute"]


def test_a_trainer_that_does_not_answer_holds_up_no_end(mute: Mute) -> None:
    daemon = Daemon(places())
    daemon.start()
    with ThreadPoolExecutor(2) as pool:
        asking = pool.submit(local_client().call, "pair_endpoint", line=mute.line)
        assert mute.asked.wait(60)
        pool.submit(daemon.close).result(timeout=30)
        with pytest.raises(EarmarkError, match="stopped before the trainer had answered"):
            asking.result(timeout=30)
