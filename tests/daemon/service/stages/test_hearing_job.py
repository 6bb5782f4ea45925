"""Hearing with models that come, stumble, or need a file that is no longer as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.audio_files import crack, thump, write
from tests.made_models import BASE, loudness_model, steady_head

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.hearing.listen import Heard, listen
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.hearing.spectra import frontend_identity
from earmark_daemon.processes import Workers
from earmark_daemon.service.deciding import Deciding
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.labels.labelling import Labelling
from earmark_daemon.service.models.lineup import Member
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.stages import analysis
from earmark_daemon.service.stages.analysis import Analysis
from earmark_daemon.service.stages.hearing_job import HearingJob
from earmark_daemon.service.stages.retagging_job import RetaggingJob
from earmark_daemon.service.stages.undoing import TAKEN_BACK
from earmark_daemon.settings import Tags
from earmark_db.forgetting import KEPT_SECONDS
from earmark_db.index import Index
from earmark_db.records import Arrival, FileState, Stamp, Step, Task


class Asked:
    """Remembers what a worker would be asked."""

    def __init__(self) -> None:
        self.arguments: tuple[Any, ...] = ()

    def submit(self, function: Any, *arguments: Any) -> Future[Any]:
        self.arguments = arguments
        return Future()

    @property
    def known(self) -> list[str | None]:
        return list(self.arguments[1])

    @property
    def others(self) -> list[str]:
        return list(self.arguments[3])


@pytest.fixture
def models(index: Index, tmp_path: Path) -> Models:
    return Models(index, Feed(), tmp_path / "models", Member(BUILTIN, BASE), lambda: None, Tags())


@pytest.fixture
def job(index: Index, models: Models) -> HearingJob:
    deciding = Deciding(index, Feed(), lambda: models.lineup, lambda path: False)
    return HearingJob(index, Feed(), lambda: models.lineup, deciding)


FAR = float("inf")


def arrived(index: Index, path: str, root: int | None = None) -> None:
    index.files.arrived([Arrival(path, Stamp.of(os.stat(path)), root)])


def due(index: Index) -> list[Task]:
    return index.queue.due(Step.HEAR, 10)


def use(models: Models, tmp_path: Path, **scores: float) -> str:
    steady_head(tmp_path / "head.onnx", scores)
    digest = str(models.add(tmp_path / "head.onnx", "local")["digest"])
    models.use(digest)
    return digest


def hear(job: HearingJob, index: Index, workers: Workers) -> list[Analysis | Problem]:
    tasks = due(index)
    results = job.begin(workers, tasks).result()
    job.finish(list(zip(tasks, results, strict=True)))
    return results


def test_what_was_taken_back_stays_out_where_it_comes_from_elsewhere_and_is_not_asked_for(
    index: Index, job: HearingJob, workers: Workers, tmp_path: Path
) -> None:
    def stays_out(path: Path, *, first: bool = False) -> bool:
        index.files.arrived([Arrival(str(path), Stamp.of(path.stat()), None, first=first)])
        (task,) = due(index)
        hear(job, index, workers)
        return not index.files.may_be_written(task.file_id)

    old = Path(write(tmp_path / "old" / "a.wav"))
    assert not stays_out(old)
    record = index.lookup.by_path(str(old))
    assert record is not None
    index.files.set_written(record.id, None, TAKEN_BACK)
    assert stays_out(old)
    assert not stays_out(Path(write(tmp_path / "copy" / "a.wav")))
    old.unlink()
    assert stays_out(Path(write(tmp_path / "new" / "a.wav")))
    index.files.gone([str(old)])
    assert stays_out(Path(write(tmp_path / "newer" / "a.wav")))
    assert not stays_out(Path(write(tmp_path / "newer" / "b.wav")))
    assert not stays_out(Path(write(tmp_path / "asked" / "a.wav")), first=True)
    assert not stays_out(Path(write(tmp_path / "other" / "a.wav", thump(0.1))))


def test_a_model_that_comes_while_a_sound_is_heard_is_asked_afterwards(
    index: Index, models: Models, job: HearingJob, workers: Workers, tmp_path: Path
) -> None:
    arrived(index, write(tmp_path / "a.wav"))
    tasks = due(index)
    under_way = job.begin(workers, tasks)
    use(models, tmp_path, shiny=0.9)
    assert index.queue.waiting()["retag"] == 0
    job.finish(list(zip(tasks, under_way.result(), strict=True)))
    assert index.queue.waiting() == {"hear": 0, "retag": 1, "write": 0}


def test_what_every_model_has_heard_is_not_heard_again(
    index: Index, models: Models, job: HearingJob, workers: Workers, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.wav")
    arrived(index, path)
    hear(job, index, workers)
    arrived(index, path)
    asked = Asked()
    job.begin(asked, due(index))  # type: ignore[arg-type]
    assert asked.known != [None]
    use(models, tmp_path, shiny=0.9)
    job.begin(asked, due(index))  # type: ignore[arg-type]
    assert asked.known == [None]
    (result,) = hear(job, index, workers)
    assert isinstance(result, Analysis)
    assert result.heard is not None
    assert index.queue.waiting()["retag"] == 0


def test_a_sound_that_comes_back_after_it_was_forgotten_is_tagged_as_a_new_one(
    index: Index, job: HearingJob, workers: Workers, tmp_path: Path
) -> None:
    path = write(tmp_path / "kick.wav")
    for each in (path, write(tmp_path / "other.wav", thump(0.1))):
        arrived(index, each)
    hear(job, index, workers)
    before = index.lookup.by_path(path)
    assert before is not None
    assert before.content is not None
    said, spectrogram = heard_of(index, before.content)
    index.files.gone([path])
    for now in (1.0, 1.0 + KEPT_SECONDS):
        assert index.forgetting.some(0, 100, now) is None
    assert heard_of(index, before.content) == ({}, None)
    arrived(index, path)
    hear(job, index, workers)
    after = index.lookup.by_path(path)
    assert after is not None
    assert after.tags == before.tags != ()
    assert heard_of(index, before.content) == (said, spectrogram)


def heard_of(index: Index, content: str) -> tuple[dict[str, dict[str, float]], bytes | None]:
    frontend = frontend_identity(BASE.frontend)
    return index.verdicts.of(content), index.verdicts.spectrogram(content, frontend)


def test_no_sound_is_heard_by_another_built_in_model_than_the_daemon_knows(
    index: Index, workers: Workers, tmp_path: Path
) -> None:
    builtin = tmp_path / "builtin.onnx"
    models = Models(index, Feed(), tmp_path / "m", Member(builtin, BASE), lambda: None, Tags())
    deciding = Deciding(index, Feed(), lambda: models.lineup, lambda path: False)
    job = HearingJob(index, Feed(), lambda: models.lineup, deciding)
    arrived(index, write(tmp_path / "a.wav"))
    loudness_model(builtin)
    with pytest.raises(EarmarkError, match="replaced"):
        hear(job, index, workers)
    shutil.copy(BUILTIN, builtin)
    (result,) = hear(job, index, workers)
    assert isinstance(result, Analysis)
    assert result.heard is not None
    assert result.heard.first.model == BASE.digest


def test_a_sound_that_failed_is_tried_with_the_built_in_model_alone(
    index: Index, models: Models, job: HearingJob, tmp_path: Path
) -> None:
    arrived(index, write(tmp_path / "a.wav"))
    use(models, tmp_path, shiny=0.9)
    (task,) = due(index)
    asked = Asked()
    job.begin(asked, [task])  # type: ignore[arg-type]
    assert len(asked.others) == 1
    job.begin(asked, [replace(task, attempts=1)])  # type: ignore[arg-type]
    assert asked.others == []


def test_a_sound_that_may_not_be_read_is_tried_again_however_late(
    index: Index, job: HearingJob, tmp_path: Path
) -> None:
    arrived(index, write(tmp_path / "a.wav"))
    (task,) = due(index)
    forbidden = Problem("no-permission", "Earmark may not read this file.")
    job.finish([(replace(task, attempts=1000), forbidden)])
    assert index.queue.next_due(Step.HEAR) is not None


@pytest.mark.parametrize("how", ["unplugged", "moved"])
def test_a_sound_that_is_away_for_long_is_heard_again_once_it_is_there(
    index: Index, models: Models, job: HearingJob, workers: Workers, tmp_path: Path, how: str
) -> None:
    path = Path(write(tmp_path / "Drive" / "a.wav"))
    root = index.roots.add(str(path.parent))
    arrived(index, str(path), root)
    hear(job, index, workers)
    record = index.lookup.by_path(str(path))
    assert record is not None
    use(models, tmp_path, shiny=0.9)
    index.queue.add(Step.HEAR, [record.id])
    place = path.rename(tmp_path / "elsewhere.wav")
    for _ in range(10):
        (task,) = index.queue.due(Step.HEAR, 10, now=FAR)
        job.finish([(task, job.begin(workers, [task]).result()[0])])
        assert not due(index), "not at once"
    if how == "moved":
        index.files.moved(str(path), str(place), Stamp.of(place.stat()), None)
    else:
        place.rename(path)
        index.roots.set_online(root, online=True)
    hear(job, index, workers)
    record = index.lookup.by_id(record.id)
    assert record is not None
    assert "shiny" in {tag.tag for tag in record.tags}
    assert index.queue.waiting() == {"hear": 0, "retag": 0, "write": 0}


def test_a_disk_may_be_away_for_as_long_as_it_likes(
    index: Index, models: Models, job: HearingJob, workers: Workers, tmp_path: Path
) -> None:
    path = write(tmp_path / "Drive" / "a.wav")
    root = index.roots.add(os.path.dirname(path))
    arrived(index, path, root)
    hear(job, index, workers)
    with index.transaction() as connection:
        connection.execute("delete from verdicts")
        connection.execute("delete from spectrograms")
    index.queue.add_all(Step.RETAG)
    index.roots.set_online(root, online=False)
    deciding = Deciding(index, Feed(), lambda: models.lineup, lambda path: False)
    retagging = RetaggingJob(index, Feed(), lambda: models.lineup, deciding, models.unfit)
    for _ in range(10):
        (task,) = index.queue.due(Step.RETAG, 10, now=FAR)
        retagging.finish([(task, retagging.begin(workers, [task]).result()[0])])
        assert index.queue.waiting() == {"hear": 0, "retag": 1, "write": 0}
    index.roots.set_online(root, online=True)
    assert index.queue.due(Step.RETAG, 10)


@pytest.mark.parametrize(("code", "left"), [("vanished", 0), ("crashed", 1)])
def test_a_sound_that_cannot_be_heard_again_keeps_its_tags(
    index: Index, job: HearingJob, workers: Workers, tmp_path: Path, code: str, left: int
) -> None:
    path = write(tmp_path / "a.wav")
    arrived(index, path)
    hear(job, index, workers)
    before = index.lookup.by_path(path)
    assert before is not None
    index.queue.add(Step.HEAR, [before.id])
    job.finish([(due(index)[0], Problem(code, "It does not work."))])
    after = index.lookup.by_path(path)
    assert after is not None
    assert (after.state, after.tags) == (FileState.HEARD, before.tags)
    assert after.tags
    assert index.queue.waiting()["hear"] == left


@pytest.mark.parametrize(
    ("code", "tried_again"), [("crashed", True), ("changed", True), ("not-audio", False)]
)
def test_a_new_sound_that_cannot_be_heard_says_why(
    index: Index, job: HearingJob, tmp_path: Path, code: str, tried_again: bool
) -> None:
    path = write(tmp_path / "a.wav")
    arrived(index, path)
    (task,) = due(index)
    job.finish([(task, Problem(code, "It does not work."))])
    record = index.lookup.by_path(path)
    assert record is not None
    assert record.reason is not None
    assert (record.state, record.reason.code) == (FileState.FAILED, code)
    assert not due(index), "not at once"
    assert bool(index.queue.due(Step.HEAR, 10, now=FAR)) is tried_again
    job.finish([(replace(task, attempts=8), Problem(code, "It does not work."))])
    assert not index.queue.due(Step.HEAR, 10, now=FAR)


def test_a_new_sound_that_has_vanished_is_gone(
    index: Index, job: HearingJob, workers: Workers, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.wav")
    arrived(index, path)
    os.unlink(path)
    hear(job, index, workers)
    record = index.lookup.by_path(path)
    assert record is not None
    assert record.state is FileState.GONE
    assert index.queue.waiting() == {"hear": 0, "retag": 0, "write": 0}


def test_what_was_heard_of_a_file_that_changed_since_does_not_count(
    index: Index, job: HearingJob, workers: Workers, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.wav")
    arrived(index, path)
    tasks = due(index)
    results = job.begin(workers, tasks).result()
    os.utime(path, ns=(1, 1))
    arrived(index, path)
    job.finish(list(zip(tasks, results, strict=True)))
    record = index.lookup.by_path(path)
    assert record is not None
    assert (record.state, record.tags) == (FileState.WAITING, ())
    assert due(index)


class Edited:
    """A sound that a person labels and then saves otherwise, under its old path."""

    def __init__(
        self, index: Index, job: HearingJob, workers: Workers, path: Path, models: Models
    ) -> None:
        self.index, self.path = index, path
        self._job, self._workers = job, workers
        deciding = Deciding(index, Feed(), lambda: models.lineup, lambda path: False)
        self._labelling = Labelling(index, lambda: models.lineup, deciding.reconsider)
        self.save(thump(0.5))

    def save(self, samples: Any, **how: Any) -> None:
        self.path.unlink(missing_ok=True)
        arrived(self.index, write(self.path, samples, **how))
        hear(self._job, self.index, self._workers)

    def say(self, *add: str, no: tuple[str, ...] = ()) -> None:
        self._labelling.label(str(self.path), add, no, ())

    @property
    def said(self) -> dict[str, bool]:
        record = self.index.lookup.by_path(str(self.path))
        assert record is not None
        assert record.content is not None
        return {label.tag: label.says for label in self.index.labels.of(record.content)}

    @property
    def persons(self) -> set[str]:
        """The tags that it has by a person's word."""
        record = self.index.lookup.by_path(str(self.path))
        assert record is not None
        return {tag.tag for tag in record.tags if tag.source == "person"}


def test_what_is_heard_in_a_file_is_not_held_for_the_audio_that_it_had_a_moment_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced, kept = write(tmp_path / "a.wav"), write(tmp_path / "b.wav")
    new = write(tmp_path / "new.wav", crack())
    real = listen

    def late(paths: Sequence[str], *models: Any) -> list[Heard | Problem]:
        os.replace(new, replaced)
        os.utime(kept, ns=(1, 1))
        return real(paths, *models)

    monkeypatch.setattr(analysis, "listen", late)
    changed, same = analysis.analyse([replaced, kept], [None, None], str(BUILTIN))
    assert isinstance(changed, Problem)
    assert changed.code == analysis.CHANGED
    assert isinstance(same, Analysis)


@pytest.fixture
def edited(
    index: Index, job: HearingJob, workers: Workers, tmp_path: Path, models: Models
) -> Edited:
    return Edited(index, job, workers, tmp_path / "hit.wav", models)


def test_what_a_person_said_holds_for_a_sound_that_was_edited_in_place(edited: Edited) -> None:
    edited.say("Anna's hit", no=("percussion",))
    normalised = thump(0.5) * 0.5
    trimmed = normalised[:-4000]
    for samples, how in ((normalised, {}), (trimmed, {}), (trimmed, {"subtype": "PCM_24"})):
        edited.save(samples, **how)
        assert edited.said == {"anna's hit": True, "percussion": False}
        assert edited.persons == {"anna's hit"}


def test_what_was_said_of_either_sound_stands(edited: Edited) -> None:
    edited.say("mine", "kick", no=("dark",))
    louder = thump(0.5) * 0.5
    edited.save(louder)
    edited.say("snare", "dark")
    edited.save(thump(0.5))
    assert edited.said == {"mine": True, "kick": True, "dark": False}
    edited.save(louder)
    assert edited.said == {"mine": True, "snare": True, "dark": True}


def test_another_sound_under_the_path_of_one_has_nothing_of_its_labels(edited: Edited) -> None:
    edited.say("mine")
    edited.save(crack())
    assert edited.said == {}
    edited.save(thump(0.5) * 0)
    assert edited.said == {}
    edited.save(thump(0.5))
    assert edited.said == {"mine": True}
