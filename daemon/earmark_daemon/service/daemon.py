"""The daemon's life: its parts and the local API, started and stopped together."""

from __future__ import annotations

from contextlib import ExitStack

from earmark_daemon.errors import Problem
from earmark_daemon.places import Places
from earmark_daemon.service.assembly import assemble, open_ground, requests_about
from earmark_daemon.service.lock import hold
from earmark_daemon.service.requests.server import Server
from earmark_daemon.service.stages.recovery import recover_undone, recover_written
from earmark_daemon.service.stages.stage import BUG
from earmark_daemon.settings import Settings


class Daemon:
    """Watches, hears, tags and writes until it is stopped.

    Attributes:
        places: where Earmark keeps what.
        index: what is known.
        feed: who is told.
        parts: what it is made of.
        condition: how it is.
        requests: what it can be asked.
    """

    def __init__(self, places: Places, *, watch: bool = True) -> None:
        """Open everything; nothing moves before `start`.

        Args:
            places: where Earmark keeps what.
            watch: False to do only what is asked for through `Requests`.

        Raises:
            EarmarkError: another daemon runs, or settings, index or model cannot be used.
        """
        self.places = places
        self._watch = watch
        self._server: Server | None = None
        with ExitStack() as opened:
            opened.callback(hold(places).release)
            ground = open_ground(places, opened)
            self.index, self.feed = ground.index, ground.feed
            self._choices, self._endpoint = ground.choices, ground.endpoint
            self.parts = assemble(ground, watching=watch)
            self.condition = self.parts.condition
            self.requests = requests_about(ground, self.parts)
            self._choices.have_follow(self._follow)
            self._opened = opened.pop_all()

    def start(self) -> None:
        """Finish what an earlier life left behind, then go; where that fails, close everything."""
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        recover_written(self.index, self.feed, self.parts.strays)
        recover_undone(self.index, self.parts.strays)
        if self._watch:
            self.parts.folders.start(self._choices.now)
        self.parts.wishes.start()
        self.parts.models.start()
        self.parts.stages.start()
        self._endpoint.start()
        self.parts.training.start()
        self._server = Server(self.places.socket, self.places.key, self.requests.call)
        self.condition.tell()

    def close(self) -> None:
        """Finish what is under way, then let go of everything; twice does no harm."""
        if self._watch:
            self.parts.folders.stop()
        self.parts.training.close()
        self.parts.stages.stop()
        self.feed.close()
        self._endpoint.close()  # first, for who asks about it waits for one that may be mute
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self._opened.close()

    def look(self) -> None:
        """Take up what nobody tells of: changed settings, and whether index and socket are there.

        Where nothing is to be done, forget some of what is not needed any more.
        Where a bug has ended the watching, stop and say so: what lands would go unnoticed.
        """
        self._choices.look()
        self.condition.look()
        self.parts.forgetting.look()
        if self._server is not None:
            self._server.look()
        if self._watch and not self.condition.stopping and not self.parts.folders.alive:
            problem = Problem(BUG, "Earmark stumbled over a mistake of its own in watching.")
            self.condition.set_trouble(problem)

    def _follow(self, settings: Settings) -> None:
        """All that follows changed settings."""
        if self._watch:
            self.parts.folders.follow(settings)
        self.parts.wishes.follow()
        self.parts.models.give(settings.tags)
        self.parts.stages.writing.wake()
        self.parts.stages.retagging.wake()
