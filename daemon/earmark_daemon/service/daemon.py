"""The daemon: rooms, stages and the local API, started and stopped together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from earmark_daemon import index_faults
from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.hearing.again import Answers
from earmark_daemon.hearing.modelfile import BUILTIN, ModelInfo
from earmark_daemon.hearing.spectra import unpack
from earmark_daemon.learning.endpoint.remote import Endpoint
from earmark_daemon.places import Places
from earmark_daemon.processes import Workers
from earmark_daemon.service.alike.grouping import Grouping
from earmark_daemon.service.alike.mapping import SoundMap
from earmark_daemon.service.alike.similar import Similar
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
from earmark_daemon.service.stages.analysis import Analysis, describe
from earmark_daemon.service.stages.hearing_job import HearingJob
from earmark_daemon.service.stages.recovery import recover_undone, recover_written
from earmark_daemon.service.stages.retagging_job import AT_ONCE, RetaggingJob
from earmark_daemon.service.stages.stage import BUG, Stage
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.service.stages.undoing import Undoing
from earmark_daemon.service.stages.writing_job import WritingJob, Written
from earmark_daemon.service.stages.writing_wishes import WritingWishes
from earmark_daemon.service.tag_choices import TagChoices
from earmark_daemon.service.training.here import Here
from earmark_daemon.service.training.jobs import Training
from earmark_daemon.service.training.material import Material
from earmark_daemon.settings import Folder, Settings, Tags
from earmark_daemon.settings_file import load
from earmark_daemon.tagging.synonyms import other_names
from earmark_db.errors import IndexFault
from earmark_db.index import Index


class State(StrEnum):
    """What the daemon is doing, at a glance."""

    IDLE = "idle"
    WORKING = "working"
    PAUSED = "paused"
    TROUBLE = "trouble"


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
        self._trouble: Problem | None = None
        self._told: Problem | None = None
        self._paused = False
        self._stop = threading.Event()
        self._reloading = threading.Lock()
        self._watch = watch
        self._server: Server | None = None
        with ExitStack() as opened:
            opened.callback(hold(places).release)
            self._settings_stamp = _changed_at(places.settings)
            self._settings_problem: Problem | None = None
            self.settings: Settings = load(places.settings)
            self._named = self.settings
            self._installation = own_installation(places.installation)
            self.index = self._open(opened, Index.for_writing)
            self.reader = self._open(opened, partial(Index.for_reading, other_names=other_names()))
            self.workers = Workers(self.settings.work.count)
            opened.callback(self.workers.close)
            self.model: ModelInfo = self.workers.submit(describe, str(BUILTIN)).result()
            self.endpoint = Endpoint(places.data / "endpoint", unpack)
            opened.callback(self.endpoint.close)
            self._build_stages()
            self.tag_choices = TagChoices(places.settings, self._tags, self.reload)
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
            watched = tuple(Folder(root.path) for root in self.index.roots.all())
            self._named = replace(self.settings, folders=watched)
            self._follow_names()
            self._folders.start(self.settings)
        self._wishes.start()
        self.models.start()
        for stage in self._stages:
            stage.start()
        self.endpoint.start()
        self.training.start()
        self._server = Server(self.places.socket, self.places.key, self.requests.call)
        self.feed.tell("state", state=self.state.value)

    def ask_to_stop(self) -> None:
        """Have whoever runs the daemon close it soon."""
        self._stop.set()
        self.feed.tell("stopping")

    def close(self) -> None:
        """Finish what is under way, then let go of everything."""
        if self._watch:
            self._folders.stop()
        self.training.close()
        for stage in self._stages:
            stage.stop()
        self.feed.close()
        self.endpoint.close()  # first, for who asks about a trainer waits for one that may be mute
        if self._server is not None:
            self._server.close()
        self._opened.close()

    @property
    def stopping(self) -> bool:
        """Whether somebody has asked to stop."""
        return self._stop.is_set()

    @property
    def watching(self) -> bool:
        """Whether it watches folders and stays, rather than do only what a command asks for."""
        return self._watch

    @property
    def trouble(self) -> Problem | None:
        """What keeps it from its work, if anything does."""
        try:
            self.index.check_place()
        except IndexFault as fault:
            return index_faults.problem_of(fault)
        return self._trouble

    @property
    def state(self) -> State:
        """What the daemon is doing."""
        if self.trouble:
            return State.TROUBLE
        if self._paused:
            return State.PAUSED
        busy = self.undoing.busy or any(stage.busy for stage in self._stages)
        return State.WORKING if busy else State.IDLE

    def wake(self) -> None:
        """There may be something to hear or to write."""
        for stage in self._stages:
            stage.wake()

    def pause(self, paused: bool) -> None:
        """Take no new work, or go on."""
        self._paused = paused
        for stage in self._stages:
            stage.pause(paused)
        self.feed.tell("state", state=self.state.value)

    def reload(self) -> None:
        """Take a changed settings file into use; a wrong one changes nothing."""
        with self._reloading:
            new = self.settings = load(self.places.settings)
            if self._watch:
                self._follow_names()
                self._folders.follow(new)
            self._wishes.follow()
            self.models.give(new.tags)
        self._writing.wake()
        self._retagging.wake()
        self.feed.tell("settings")

    def look_at_settings(self) -> None:
        """Take the settings file into use if somebody has changed it; say so once if that fails."""
        stamp = _changed_at(self.places.settings)
        if stamp == self._settings_stamp:
            return
        try:
            with index_faults.told():
                self.reload()
            self._settings_stamp, self._settings_problem = stamp, None
        except EarmarkError as error:
            if error.problem != self._settings_problem:
                path = str(self.places.settings)
                self.feed.tell("trouble", path=path, reason=str(error.problem))
            self._settings_problem = error.problem

    def look_at_index(self) -> None:
        """Tell once when the index goes from its place, and when it is back."""
        if self.trouble != self._told:
            self._tell_trouble()

    def look_at_watching(self) -> None:
        """Stop, and say so, where a bug has ended the watching: what lands would go unnoticed."""
        if self._watch and not self.stopping and not self._folders.alive:
            self._set_trouble(
                Problem(BUG, "Earmark stumbled over a mistake of its own in watching.")
            )

    def rescan(self, path: str | None) -> None:
        """Compare a folder, or every one, with the disk now."""
        self._folders.rescan(path)

    def absences(self) -> dict[str, Problem]:
        """Why watched folders are held to be away though something is there, by their paths."""
        return self._folders.absences()

    def _follow_names(self) -> None:
        """Have names count from the watched folders on, before the index knows of these.

        Where that fails, the next call does it, or the next start, which compares with the index.
        """
        self._deciding.follow_names(self._named, self.settings)
        self._named = self.settings

    def _open(self, opened: ExitStack, how: Callable[[Path], Index]) -> Index:
        with index_faults.told():
            index = how(self.places.index)
        opened.callback(index.close)
        return index

    def _build_stages(self) -> None:
        base = Member(BUILTIN, self.model)
        self.models = Models(
            self.index, self.feed, self.places.models, base, self.wake, self.settings.tags
        )
        self._wishes = WritingWishes(self.index, lambda: self.settings)
        deciding = Deciding(
            self.index,
            self.feed,
            self._lineup,
            self._wishes.wants,
            lambda path: self.settings.telling(path),
        )
        self._deciding = deciding
        hearing = HearingJob(self.index, self.feed, self._lineup, deciding)
        retagging = RetaggingJob(self.index, self.feed, self._lineup, deciding, self.models.unfit)
        self._strays = Strays()
        writing = WritingJob(
            self.index,
            self.feed,
            lambda: self.settings.writing,
            self._wishes.wants,
            self._strays,
            self._installation,
        )
        self._writing: Stage[Written] = Stage(
            writing, self.index.queue, self.workers, self._set_trouble
        )
        self._hearing: Stage[Analysis] = Stage(
            hearing, self.index.queue, self.workers, self._set_trouble, then=self._heard
        )
        self._retagging: Stage[Answers] = Stage(
            retagging, self.index.queue, self.workers, self._set_trouble, self._retagged, AT_ONCE
        )
        self._stages: tuple[Stage[Any], ...] = (self._hearing, self._retagging, self._writing)
        self._build_answers(base, deciding)
        sink = IndexSink(self.index, self.feed, self.wake, self._set_trouble)
        quiet = self.settings.watching.quiet_seconds
        self._folders = WatchedFolders(IndexKnown(self.index), sink, quiet)

    def _build_answers(self, base: Member, deciding: Deciding) -> None:
        """What requests are answered by, beside the stages."""
        self.comparing = Comparing(self.index, self.models, deciding, self.workers)
        self.similar = Similar(self.index, self.reader, self.places.index, self.workers, base)
        self.map = SoundMap(self.index, self.reader, self.places.index, self.workers, base)
        self.undoing = Undoing(
            self.index,
            self.feed,
            self.workers,
            self._writing.resting,
            self._strays,
            self._installation,
        )
        self.bringing = Bringing(self.index, self._lineup, self._hearing.wake)
        self.grouping = Grouping(self.index, self._lineup, self.workers)
        self.labelling = Labelling(self.index, self._lineup, deciding.reconsider)
        self.material = Material(self.index, self.places.index, self.models, self.workers)
        self.training = self._build_training()
        self.vocabulary = Vocabulary(self.index, self.models, deciding.reconsider)

    def _build_training(self) -> Training:
        places = (self.endpoint, Here(self.workers, self.places.index, self.model))
        folder = self.places.data / "training"
        return Training(self.index, self.feed, self.models, self.material, places, folder)

    def _tags(self) -> Tags:
        return self.settings.tags

    def _lineup(self) -> LineUp:
        return self.models.lineup

    def _heard(self) -> None:
        self._writing.wake()
        self._retagging.wake()

    def _retagged(self) -> None:
        self._writing.wake()
        self._hearing.wake()

    def _set_trouble(self, problem: Problem | None) -> None:
        self._trouble = problem
        if problem and problem.code == BUG:
            self._stop.set()
        self._tell_trouble()

    def _tell_trouble(self) -> None:
        problem = self._told = self.trouble
        self.feed.tell("state", state=self.state.value, reason=str(problem) if problem else None)


def _changed_at(path: Path) -> int | None:
    """When a file was last changed, in nanoseconds; None where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
