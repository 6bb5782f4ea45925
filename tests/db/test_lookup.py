from __future__ import annotations

from tests.db.sounds import STAMP, arrive, tagged

from earmark_db.index import Index


def test_below_means_below_and_not_beside(index: Index) -> None:
    arrive(index, "/pack/a.wav", "/pack/sub/b.wav", "/pack2/c.wav", "/pack.wav")
    assert [record.path for record in index.lookup.below("/pack")] == [
        "/pack/a.wav",
        "/pack/sub/b.wav",
    ]
    assert {path for path, _ in index.lookup.stamps("/pack/")} == {"/pack/a.wav", "/pack/sub/b.wav"}


def test_what_lies_right_in_a_folder_is_told_from_what_lies_deeper(index: Index) -> None:
    own = tagged(index, "/pack/one.wav", "kick")
    tagged(index, "/pack/deep/two.wav", "kick")
    tagged(index, "/package/three.wav", "kick")
    arrive(index, "/pack/waiting.wav")
    assert index.lookup.heard_in("/pack") == [(own, "/pack/one.wav")]
    assert index.lookup.heard_in("/pack/") == [(own, "/pack/one.wav")]
    assert index.lookup.heard_in("/") == []
    assert [record.path for record in index.lookup.below("/pack")] == [
        "/pack/deep/two.wav",
        "/pack/one.wav",
        "/pack/waiting.wav",
    ]


def test_a_sample_has_one_file_of_each_sound_and_none_that_is_gone(index: Index) -> None:
    tagged(index, "/a/kick.wav", "kick", content="aa")
    tagged(index, "/b/kick copy.wav", "kick", content="aa")
    tagged(index, "/a/snare.wav", "snare", content="bb")
    tagged(index, "/a/hat.wav", "hat", content="cc")
    index.files.gone(["/a/snare.wav"])
    assert [record.path for record in index.lookup.sample(10)] == ["/a/kick.wav", "/a/hat.wav"]
    assert [record.path for record in index.lookup.sample(1)] == ["/a/kick.wav"]


def test_what_is_asked_of_one_folder_or_file_takes_no_look_at_all_others(index: Index) -> None:
    """Each folder that is heard is asked for, and each write of a file that moves."""
    tagged(index, "/pack/kick.wav", "kick")
    steps: list[str] = []
    index.lookup._store.connection.set_trace_callback(steps.append)
    index.lookup.heard_in("/pack")
    index.verdicts.in_folder("/pack", "model", "instrument", 10)
    index.verdicts.embedded_in("/pack", "model", 10)
    index.journal.done(path="/pack/kick.wav")
    index.files.moved("/pack/kick.wav", "/pack/boom.wav", STAMP, None)
    index.lookup._store.connection.set_trace_callback(None)
    asked = [sql for sql in steps if sql.lstrip().startswith(("select", "update"))]
    with index.transaction() as connection:
        plans = [row[3] for sql in asked for row in connection.execute(f"explain query plan {sql}")]
    assert plans
    assert [plan for plan in plans if "_by_state" in plan] == []


def test_what_refers_to_a_file_or_its_sound_is_found_by_an_index(index: Index) -> None:
    """Or else each row that is deleted takes a look at all that may refer to it."""
    found: dict[tuple[str, str], bool] = {}
    with index.transaction() as connection:

        def rows(sql: str) -> list[tuple[object, ...]]:
            return connection.execute(sql).fetchall()

        for (table,) in rows("select name from sqlite_schema where type = 'table'"):
            led_by = {row[1] for row in rows(f"pragma table_info({table})") if row[5] == 1}
            for _, name, *_ in rows(f"pragma index_list({table})"):
                led_by.add(rows(f"pragma index_info({name})")[0][2])
            for key in rows(f"pragma foreign_key_list({table})"):
                if key[2] in ("files", "contents"):  # of others there are few
                    found[str(table), str(key[3])] = key[3] in led_by
    assert found["journal", "file_id"]
    assert [key for key, indexed in found.items() if not indexed] == []
