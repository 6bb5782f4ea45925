import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.db.sounds import arrive, hearing, tagged

from earmark_db import migrations as schema
from earmark_db.filters import take_filters
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.opening import open_writer
from earmark_db.records import Facts, Hearing, Kind, Reason, Tag

LOOP = Facts(Kind.LOOP, bpm=128.0, key="A#m", loudness=-9.0, brightness=3200.0)
KICK = Facts(Kind.ONE_SHOT, loudness=-14.0, brightness=300.0, pitch="F#1")
BELL = Facts(Kind.ONE_SHOT, key="C", loudness=-20.0, brightness=5000.0, pitch="C5")


def put(index: Index, path: str, tag: str, facts: Facts, duration: float) -> None:
    heard = Hearing(**{**vars(hearing(path)), "facts": facts, "duration": duration})
    (file_id,) = arrive(index, path)
    with index.transaction():
        index.files.heard(file_id, heard, {})
        index.files.set_tags(file_id, [Tag(tag, "instrument", 0.9, "model")])


@pytest.fixture
def library(index: Index) -> Index:
    put(index, "/p/loop", "kick", LOOP, 7.5)
    put(index, "/p/kick", "kick", KICK, 0.4)
    put(index, "/p/bell", "percussion", BELL, 2.0)
    put(index, "/p/speech", "vocal", Facts(), 95.0)
    return index


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bpm:120-130", {"loop"}),
        ("bpm:128", {"loop"}),
        ("bpm:127.9bpm", {"loop"}),
        ("bpm:>100", {"loop"}),
        ("bpm:<100", set()),
        ("kind:loop", {"loop"}),
        ("kind:one-shot", {"kick", "bell"}),
        ("kind:oneshots", {"kick", "bell"}),
        ("-kind:loop", {"kick", "bell", "speech"}),
        ("key:Bbm", {"loop"}),
        ('key:"bb minor"', {"loop"}),
        ("key:A#", set()),
        ("key:C", {"bell"}),
        ("pitch:F#", {"kick"}),
        ("pitch:Gb1", {"kick"}),
        ("pitch:F#2", set()),
        ("length:<1", {"kick"}),
        ("length:1-3s", {"bell"}),
        ("length:>=95", {"speech"}),
        ("loudness:>-12", {"loop"}),
        ("loudness:-15..-10", {"kick"}),
        ("brightness:>3000hz", {"loop", "bell"}),
        ("kick length:<1", {"kick"}),
        ("kind:one-shot tag:kick", {"kick"}),
        ("KIND:Loop BPM:128", {"loop"}),
        ("kick kind:loop length:<1", set()),
        ("bpm:fast", set()),
        ("pitch:high", set()),
        ('pitch:""', set()),
        ('key:""', set()),
        ("trombone kind:loop", set()),
    ],
)
def test_filters_find(library: Index, query: str, found: set[str]) -> None:
    hits = library.search.find(query)
    assert {hit.path.removeprefix("/p/") for hit in hits} == found
    assert library.search.count(query) == len(found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tag:dark", {"dark", "darkest", "matter"}),
        ("tag:=dark", {"dark"}),
        ("tag:=Dark", {"dark"}),
        ('tag:="dark matter"', {"matter"}),
        ('tag:="Dark  Matter" length:<1', {"matter"}),
        ("tag:=matter", set()),
        ("tag:=dar", set()),
        ("-tag:=dark", {"darkest", "matter"}),
        ("tag:dark -tag:=darkest", {"dark", "matter"}),
    ],
)
def test_a_whole_tag_finds_what_is_counted_beside_it(
    index: Index, query: str, found: set[str]
) -> None:
    for name, tag in (("dark", "dark"), ("darkest", "darkest"), ("matter", "dark matter")):
        put(index, f"/p/{name}", tag, Facts(), 0.4)
    assert {hit.path.removeprefix("/p/") for hit in index.search.find(query)} == found
    assert index.search.count(query) == len(found)


def test_a_hit_and_a_file_carry_their_facts(library: Index) -> None:
    (hit,) = library.search.find("kind:loop")
    assert hit.facts == LOOP
    record = library.lookup.by_path("/p/kick")
    assert record is not None
    assert record.facts == KICK


def test_pages_of_filtered_sounds_follow_one_another(library: Index) -> None:
    pages = [library.search.find("kind:one-shot", limit=1, offset=n)[0].path for n in (0, 1)]
    assert pages == ["/p/bell", "/p/kick"]


def test_a_copy_whose_name_tells_no_tempo_leaves_the_one_that_is_known(index: Index) -> None:
    for path, facts in (("/p/a 128bpm Am", Facts(Kind.LOOP, bpm=128.0, key="Am")), ("/p/b", KICK)):
        heard = Hearing(**{**vars(hearing("same")), "facts": facts})
        index.files.heard(arrive(index, path)[0], heard, {})
    record = index.lookup.by_path("/p/a 128bpm Am")
    assert record is not None
    assert (record.facts.bpm, record.facts.key) == (128.0, "Am")
    assert (record.facts.kind, record.facts.pitch) == (Kind.LOOP, None)


@given(st.text(max_size=30))
def test_any_text_is_taken_apart_without_error(text: str) -> None:
    words, _ = take_filters(text)
    assert len(words) <= len(text)


def test_an_index_from_before_there_were_facts_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    open_writer(path).close()
    connection = sqlite3.connect(path)
    for column in ("kind", "bpm", "music_key", "loudness", "brightness", "pitch"):
        connection.execute(f"alter table contents drop column {column}")
    connection.execute("delete from _sqlite_migrations where name = 'm002_facts'")
    connection.execute(
        "insert into contents(digest, duration, sample_rate, channels)"
        " values ('digest', 1.5, 44100, 2)"
    )
    connection.commit()
    connection.close()
    assert [m.name for m in schema.migrations._migrations][:2] == ["m001_initial", "m002_facts"]

    connection = open_writer(path)
    row = connection.execute("select digest, duration, kind, bpm from contents").fetchone()
    connection.close()
    assert row == ("digest", 1.5, None, None)


def test_sounds_without_a_tag_and_such_that_a_person_spoke_of_are_found(library: Index) -> None:
    put(library, "/p/bare", "kick", KICK, 0.3)
    record = library.lookup.by_path("/p/bare")
    assert record is not None
    assert record.content is not None
    with library.transaction():
        library.files.set_tags(record.id, [])
        library.labels.put(record.content, [Label("own", "dusty", says=False)])

    def found(query: str) -> list[str]:
        assert library.search.count(query) == len(library.search.find(query))
        return [Path(hit.path).name for hit in library.search.find(query)]

    assert found("is:untagged") == found("is:unknown") == found("IS:Labelled") == ["bare"]
    assert "bare" not in found("is:tagged")
    assert len(found("is:tagged")) == len(found("-is:untagged")) == len(found("-is:labelled")) == 4
    assert found("is:untagged bare") == ["bare"]
    assert found("is:tagged bare") == []
    library.files.set_tags(record.id, [Tag("kick", "instrument", 0.9, "model")])
    assert found("is:untagged") == []


def test_what_is_not_sure_enough_for_its_file_is_found(index: Index) -> None:
    ids = [tagged(index, f"/p/{name}.wav") for name in ("doubtful", "sure", "said", "bare")]
    given = [("model", 0.3), ("model", 0.6), ("person", 1.0)]
    for file_id, (source, score) in zip(ids, given, strict=False):
        index.files.set_tags(file_id, [Tag("kick", "instrument", score, source)])

    def unsure() -> list[str]:
        return [Path(hit.path).stem for hit in index.search.find("is:unsure")]

    assert unsure() == [], "nobody has said yet how sure a tag must be"
    index.files.set_written_from(0.5)
    assert unsure() == ["doubtful"]
    index.files.set_written_from(0.7)
    assert unsure() == ["sure", "doubtful"]


def test_a_file_that_failed_has_no_tag(library: Index) -> None:
    record = library.lookup.by_path("/p/kick")
    assert record is not None
    library.files.failed(record.id, Reason("broken", "It is broken."))
    assert [hit.path for hit in library.search.find("is:untagged")] == ["/p/kick"]


def test_an_index_from_before_it_said_which_sounds_carry_a_tag_is_migrated(
    library: Index, tmp_path: Path
) -> None:
    put(library, "/p/bare", "kick", KICK, 0.3)
    record = library.lookup.by_path("/p/bare")
    assert record is not None
    library.files.set_tags(record.id, [])
    library.close()
    path = tmp_path / "index.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("drop index untagged")
    connection.execute("alter table files drop column tagged")
    connection.execute("delete from _sqlite_migrations where name = 'm014_tagged'")
    connection.commit()
    connection.close()
    connection = open_writer(path)
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    assert [hit.path for hit in Index(connection).search.find("is:untagged")] == ["/p/bare"]
    connection.set_trace_callback(None)
    plans = [
        step[3]
        for sql in asked
        if "not tagged" in sql
        for step in connection.execute(f"explain query plan {sql}")
    ]
    connection.close()
    assert len(plans) > 1
    assert [step for step in plans if "files" in step and "untagged" not in step] == []
