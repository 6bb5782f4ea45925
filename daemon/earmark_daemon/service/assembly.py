"""What the daemon is made of, put together: each part gets what it needs. Nothing moves here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from earmark_daemon import index_faults
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.hearing.spectra import unpack
from earmark_daemon.learning.endpoint.remote import Endpoint
from earmark_daemon.places import Places
from earmark_daemon.processes import Workers
from earmark_daemon.service.alike.grouping import Grouping
from earmark_daemon.service.alike.mapping import SoundMap
from earmark_daemon.service.alike.similar import Similar
from earmark_daemon.service.choices import Choices
from earmark_daemon.service.condition import Condition, State
from earmark_daemon.service.deciding import Deciding
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.folders import WatchedFolders
from earmark_daemon.service.forgetting import Forgetting
from earmark_daemon.service.installation import own_installation
from earmark_daemon.service.labels.bringing import Bringing
from earmark_daemon.service.labels.labelling import Labelling
from earmark_daemon.service.labels.vocabulary import Vocabulary
from earmark_daemon.service.models.comparing import Comparing
from earmark_daemon.service.models.lineup import LineUp, Member
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.news import IndexKnown, IndexSink
from earmark_daemon.service.requests.all import Requests
from earmark_daemon.service.requests.endpoint import EndpointRequests
from earmark_daemon.service.requests.labels import LabelRequests
from earmark_daemon.service.requests.models import ModelRequests
from earmark_daemon.service.requests.review import ReviewRequests
from earmark_daemon.service.requests.running import RunningRequests
from earmark_daemon.service.requests.settings import SettingsRequests
from earmark_daemon.service.requests.sounds import SoundRequests
from earmark_daemon.service.requests.tagging import TaggingRequests
from earmark_daemon.service.requests.tags import TagRequests
from earmark_daemon.service.requests.training import TrainingRequests
from earmark_daemon.service.requests.undoing import UndoRequests
from earmark_daemon.service.stages.analysis import describe
from earmark_daemon.service.stages.hearing_job import HearingJob
from earmark_daemon.service.stages.retagging_job import RetaggingJob
from earmark_daemon.service.stages.stages import Stages
from earmark_daemon.service.stages.strays import Strays
from earmark_daemon.service.stages.undoing import Undoing
from earmark_daemon.service.stages.writing_job import WritingJob
from earmark_daemon.service.stages.writing_wishes import WritingWishes
from earmark_daemon.service.tag_choices import TagChoices
from earmark_daemon.service.training.here import Here
from earmark_daemon.service.training.jobs import Training
from earmark_daemon.service.training.material import Material
from earmark_daemon.service.updated import Updated
from earmark_daemon.tagging.synonyms import other_names
from earmark_db.index import Index


@dataclass(frozen=True)
class Ground:
    """What all parts stand on.

    Attributes:
        places: where Earmark keeps what.
        feed: who is told.
        choices: the settings in use.
        installation: the id of this Earmark.
        index: what is known, to be written to.
        reader: the same, to be read from beside a write.
        updated: what to say once another version of Earmark was installed.
        workers: who does what is heavy.
        base: the built-in model.
        endpoint: the paired trainer, if there is one.
    """

    places: Places
    feed: Feed
    choices: Choices
    installation: str
    index: Index
    reader: Index
    updated: Updated
    workers: Workers
    base: Member
    endpoint: Endpoint


@dataclass(frozen=True)
class Parts:
    """What lives as long as the daemon does, each documented in its own file."""

    models: Models
    wishes: WritingWishes
    deciding: Deciding
    strays: Strays
    stages: Stages
    undoing: Undoing
    condition: Condition
    forgetting: Forgetting
    folders: WatchedFolders
    material: Material
    training: Training

    def lineup(self) -> LineUp:
        """The models in use at the moment."""
        return self.models.lineup


def open_ground(places: Places, opened: ExitStack) -> Ground:
    """Open what all parts stand on; the caller holds the lock.

    Args:
        places: where Earmark keeps what.
        opened: closes it.

    Raises:
        EarmarkError: settings, index or model cannot be used.
    """
    feed = Feed()
    choices = Choices(places.settings, feed)
    installation = own_installation(places.installation)
    index = _open(places.index, opened, Index.for_writing)
    reader = _open(places.index, opened, partial(Index.for_reading, other_names=other_names()))
    updated = Updated()
    workers = Workers(choices.now.work.count, unfit=updated)
    opened.callback(workers.close)
    base = Member(BUILTIN, workers.submit(describe, str(BUILTIN)).result())
    endpoint = Endpoint(places.data / "endpoint", unpack)
    opened.callback(endpoint.close)
    return Ground(
        places=places,
        feed=feed,
        choices=choices,
        installation=installation,
        index=index,
        reader=reader,
        updated=updated,
        workers=workers,
        base=base,
        endpoint=endpoint,
    )


def assemble(ground: Ground, *, watching: bool) -> Parts:
    """Put the parts together; ``watching`` says whether folders are watched."""
    places, index, feed, workers = ground.places, ground.index, ground.feed, ground.workers
    choices, own_id = ground.choices, ground.installation

    def lineup() -> LineUp:
        return models.lineup

    def telling(path: str) -> str:
        return choices.now.telling(path)

    tags, strays = choices.now.tags, Strays()
    models = Models(
        index, feed, places.models, ground.base, lambda: stages.wake(), tags, ground.updated
    )
    wishes = WritingWishes(index, lambda: choices.now)
    deciding = Deciding(index, feed, lineup, wishes.wants, telling)
    hearing = HearingJob(index, feed, lineup, deciding)
    retagging = RetaggingJob(index, feed, lineup, deciding, models.unfit)
    writing = WritingJob(index, feed, lambda: choices.now.writing, wishes.wants, strays, own_id)
    jobs = (hearing, retagging, writing)
    stages = Stages(jobs, index.queue, workers, lambda problem: condition.set_trouble(problem))
    undoing = Undoing(index, feed, workers, stages.writing.resting, strays, own_id)
    condition = Condition(index, feed, stages, undoing, ground.updated, watching=watching)
    forgetting = Forgetting(index, lambda: condition.state is State.IDLE)
    sink = IndexSink(index, feed, stages.wake, condition.set_trouble)
    quiet = choices.now.watching.quiet_seconds
    folders = WatchedFolders(IndexKnown(index), sink, quiet, deciding.follow_names)
    material = Material(index, places.index, models, workers)
    where = (ground.endpoint, Here(workers, places.index, ground.base.info))
    training = Training(index, feed, models, material, where, places.data / "training")
    return Parts(
        models=models,
        wishes=wishes,
        deciding=deciding,
        strays=strays,
        stages=stages,
        undoing=undoing,
        condition=condition,
        forgetting=forgetting,
        folders=folders,
        material=material,
        training=training,
    )


def requests_about(ground: Ground, parts: Parts) -> Requests:
    """All that can be asked of these parts."""
    index, reader, choices, workers = ground.index, ground.reader, ground.choices, ground.workers
    models, stages, reconsider = parts.models, parts.stages, parts.deciding.reconsider
    embeddings = (index, reader, ground.places.index, workers, ground.base)
    vocabulary = Vocabulary(index, models, reconsider)
    bringing = Bringing(index, parts.lineup, stages.hearing.wake)
    grouping = Grouping(index, parts.lineup, workers)
    settings = SettingsRequests(choices, index, parts.folders)
    subjects = (
        settings,
        RunningRequests(parts.condition, index, models, ground.feed, settings.folders),
        SoundRequests(index, reader, Similar(*embeddings), SoundMap(*embeddings)),
        TaggingRequests(index, stages.wake),
        UndoRequests(index, choices, parts.undoing),
        LabelRequests(index, Labelling(index, parts.lineup, reconsider), stages.wake),
        ReviewRequests(reader, models, choices, bringing, grouping),
        TagRequests(reader, models, vocabulary, TagChoices(choices)),
        ModelRequests(models, Comparing(index, models, parts.deciding, workers)),
        TrainingRequests(parts.training, parts.material),
        EndpointRequests(ground.endpoint, parts.training),
    )
    return Requests(subjects, choices)


def _open(path: Path, opened: ExitStack, how: Callable[[Path], Index]) -> Index:
    with index_faults.told():
        index = how(path)
    opened.callback(index.close)
    return index
