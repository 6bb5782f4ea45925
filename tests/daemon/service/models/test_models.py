"""Models as the service keeps them, and the tagging anew where models change under its hands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.db.sounds import STAMP, arrive
from tests.made_models import BASE, DIMENSIONS, described, steady_head

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.processes import Workers
from earmark_daemon.service.deciding import Deciding
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.models.lineup import Member
from earmark_daemon.service.models.models import Models
from earmark_daemon.service.stages.retagging_job import RetaggingJob
from earmark_daemon.service.updated import UPDATED
from earmark_daemon.settings import Tags
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.models import ModelRecord
from earmark_db.records import Hearing, Step, Verdict


def models_of(index: Index, tmp_path: Path) -> Models:
    return Models(index, Feed(), tmp_path / "models", Member(BUILTIN, BASE), lambda: None, Tags())


def retagging(index: Index, models: Models) -> RetaggingJob:
    deciding = Deciding(index, Feed(), lambda: models.lineup, lambda path: False)
    return RetaggingJob(index, Feed(), lambda: models.lineup, deciding, models.unfit)


def put(index: Index, path: str, embedding: bytes = b"\0" * 2 * DIMENSIONS) -> int:
    """A sound that the built-in model has heard."""
    (file_id,) = arrive(index, path)
    scores = dict.fromkeys(BASE.labels, 1.0 / len(BASE.labels))
    hearing = Hearing(path, 1.0, 44_100, 1, (Verdict(BASE.digest, scores, embedding, ""),))
    index.files.heard(file_id, hearing, {})
    index.files.set_tags(file_id, [])
    return file_id


def own_tags(index: Index, file_id: int) -> set[str]:
    return {tag.tag for tag in index.files.tags(file_id) if tag.set == "own"}


def run(index: Index, job: RetaggingJob, workers: Workers) -> None:
    while tasks := index.queue.due(Step.RETAG, 10):
        job.finish(list(zip(tasks, job.begin(workers, tasks).result(), strict=True)))


def added(models: Models, tmp_path: Path, **scores: float) -> str:
    steady_head(tmp_path / "head.onnx", scores)
    return str(models.add(tmp_path / "head.onnx", "local")["digest"])


def used(models: Models, tmp_path: Path, **scores: float) -> str:
    digest = added(models, tmp_path, **scores)
    models.use(digest)
    return digest


def test_models_are_kept_and_found_by_a_beginning_or_a_name(index: Index, tmp_path: Path) -> None:
    models = models_of(index, tmp_path)
    digest = added(models, tmp_path, shiny=0.9)
    (tmp_path / "head.onnx").unlink()
    again = models_of(index, tmp_path)
    assert [model["origin"] for model in again.all()] == ["builtin", "local"]
    for text in (digest, digest[:8], "made up"):
        assert again.show(text)["labels"] == ["shiny"]
    with pytest.raises(EarmarkError, match="There is no model “nobody”"):
        again.show("nobody")
    with pytest.raises(EarmarkError, match=f"“{digest[:2]}” is too short"):
        again.show(digest[:2])
    assert set(again.show(digest)) >= {
        *("digest", "name", "tag_set", "labels", "exclusive", "origin", "made_at"),
        *("in_use", "backbone", "metrics", "training"),
    }


def test_another_version_of_earmark_takes_no_model_in(index: Index, tmp_path: Path) -> None:
    updated = Problem(UPDATED, "Earmark was updated while it ran.")
    base = Member(BUILTIN, BASE)
    store = tmp_path / "models"
    models = Models(index, Feed(), store, base, lambda: None, Tags(), lambda: updated)
    with pytest.raises(EarmarkError, match="updated"):
        added(models, tmp_path, shiny=0.9)
    assert [model["origin"] for model in models.all()] == ["builtin"]
    assert not list(store.iterdir())


def test_a_model_that_is_described_amiss_in_the_index_leaves_the_others_their_place(
    index: Index, tmp_path: Path
) -> None:
    models = models_of(index, tmp_path)
    digest = added(models, tmp_path, shiny=0.9)
    amiss = json.dumps(described(["odd"], digest="d" * 64, metrics=[0.9]))
    index.models.add(ModelRecord("d" * 64, "own", "odd", "file", 0.0, amiss))
    index.models.use("own", "d" * 64)
    again = models_of(index, tmp_path)
    assert [model["digest"] for model in again.all()] == [BASE.digest, digest]
    again.use(digest)
    assert again.lineup.answers("own") == again.registry.find(digest).info
    again.rollback()
    again.remove(digest)
    assert [model["digest"] for model in again.all()] == [BASE.digest]


def test_the_built_in_model_can_be_chosen_and_added_but_not_removed(
    index: Index, tmp_path: Path
) -> None:
    models = models_of(index, tmp_path)
    assert models.add(BUILTIN, "file")["origin"] == "builtin"
    models.use(BASE.digest)
    assert len(models.all()) == 1
    with pytest.raises(EarmarkError, match="cannot be removed"):
        models.remove(BASE.digest)


def test_a_refused_signature_keeps_the_model_out(index: Index, tmp_path: Path) -> None:
    models = models_of(index, tmp_path)
    steady_head(tmp_path / "head.onnx", {"shiny": 0.9})
    seen = []

    def refuse(copy: Path) -> None:
        seen.append(copy.read_bytes() == (tmp_path / "head.onnx").read_bytes())
        raise fail("bad-signature", "Its signature is not the endpoint's.")

    with pytest.raises(EarmarkError, match="signature") as caught:
        models.add(tmp_path / "head.onnx", "endpoint", refuse)
    assert (caught.value.path, seen) == (str(tmp_path / "head.onnx"), [True])
    assert len(models.all()) == 1
    assert not list((tmp_path / "models").iterdir())


def test_a_model_in_use_stays_until_it_is_no_more(
    index: Index, tmp_path: Path, workers: Workers
) -> None:
    models = models_of(index, tmp_path)
    file_id = put(index, "/pack/a.wav")
    digest = used(models, tmp_path, shiny=0.9)
    run(index, retagging(index, models), workers)
    assert own_tags(index, file_id) == {"shiny"}
    with pytest.raises(EarmarkError, match="in use"):
        models.remove(digest)
    assert models.rollback()["model"] is None
    run(index, retagging(index, models), workers)
    assert own_tags(index, file_id) == set()
    assert digest in index.verdicts.of("/pack/a.wav")
    models.remove(digest)
    assert digest not in index.verdicts.of("/pack/a.wav")
    assert not list((tmp_path / "models").iterdir())


def test_going_back_asks_no_model(index: Index, tmp_path: Path, workers: Workers) -> None:
    models = models_of(index, tmp_path)
    file_id = put(index, "/pack/a.wav")
    index.labels.put("/pack/a.wav", [Label("own", "dusty", True)])
    for scores in ({"shiny": 0.9}, {"crunchy": 0.9}):
        used(models, tmp_path, **scores)
        run(index, retagging(index, models), workers)
    assert own_tags(index, file_id) == {"crunchy", "dusty"}
    assert models.rollback("own")["model"]["labels"] == ["shiny"]
    (task,) = index.queue.due(Step.RETAG, 10)
    job = retagging(index, models)
    workers.close()
    answer = job.begin(workers, [task])
    assert answer.done()
    job.finish([(task, answer.result()[0])])
    assert own_tags(index, file_id) == {"shiny", "dusty"}
    assert models.progress() is None


def test_a_model_that_comes_while_a_sound_is_tagged_anew_is_not_forgotten(
    index: Index, tmp_path: Path, workers: Workers
) -> None:
    models = models_of(index, tmp_path)
    file_id = put(index, "/pack/a.wav")
    used(models, tmp_path, shiny=0.9)
    job = retagging(index, models)
    tasks = index.queue.due(Step.RETAG, 10)
    under_way = job.begin(workers, tasks)
    used(models, tmp_path, crunchy=0.9)
    job.finish(list(zip(tasks, under_way.result(), strict=True)))
    assert index.queue.waiting() == {"hear": 0, "retag": 1, "write": 0}
    run(index, job, workers)
    assert own_tags(index, file_id) == {"crunchy"}
    assert index.queue.waiting()["hear"] == 0


def test_what_is_not_stored_is_heard_from_its_file_once_its_disk_is_there(
    index: Index, tmp_path: Path, workers: Workers
) -> None:
    models = models_of(index, tmp_path)
    root = index.roots.add("/pack")
    file_id = put(index, "/pack/a.wav")
    index.files.moved("/pack/a.wav", "/pack/b.wav", STAMP, root)
    index.verdicts.drop(BASE.digest)
    models.start()
    index.roots.set_online(root, online=False)
    run(index, retagging(index, models), workers)
    assert index.queue.waiting() == {"hear": 0, "retag": 1, "write": 0}
    index.roots.set_online(root, online=True)
    index.queue.add(Step.RETAG, [file_id])
    run(index, retagging(index, models), workers)
    assert index.queue.waiting() == {"hear": 1, "retag": 1, "write": 0}


def test_another_built_in_model_hears_all_once_and_older_heads_rest(
    index: Index, tmp_path: Path
) -> None:
    models = models_of(index, tmp_path)
    models.start()
    put(index, "/pack/a.wav")
    models.start()
    assert models.progress() is None
    digest = used(models, tmp_path, shiny=0.9)
    newer = Models(
        index,
        Feed(),
        tmp_path / "models",
        Member(BUILTIN, type(BASE)(**{**vars(BASE), "digest": "f" * 64})),
        lambda: None,
        Tags(),
    )
    for task in index.queue.due(Step.RETAG, 10):
        index.queue.done(Step.RETAG, task.file_id)
    newer.start()
    assert newer.progress() == {"done": 0, "total": 1}
    assert newer.lineup.others == ()
    assert not newer.show(digest)["usable"]
    assert newer.show(digest)["in_use"]


def test_another_built_in_model_gives_its_tags_to_what_it_has_heard_before_too(
    index: Index, tmp_path: Path, workers: Workers
) -> None:
    models = models_of(index, tmp_path)
    index.models.set_backbone("f" * 64)
    file_id = put(index, "/pack/a.wav")
    surely = {label: float(label == "kick") for label in BASE.labels}
    index.verdicts.put("/pack/a.wav", [Verdict(BASE.digest, surely, b"\0" * 2 * DIMENSIONS)])
    models.start()
    run(index, retagging(index, models), workers)
    assert {tag.tag for tag in index.files.tags(file_id)} == {"kick"}


def test_what_cannot_be_asked_is_left_out_and_said(index: Index, tmp_path: Path) -> None:
    feed = Feed()
    models = Models(index, feed, tmp_path / "models", Member(BUILTIN, BASE), lambda: None, Tags())
    digest = used(models, tmp_path, shiny=0.9)
    models.unfit(str(tmp_path / "models" / f"{digest}.onnx"), Problem("bad-model", "It broke."))
    assert models.lineup.others == ()
    _, events = feed.since(0)
    assert [event.data["reason"] for event in events if event.kind == "trouble"] == ["It broke."]


def test_only_sounds_that_may_change_are_tagged_anew_where_a_tag_must_be_surer(
    index: Index, tmp_path: Path, workers: Workers
) -> None:
    models = models_of(index, tmp_path)
    first, second = put(index, "/pack/a.wav"), put(index, "/pack/b.wav", b"\x38" * 2 * DIMENSIONS)
    job = retagging(index, models)
    used(models, tmp_path, shiny=0.8)
    run(index, job, workers)
    index.files.set_tags(second, [])
    assert own_tags(index, first) == {"shiny"}

    def queued(tags: Tags) -> set[int]:
        models.give(tags)
        found = {task.file_id for task in index.queue.due(Step.RETAG, 10)}
        run(index, job, workers)
        index.files.set_tags(second, [])
        return found

    def wanting(least: float) -> Tags:
        return Tags(sure_from={"shiny": least})

    both = {first, second}
    assert models.lineup.usually_from("shiny") == 0.5
    assert queued(Tags()) == set(), "nothing has changed"
    assert queued(wanting(0.7)) == {first}
    assert own_tags(index, first) == {"shiny"}
    assert queued(wanting(0.85)) == {first}
    assert own_tags(index, first) == set()
    assert queued(wanting(0.7)) == both, "others may come to have it"
    assert own_tags(index, first) == {"shiny"}
    assert queued(wanting(0.4)) == both
    assert queued(Tags()) == both
    assert queued(wanting(0.4)) == both, "its model gives it from .5 on"
    assert queued(Tags(off=("shiny",), sure_from={"shiny": 0.1})) == {first}
    assert queued(Tags(sure_from={"shiny": 0.1})) == both


def test_a_persons_word_outranks_a_model_of_another_set_that_comes_later(
    index: Index, tmp_path: Path, workers: Workers
) -> None:
    models = models_of(index, tmp_path)
    refused, given = put(index, "/pack/a.wav"), put(index, "/pack/b.wav")
    index.labels.put("/pack/a.wav", [Label("own", "lofi", False)])
    index.labels.put("/pack/b.wav", [Label("own", "lofi", True)])
    steady_head(tmp_path / "head.onnx", {"lofi": 0.9}, tag_set="mood")
    models.use(str(models.add(tmp_path / "head.onnx", "file")["digest"]))
    run(index, retagging(index, models), workers)
    assert not index.files.tags(refused)
    assert [(tag.set, tag.tag) for tag in index.files.tags(given)] == [("mood", "lofi")]
    models.rollback("mood")
    assert index.labels.of("/pack/a.wav") == (Label("own", "lofi", False),)


def test_what_a_model_said_of_a_sound_is_not_held_for_another_that_took_its_place(
    index: Index, tmp_path: Path, workers: Workers
) -> None:
    models = models_of(index, tmp_path)
    file_id = put(index, "/before")
    digest = used(models, tmp_path, shiny=0.9)
    job = retagging(index, models)
    tasks = index.queue.due(Step.RETAG, 10)
    answers = job.begin(workers, tasks).result()
    other = Verdict(BASE.digest, {}, b"\0" * 2 * DIMENSIONS, "")
    index.files.heard(file_id, Hearing("now", 1.0, 44_100, 1, (other,)), {})
    job.finish(list(zip(tasks, answers, strict=True)))
    assert digest in index.verdicts.of("/before")
    assert digest not in index.verdicts.of("now")
    assert index.queue.waiting()["hear"] == 1, "it is asked about that, too"
