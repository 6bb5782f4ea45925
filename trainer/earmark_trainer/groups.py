"""Groups of processes: a process that leads one is ended together with all that it started."""

from __future__ import annotations

import os
import signal
from contextlib import suppress


def kill_group(leader: int) -> None:
    """Kill every process of the group that the process of this number leads, if there are any."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
