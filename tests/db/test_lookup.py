from __future__ import annotations

from tests.db.sounds import STAMP, arrive, hearing, tagged

from earmark_db.index import Index
from earmark_db.records import Arrival, Reason, Stamp


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


def test_failures_are_walked_through_by_their_paths_and_not_sorted_for_each_page(
    index: Index,
) -> None:
    steps: list[str] = []
    index.lookup._store.connection.set_trace_callback(steps.append)
    index.lookup.failures(1000, "/pack/kick.wav")
    index.lookup._store.connection.set_trace_callback(None)
    with index.transaction() as connection:
        plans = [row[3] for sql in steps for row in connection.execute(f"explain query plan {sql}")]
    assert any("path>?" in plan for plan in plans)
    assert not any("ORDER BY" in plan for plan in plans)


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


def test_what_was_taken_back_under_another_name_is_found_by_an_index(index: Index) -> None:
    """Each file that is written is asked for."""
    file_id = tagged(index, "/pack/kick.wav", "kick")
    steps: list[str] = []
    index.lookup._store.connection.set_trace_callback(steps.append)
    assert index.lookup.taken_back_as(STAMP) == []
    index.lookup._store.connection.set_trace_callback(None)
    with index.transaction() as connection:
        (asked,) = (sql for sql in steps if sql.lstrip().startswith("select"))
        plan = [row[3] for row in connection.execute(f"explain query plan {asked}")]
    assert "INDEX taken_back " in plan[0]
    index.files.set_written(file_id, None, Reason("taken-back", "Why."))
    assert [each.id for each in index.lookup.taken_back_as(STAMP)] == [file_id]
    assert index.lookup.taken_back_as(STAMP._replace(device=7)) == []
    index.files.set_stamp(file_id, STAMP._replace(inode=0))
    assert index.lookup.taken_back_as(STAMP._replace(inode=0)) == []


def test_files_that_carry_words_are_counted_while_they_wait_to_be_heard_again(
    index: Index,
) -> None:
    file_id = tagged(index, "/pack/kick.wav", "kick")
    tagged(index, "/pack/snare.wav", "snare")
    index.files.set_written(file_id, STAMP, written=True)
    assert index.lookup.carrying_count("/pack") == 1
    index.files.arrived([Arrival("/pack/kick.wav", STAMP._replace(mtime_ns=99), None)])
    assert index.lookup.carrying_count("/pack") == 1
    index.files.gone(["/pack/kick.wav"])
    assert index.lookup.carrying_count("/pack") == 0


def test_links_to_a_file_are_one_file_and_copies_are_none_of_it(index: Index) -> None:
    paths = ("/a/kick.wav", "/links/kick.wav", "/copies/kick.wav", "/other/kick.wav")
    own, link, copy, other = (tagged(index, path, "kick", content="aa") for path in paths)
    index.files.set_stamp(copy, STAMP._replace(inode=STAMP.inode + 1))
    index.files.set_stamp(other, STAMP._replace(device=STAMP.device + 1))
    assert index.lookup.rows_of_file(own) == {own, link}
    assert index.lookup.rows_of_file(copy) == {copy}
    for each in (own, link):
        index.files.set_stamp(each, STAMP._replace(inode=0))
    assert index.lookup.rows_of_file(own) == {own}, "a disk that numbers its files by nothing"


def at(index: Index, path: str, content: str, size: int, inode: int) -> None:
    """A sound of this size lies at a path."""
    stamp = Stamp(size, 1, inode, 3)
    (file_id,) = index.files.arrived([Arrival(path, stamp, None)])
    index.files.heard(file_id, hearing(content), {})


def test_copies_are_found_by_their_audio_what_takes_most_room_first(index: Index) -> None:
    at(index, "/a/hat.wav", "hat", 10, 1)
    at(index, "/d/hat.wav", "hat", 10, 2)
    for inode, path in enumerate(("/a/kick.wav", "/b/boom.wav", "/c/kick copy.wav"), 3):
        at(index, path, "kick", 10, inode)
    at(index, "/a/snare.wav", "snare", 100, 6)
    at(index, "/a/gone.wav", "gone", 100, 7)
    at(index, "/d/gone.wav", "gone", 100, 8)
    at(index, "/a/failed.wav", "failed", 100, 9)
    at(index, "/d/failed.wav", "failed", 100, 10)
    index.files.gone(["/d/gone.wav"])
    failed = index.lookup.by_path("/d/failed.wav")
    assert failed is not None
    index.files.failed(failed.id, Reason("broken", "It is broken."))
    kicks = [["/a/kick.wav"], ["/b/boom.wav"], ["/c/kick copy.wav"]]
    hats = [["/a/hat.wav"], ["/d/hat.wav"]]
    assert index.lookup.copies() == ([kicks, hats], 2)
    assert index.lookup.copies("/b") == index.lookup.copies("/b/boom.wav") == ([kicks], 1)
    assert index.lookup.copies("/e") == ([], 0)
    assert index.lookup.copies(limit=1) == ([kicks], 2)
    assert index.lookup.copies(limit=1, offset=1) == ([hats], 2)


def test_names_of_one_file_are_no_copies_and_take_no_room(index: Index) -> None:
    for path in ("/a/linked.wav", "/b/linked.wav"):
        at(index, path, "linked", 1000, 1)
    for inode, path in ((2, "/a/both.wav"), (2, "/b/both.wav"), (3, "/c/both.wav")):
        at(index, path, "both", 60, inode)
    for path in ("/a/unnumbered.wav", "/b/unnumbered.wav"):
        at(index, path, "unnumbered", 100, 0)
    unnumbered = [["/a/unnumbered.wav"], ["/b/unnumbered.wav"]]
    both = [["/a/both.wav", "/b/both.wav"], ["/c/both.wav"]]
    assert index.lookup.copies() == ([unnumbered, both], 2)


def test_audio_is_found_where_a_file_with_it_is_there(index: Index) -> None:
    tagged(index, "/new/kick.wav", "kick", content="aa")
    tagged(index, "/old/kick.wav", "kick", content="aa")
    tagged(index, "/old/snare.wav", "snare", content="bb")
    tagged(index, "/old/hat.wav", "hat", content="cc")
    index.files.gone(["/old/snare.wav"])
    wanted = ["aa", "bb", "dd"]
    assert index.lookup.lying(wanted) == {"aa": ["/new/kick.wav", "/old/kick.wav"]}
    with index.transaction() as connection:
        connection.set_trace_callback((steps := list[str]()).append)
        index.lookup.lying(wanted)
        connection.set_trace_callback(None)
        plan = connection.execute(f"explain query plan {steps[-1]}").fetchall()
    assert not any("SCAN" in row[3] and "json_each" not in row[3] for row in plan), plan
