"""What all requests need: the daemon that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark_daemon.service.daemon import Daemon


class AboutDaemon:
    """Requests of one subject; arguments and results are plain JSON data."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
