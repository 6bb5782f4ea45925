"""The daemon: rooms, stages and the local API, started and stopped together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from earmark_daemon import index_faults
from earmark_daemon.errors import Problem
from earmark_daemon.hearing.modelfile import BUILTIN, ModelInfo
from earmark_daemon.hearing.spectra import unpack
from earmark_daemon.learning.endpoint.remote import Endpoint
from earmark_daemon.places import Places
from earmark_daemon.processes import Workers
from earmark_daemon.service.alike.grouping import Grouping
from earmark_daemon.service.alike.mapping import SoundMap
from earmark_daemon.service.alike.similar import Similar
from earmark_daemon.service.choices import Choices
from earmark_daemon.service.condition import Condition
from earmark_daemon.service.deciding import Deciding
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.folders import WatchedFolders
from earmark_daemon.service.installation import own_installation
from earmark_daemon.service.labels.bringing import Bringing
from earmark_daemon.service.labels.labelling import Labelling
from earmark_daemon.service.labels.vocabulary import Vocabulary
from earmark_daemon.service.lock import hold
from earmark_daemon.service.models.comparing import Comparing
from earmark_daemon.service.models.lineup import LineUp, Member
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.news import IndexKnown, IndexSink
from earmark_daemon.service.requests.all import Requests
from earmark_daemon.service.requests.server import Server
from earmark_daemon.service.stages.analysis import describe
from earmark_daemon.service.stages.hearing_job import HearingJob
from earmark_daemon.service.stages.recovery import recover_undone, recover_written
from earmark_daemon.service.stages.retagging_job import RetaggingJob
from earmark_daemon.service.stages.stage import BUG
from earmark_daemon.service.stages.stages import Stages
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.service.stages.undoing import Undoing
from earmark_daemon.service.stages.writing_job import WritingJob
from earmark_daemon.service.stages.writing_wishes import WritingWishes
from earmark_daemon.service.tag_choices import TagChoices
from earmark_daemon.service.training.here import Here
from earmark_daemon.service.training.jobs import Training
from earmark_daemon.service.training.material import Material
from earmark_daemon.settings import Settings
from earmark_daemon.tagging.synonyms import other_names
from earmark_db.index import Index


class Daemon:
    """Watches, hears, tags and writes until it is stopped."""

    def __init__(self, places: Places, *, watch: bool = True) -> None:
        """Open everything; nothing moves before `start`.

        Args:
            places: where Earmark keeps what.
            watch: False to do only what is asked for through `Requests`.

        Raises:
            EarmarkError: another daemon runs, or settings, index or model cannot be used.
        """
        self.places = places
        self.feed = Feed()
        self._watch = watch
        self._server: Server | None = None
        with ExitStack() as opened:
            opened.callback(hold(places).release)
            self.choices = Choices(places.settings, self.feed)
            self._installation = own_installation(places.installation)
            self.index = self._open(opened, Index.for_writing)
            self.reader = self._open(opened, partial(Index.for_reading, other_names=other_names()))
            self.workers = Workers(self.choices.now.work.count)
            opened.callback(self.workers.close)
            self.model: ModelInfo = self.workers.submit(describe, str(BUILTIN)).result()
            self.endpoint = Endpoint(places.data / "endpoint", unpack)
            opened.callback(self.endpoint.close)
            self._build_stages()
            self.tag_choices = TagChoices(self.choices)
            self.choices.have_follow(self._follow)
            self.requests = Requests(self)
            self._opened = opened.pop_all()

    def start(self) -> None:
        """Finish what an earlier life left behind, then go; where that fails, close everything."""
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        recover_written(self.index, self.feed, self._strays)
        recover_undone(self.index, self._strays)
        if self._watch:
            self.folders.start(self.choices.now)
        self._wishes.start()
        self.models.start()
        self.stages.start()
        self.endpoint.start()
        self.training.start()
        self._server = Server(self.places.socket, self.places.key, self.requests.call)
        self.condition.tell()

    def close(self) -> None:
        """Finish what is under way, then let go of everything."""
        if self._watch:
            self.folders.stop()
        self.training.close()
        self.stages.stop()
        self.feed.close()
        self.endpoint.close()  # first, for who asks about a trainer waits for one that may be mute
        if self._server is not None:
            self._server.close()
        self._opened.close()

    def look(self) -> None:
        """Take changes of settings and index into account that nobody tells of.

        Where a bug has ended the watching, stop and say so: what lands would go unnoticed.
        """
        self.choices.look()
        self.condition.look()
        if self._watch and not self.condition.stopping and not self.folders.alive:
            problem = Problem(BUG, "Earmark stumbled over a mistake of its own in watching.")
            self.condition.set_trouble(problem)

    def _follow(self, settings: Settings) -> None:
        """All that follows changed settings."""
        if self._watch:
            self.folders.follow(settings)
        self._wishes.follow()
        self.models.give(settings.tags)
        self.stages.writing.wake()
        self.stages.retagging.wake()

    def _open(self, opened: ExitStack, how: Callable[[Path], Index]) -> Index:
        with index_faults.told():
            index = how(self.places.index)
        opened.callback(index.close)
        return index

    def _build_stages(self) -> None:
        base = Member(BUILTIN, self.model)
        tags = self.choices.now.tags
        self.models = Models(
            self.index, self.feed, self.places.models, base, lambda: self.stages.wake(), tags
        )
        self._wishes = WritingWishes(self.index, lambda: self.choices.now)
        self.deciding = Deciding(
            self.index,
            self.feed,
            self._lineup,
            self._wishes.wants,
            lambda path: self.choices.now.telling(path),
        )
        self._strays = Strays()
        jobs = (
            HearingJob(self.index, self.feed, self._lineup, self.deciding),
            RetaggingJob(self.index, self.feed, self._lineup, self.deciding, self.models.unfit),
            WritingJob(
                self.index,
                self.feed,
                lambda: self.choices.now.writing,
                self._wishes.wants,
                self._strays,
                self._installation,
            ),
        )
        self.stages = Stages(jobs, self.index.queue, self.workers, self._trouble)
        self._build_answers(base, self.deciding)
        self.condition = Condition(
            self.index, self.feed, self.stages, self.undoing, watching=self._watch
        )
        sink = IndexSink(self.index, self.feed, self.stages.wake, self._trouble)
        quiet = self.choices.now.watching.quiet_seconds
        follow_names = self.deciding.follow_names
        self.folders = WatchedFolders(IndexKnown(self.index), sink, quiet, follow_names)

    def _build_answers(self, base: Member, deciding: Deciding) -> None:
        """What requests are answered by, beside the stages."""
        self.comparing = Comparing(self.index, self.models, deciding, self.workers)
        self.similar = Similar(self.index, self.reader, self.places.index, self.workers, base)
        self.map = SoundMap(self.index, self.reader, self.places.index, self.workers, base)
        self.undoing = Undoing(
            self.index,
            self.feed,
            self.workers,
            self.stages.writing.resting,
            self._strays,
            self._installation,
        )
        self.bringing = Bringing(self.index, self._lineup, self.stages.hearing.wake)
        self.grouping = Grouping(self.index, self._lineup, self.workers)
        self.labelling = Labelling(self.index, self._lineup, deciding.reconsider)
        self.material = Material(self.index, self.places.index, self.models, self.workers)
        self.training = self._build_training()
        self.vocabulary = Vocabulary(self.index, self.models, deciding.reconsider)

    def _build_training(self) -> Training:
        places = (self.endpoint, Here(self.workers, self.places.index, self.model))
        folder = self.places.data / "training"
        return Training(self.index, self.feed, self.models, self.material, places, folder)

    def _lineup(self) -> LineUp:
        return self.models.lineup

    def _trouble(self, problem: Problem | None) -> None:
        self.condition.set_trouble(problem)
