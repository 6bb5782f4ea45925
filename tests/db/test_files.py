from __future__ import annotations

import os
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from tests.db.sounds import STAMP, arrive, hearing, tagged

from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.records import Arrival, FileState, Reason, Stamp, Step
from earmark_db.verdicts import Neighbour


def test_an_arrival_waits_in_the_queue_until_it_was_heard(index: Index) -> None:
    (file_id,) = arrive(index, "/pack/kick.wav")
    assert [task.path for task in index.queue.due(Step.HEAR, 10)] == ["/pack/kick.wav"]
    index.files.heard(file_id, hearing(), {})
    assert index.queue.due(Step.HEAR, 10) == []
    record = index.lookup.by_path("/pack/kick.wav")
    assert record is not None
    assert (record.state, record.content, record.duration) == (FileState.HEARD, "content", 1.5)


def test_names_in_any_encoding_come_back_as_they_were(index: Index) -> None:
    paths = [os.fsdecode(b"/p\xff\xfe/k\xe9.wav"), "/pack/🥁 café.wav", "/pack/" + "x" * 5000]
    arrive(index, *paths)
    assert [task.path for task in index.queue.due(Step.HEAR, 10)] == paths
    for path in paths:
        tagged(index, path, "kick", content=path.encode("utf-8", "replace").hex())
    assert {hit.path for hit in index.search.find("kick")} == set(paths)


def test_a_result_for_a_file_that_changed_meanwhile_is_recognised(index: Index) -> None:
    (file_id,) = arrive(index, "/pack/kick.wav")
    assert index.files.is_still(file_id, STAMP)
    index.files.arrived([Arrival("/pack/kick.wav", STAMP._replace(size=101), None)])
    assert not index.files.is_still(file_id, STAMP)


def test_a_move_keeps_tags_and_is_found_under_the_new_name(index: Index) -> None:
    tagged(index, "/pack/one.wav", "kick")
    index.files.moved("/pack/one.wav", "/other/boomy.wav", STAMP, None)
    (hit,) = index.search.find("boomy")
    assert (hit.path, hit.tags[0].tag) == ("/other/boomy.wav", "kick")
    assert index.search.find("name:one") == []


def test_a_move_onto_a_known_file_takes_its_place(index: Index) -> None:
    tagged(index, "/pack/one.wav", "kick")
    tagged(index, "/pack/two.wav", "snare")
    index.files.moved("/pack/one.wav", "/pack/two.wav", STAMP, None)
    assert [hit.tags[0].tag for hit in index.search.find("two")] == ["kick"]
    assert index.search.count("snare") == 0


def test_what_is_gone_is_not_found_but_comes_back_with_its_labels(index: Index) -> None:
    tagged(index, "/pack/one.wav", "kick", content="same")
    index.files.gone(["/pack/one.wav"])
    assert index.search.count("kick") == 0
    assert index.lookup.stamp("/pack/one.wav") is None
    arrive(index, "/pack/one.wav")
    record = index.lookup.by_path("/pack/one.wav")
    assert record is not None
    assert (record.state, record.content) == (FileState.WAITING, "same")


def test_copies_share_one_analysis(index: Index) -> None:
    tagged(index, "/a/kick.wav", "kick", content="same")
    tagged(index, "/b/kick copy.wav", "kick", content="same")
    with index.transaction() as connection:
        counts = connection.execute("select count(*) from spectrograms").fetchone()
    assert counts == (1,)
    assert len(index.labels.files_with("same")) == 2


def test_a_failure_says_why_and_keeps_the_retry(index: Index) -> None:
    first, second = arrive(index, "/pack/bad.wav", "/pack/locked.wav")
    index.files.failed(first, Reason("damaged-audio", "It is damaged."))
    index.files.failed(second, Reason("no-permission", "Not allowed."), retry_at=50.0)
    assert [record.path for record in index.lookup.failures()] == [
        "/pack/bad.wav",
        "/pack/locked.wav",
    ]
    assert index.queue.due(Step.HEAR, 10, now=49.0) == []
    (task,) = index.queue.due(Step.HEAR, 10, now=51.0)
    assert (task.path, task.attempts) == ("/pack/locked.wav", 1)


def test_failures_go_on_after_the_last_one_that_was_told(index: Index) -> None:
    paths = ["/pack/Ä.wav", "/pack/a.wav", "/pack/b.wav", "/pack/b.wav 2.wav", "/pack/\udcff.wav"]
    for file_id in arrive(index, *paths, "/pack/waits.wav"):
        index.files.failed(file_id, Reason("damaged-audio", "It is damaged."))
    arrive(index, "/pack/waits.wav")
    told: list[str] = []
    while page := index.lookup.failures(2, told[-1] if told else ""):
        told += [record.path for record in page]
    assert told == sorted(paths, key=os.fsencode)


def test_what_a_person_took_tags_back_out_of_is_as_it_should_be(index: Index) -> None:
    for code in ("taken-back", "hard-link"):
        index.files.set_written(tagged(index, f"/pack/{code}.wav"), None, Reason(code, "Why."))
    assert [record.path for record in index.lookup.failures()] == ["/pack/hard-link.wav"]
    assert index.lookup.failure_count() == 1


def test_who_is_waited_for_overtakes_the_queue(index: Index) -> None:
    arrive(index, "/pack/a.wav", "/pack/b.wav")
    index.files.arrived([Arrival("/desk/now.wav", STAMP, None, first=True, blind=True)])
    tasks = index.queue.due(Step.HEAR, 10)
    assert [(task.path, task.blind) for task in tasks] == [
        ("/desk/now.wav", True),
        ("/pack/a.wav", False),
        ("/pack/b.wav", False),
    ]


def test_ids_of_64_bits_survive(index: Index) -> None:
    stamp = Stamp(1, 2, 2**64 - 1, 2**63)
    index.files.arrived([Arrival("/pack/a.wav", stamp, None)])
    (file_id,) = [task.file_id for task in index.queue.due(Step.HEAR, 1)]
    assert index.files.is_still(file_id, stamp)
    assert index.lookup.stamp("/pack/a.wav") == stamp


def test_removing_a_folder_hides_its_files_and_forgets_its_work(index: Index) -> None:
    root = index.roots.add("/pack")
    arrive(index, "/pack/a.wav", root=root)
    tagged(index, "/elsewhere/b.wav", "kick")
    index.roots.remove("/pack")
    assert index.queue.due(Step.HEAR, 10) == []
    assert index.lookup.counts()["gone"] == 1
    assert index.search.count("kick") == 1


def root_of(index: Index, path: str) -> int | None:
    record = index.lookup.by_path(path)
    assert record is not None
    return record.root_id


def test_what_was_taken_in_before_its_folder_was_watched_belongs_to_it(index: Index) -> None:
    for path in ("/home/anna/pack/a.wav", "/home/anna/pack2/b.wav"):
        tagged(index, path)
    assert {hit.path for hit in index.search.find("anna")} == {
        "/home/anna/pack/a.wav",
        "/home/anna/pack2/b.wav",
    }
    root = index.roots.add("/home/anna/pack")
    index.files.watched("/home/anna/pack", root)
    assert root_of(index, "/home/anna/pack/a.wav") == root
    assert root_of(index, "/home/anna/pack2/b.wav") is None
    assert [hit.path for hit in index.search.find("anna")] == ["/home/anna/pack2/b.wav"]
    index.roots.set_online(root, online=False)
    (hit,) = index.search.find("pack name:a")
    assert not hit.online


def test_what_comes_again_out_of_a_watched_folder_belongs_to_it(index: Index) -> None:
    arrive(index, "/pack/a.wav")
    root = index.roots.add("/pack")
    assert root_of(index, "/pack/a.wav") is None
    arrive(index, "/pack/a.wav", root=root)
    assert root_of(index, "/pack/a.wav") == root


def test_what_comes_without_its_watched_folder_belongs_to_the_innermost(index: Index) -> None:
    outer, inner, all_of_it = (index.roots.add(path) for path in ("/pack", "/pack/sub/", "/"))
    for path, root in (("/pack/a", outer), ("/pack/sub/b", inner), ("/pack2/c", all_of_it)):
        tagged(index, path)
        assert root_of(index, path) == root


def test_what_waits_for_a_folder_is_due_once_it_is_there(index: Index) -> None:
    root = index.roots.add("/disk")
    waiting, elsewhere = arrive(index, "/disk/a.wav", root=root) + arrive(index, "/pack/b.wav")
    for file_id in (waiting, elsewhere):
        index.queue.later(Step.HEAR, file_id, 3600.0)
    index.roots.set_online(root, online=False)
    assert not index.queue.due(Step.HEAR, 10)
    index.roots.set_online(root, online=True)
    assert [task.file_id for task in index.queue.due(Step.HEAR, 10)] == [waiting]


@pytest.mark.parametrize("online", [True, False])
def test_an_offline_folder_stays_known_and_says_so(index: Index, online: bool) -> None:
    root = index.roots.add("/pack")
    (file_id,) = arrive(index, "/pack/a.wav", root=root)
    index.files.heard(file_id, hearing(), {})
    index.files.set_tags(file_id, [])
    index.roots.set_online(root, online=online)
    assert [hit.online for hit in index.search.find("a")] == [online]


def test_what_is_known_of_a_folder_comes_with_names_fields_and_peoples_word(index: Index) -> None:
    tagged(index, "/pack/one.wav", "kick", content="1", title="Deep")
    tagged(index, "/pack/two.wav", "kick", content="2")
    tagged(index, "/pack/deep/three.wav", "kick", content="0")
    index.labels.put("2", [Label("own", "loud", True), Label("instrument", "tom", True)])
    index.labels.put("1", [Label("instrument", "snare", False)])
    one = Neighbour("/pack/one.wav", "1", {"kick": 0.9}, {"title": "Deep"}, None)
    two = Neighbour("/pack/two.wav", "2", {"kick": 0.9}, {}, "tom")
    assert index.verdicts.in_folder("/pack", "model", "instrument", 1) == [one]
    assert index.verdicts.in_folder("/pack", "model", "instrument", 9) == [one, two]
    assert index.verdicts.in_folder("/pack", "other", "instrument", 9) == []


def test_embeddings_of_a_folder_come_with_its_files_and_without_what_is_silent(
    index: Index,
) -> None:
    two = tagged(index, "/pack/two.wav", "kick", content="2")
    one = tagged(index, "/pack/one.wav", "kick", content="1")
    copy = tagged(index, "/pack/copy of one.wav", "kick", content="1")
    tagged(index, "/pack/deep/three.wav", "kick", content="0")
    (silent,) = arrive(index, "/pack/silent.wav")
    said = replace(hearing("3").verdicts[0], embedding=b"")
    index.files.heard(silent, replace(hearing("3"), verdicts=(said,)), {})
    arrive(index, "/pack/waiting.wav")
    found = index.verdicts.embedded_in("/pack", "model", 9)
    assert {(file.file_id, file.path, file.content) for file in found} == {
        (one, "/pack/one.wav", "1"),
        (copy, "/pack/copy of one.wav", "1"),
        (two, "/pack/two.wav", "2"),
    }
    assert {file.embedding for file in found} == {b"\0" * 8}
    assert {file.content for file in index.verdicts.embedded_in("/pack", "model", 2)} == {"1"}
    assert index.verdicts.embedded_in("/pack", "other", 9) == []


def test_what_comes_first_is_due_before_all_other_and_stays_so(index: Index) -> None:
    one = tagged(index, "/pack/one.wav", "kick")
    two = tagged(index, "/pack/two.wav", "kick")
    three = tagged(index, "/pack/three.wav", "kick")
    index.queue.add(Step.RETAG, [one, two])
    assert not index.queue.holds(two)
    index.queue.add(Step.RETAG, [two], first=True)
    index.queue.add(Step.RETAG, [two])
    assert [task.file_id for task in index.queue.due(Step.RETAG, 9)] == [two, one]
    index.queue.add(Step.RETAG, [one, three], last=True)
    assert [task.file_id for task in index.queue.due(Step.RETAG, 9)] == [two, one, three]
    index.queue.done(Step.RETAG, three)
    assert index.queue.holds(two)
    assert index.queue.progress(Step.RETAG) == (0, 1)


@pytest.mark.parametrize("seconds", [-11_644_473_600, 10_413_792_000])
def test_a_file_of_any_date_is_taken_in(index: Index, seconds: int) -> None:
    """1601 is what Windows tells of a file without a date; 2300 is what some disks hold."""
    status: Any = SimpleNamespace(
        st_size=1, st_mtime_ns=seconds * 10**9 + 1, st_ino=2**64 - 1, st_dev=2
    )
    index.files.arrived([Arrival("/pack/one.wav", Stamp.of(status), None)])
    assert index.lookup.stamp("/pack/one.wav") == Stamp.of(status)
    (task,) = index.queue.due(Step.HEAR, 1)
    assert index.files.is_still(task.file_id, Stamp.of(status))
