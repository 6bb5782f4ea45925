"""What holds of every request."""

from __future__ import annotations

from typing import Any

import pytest

from earmark_daemon.errors import EarmarkError
from earmark_daemon.service.daemon import Daemon

HUGE = 1 << 63
"""One more than fits into an integer of SQLite's."""


def test_a_number_that_no_index_holds_is_told_in_words(daemon: Daemon) -> None:
    requests: dict[str, dict[str, Any]] = {
        "training_job": {"id": HUGE},
        "cancel_training": {"id": HUGE},
        "undo_merge": {"id": HUGE},
        "undoable": {"since": HUGE},
        "search": {"query": "kick", "most": HUGE},
        "problems": {"offset": HUGE},
    }
    for method, arguments in requests.items():
        with pytest.raises(EarmarkError, match="larger than Earmark can count to"):
            daemon.requests.call(method, arguments)
