from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlite_utils.db import Database
from sqlite_utils.migrations import Migrations
from tests.db.sounds import arrive, tagged

from earmark_db import migrations as schema
from earmark_db.errors import IndexFault
from earmark_db.index import Index
from earmark_db.opening import open_reader, open_writer


def test_a_newer_index_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    connection = open_writer(path)
    connection.execute(
        "insert into _sqlite_migrations(migration_set, name, applied_at)"
        " values ('earmark', 'm999_from_the_future', '')"
    )
    connection.close()
    before = path.read_bytes()
    with pytest.raises(IndexFault, match="newer version"):
        open_writer(path)
    assert path.read_bytes() == before


def test_the_writer_waits_for_the_medium(tmp_path: Path) -> None:
    connection = open_writer(tmp_path / "index.sqlite")
    asked = [
        connection.execute(f"pragma {name}").fetchone() for name in ("synchronous", "fullfsync")
    ]
    assert asked == [(2,), (1,)]
    connection.close()


def test_a_backup_is_made_before_a_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "index.sqlite"
    index = Index.for_writing(path)
    tagged(index, "/pack/kick.wav", "kick")
    index.close()
    monkeypatch.setattr(schema, "migrations", _with(lambda db: db.execute("create table more(x)")))
    open_writer(path).close()
    backup = Index(sqlite3.connect(tmp_path / "index.sqlite.before-m900_more"))
    assert backup.search.count("kick") == 1
    backup.close()


def test_no_half_of_a_backup_is_left_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where no file may grow beyond half the index."""
    path = tmp_path / "index.sqlite"
    open_writer(path).close()
    monkeypatch.setattr(schema, "migrations", _with(lambda db: db.execute("create table more(x)")))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size // 2, before[1]))
    try:
        with pytest.raises(IndexFault, match="disk is not full"):
            open_writer(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.glob("*before*"))
    open_writer(path).close()
    assert [each.name for each in tmp_path.glob("*before*")] == ["index.sqlite.before-m900_more"]


@pytest.mark.parametrize("fails", [False, True])
def test_of_the_backups_before_earlier_migrations_the_newest_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    path = tmp_path / "index.sqlite"
    open_writer(path).close()
    own = [
        f"index.sqlite.before-{name}" for name in ("m010_followed", "m009_giving", "m008_nesting")
    ]
    others = ["index.sqlite.before-holidays", "other.sqlite.before-m009_giving"]
    for age, name in enumerate([*own, *others]):
        (tmp_path / name).write_bytes(b"a backup")
        os.utime(tmp_path / name, (10**9 - age, 10**9 - age))
    change = "this is not SQL" if fails else "create table more(x)"
    monkeypatch.setattr(schema, "migrations", _with(lambda db: db.execute(change)))
    with pytest.raises(IndexFault) if fails else nullcontext():
        open_writer(path).close()
    kept = own if fails else own[:1]
    names = {each.name for each in tmp_path.glob("*before*")}
    assert names == {"index.sqlite.before-m900_more", *kept, *others}


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "index.sqlite"
    open_writer(path).close()

    def half(db: Database) -> None:
        db.execute("create table half(x)")
        db.execute("this is not SQL")

    monkeypatch.setattr(schema, "migrations", _with(half))
    with pytest.raises(IndexFault):
        open_writer(path)
    connection = sqlite3.connect(path)
    names = {row[0] for row in connection.execute("select name from sqlite_master")}
    applied = {row[0] for row in connection.execute("select name from _sqlite_migrations")}
    connection.close()
    assert "half" not in names
    assert "m900_more" not in applied


def test_a_damaged_index_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(IndexFault, match="damaged"):
        open_writer(path)
    with pytest.raises(IndexFault, match="damaged"):
        open_reader(path)


def test_reading_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexFault, match="watch add"):
        open_reader(tmp_path / "index.sqlite")


def test_readers_see_committed_work_while_the_writer_works(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    writer, reader = Index.for_writing(path), Index.for_reading(path)
    with writer.transaction():
        arrive(writer, "/pack/a.wav")
        assert reader.lookup.counts()["waiting"] == 0
    assert reader.lookup.counts()["waiting"] == 1
    writer.close()
    reader.close()


def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path: Path) -> None:
    index = Index.for_writing(tmp_path / "index.sqlite")
    arrive(index, "/pack/first.wav")
    with index.transaction() as connection:
        pages = connection.execute("pragma page_count").fetchone()[0]
    connection.execute(f"pragma max_page_count = {pages + 2}")
    with pytest.raises(IndexFault, match="disk that holds the index is full") as caught:
        arrive(index, *(f"/pack/{'long name ' * 20}{number}.wav" for number in range(2000)))
    assert caught.value.code == "disk-full"
    assert index.lookup.counts()["waiting"] == 1
    connection.execute("pragma max_page_count = 1000000")
    arrive(index, "/pack/second.wav")
    assert index.lookup.counts()["waiting"] == 2
    index.close()


@pytest.mark.parametrize("how", ["moved away", "deleted", "replaced"])
def test_nothing_is_taken_down_by_an_index_that_is_not_in_its_place(
    tmp_path: Path, how: str
) -> None:
    path, aside = tmp_path / "index.sqlite", tmp_path / "aside"
    index = Index.for_writing(path)
    arrive(index, "/pack/first.wav")
    os.link(path, aside)
    path.unlink()
    if how == "replaced":
        path.write_bytes(b"a backup")
    for _ in range(2):
        with pytest.raises(IndexFault, match="taken away or replaced while Earmark runs"):
            arrive(index, "/pack/lost.wav")
    if how == "moved away":
        aside.rename(path)
        arrive(index, "/pack/second.wav")
        assert index.lookup.counts()["waiting"] == 2
    index.close()


def test_an_index_with_fewer_beginnings_of_words_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    index = Index.for_writing(path)
    tagged(index, "/pack/one.wav", "kick")
    with index.transaction() as connection:
        connection.execute("drop table words")
        connection.execute("drop index tags_by_name")
        connection.execute(schema._INITIAL[-1])
        connection.execute(
            "insert into words(rowid, tags, name, folder, metadata)"
            " values (1, 'kick', 'one', 'pack', '')"
        )
        connection.execute("delete from _sqlite_migrations where name = 'm005_typing'")
    index.close()
    index = Index.for_writing(path)
    tagged(index, "/pack/two.wav", "kick")
    assert [hit.path for hit in index.search.find("kic")] == ["/pack/one.wav", "/pack/two.wav"]
    index.files.gone(["/pack/one.wav"])
    assert [hit.path for hit in index.search.find("kic")] == ["/pack/two.wav"]
    index.close()


def _with(change: Callable[[Database], object]) -> Migrations:
    more = Migrations("earmark")
    for migration in schema.migrations._migrations:
        more(name=migration.name)(migration.fn)

    def m900_more(db: Database) -> None:
        change(db)

    more()(m900_more)
    return more
