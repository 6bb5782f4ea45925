"""The words that people use as tags: out and in as tables and folders, merged and parted."""

from __future__ import annotations

import csv
import json
import shlex
import sqlite3
import subprocess
from pathlib import Path

import pytest
from tests.daemon.audio_files import thump, write
from tests.e2e.living import AS_A_USER, COMMAND, LivingDaemon, earmark
from tests.e2e.own_tags import DRUMS, MELODIC, take
from tests.e2e.readers import exiftool
from tests.e2e.test_models import settled, tags_of


def test_labels_go_out_and_come_in_again(daemon: LivingDaemon, tmp_path: Path) -> None:
    drums, melodic = take(daemon, DRUMS[:2]), take(daemon, MELODIC[:1])
    earmark("label", *drums, "--add", "beaty")
    earmark("label", *melodic, "--remove", "beaty")
    as_table = earmark("labels", "export", str(tmp_path / "labels.csv"))
    in_folders = earmark("labels", "export", str(tmp_path / "out"))
    told = earmark("labels", "export", str(tmp_path / "again"), "--json")
    assert "left out" not in as_table.stdout
    assert "1 say what a sound is not: left out" in in_folders.stdout
    assert json.loads(told.stdout) == {"written": 2, "gone": 0, "no": 1}
    with (tmp_path / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted((row["path"], row["says"]) for row in rows) == sorted(
        [*((path, "yes") for path in drums), (melodic[0], "no")]
    )
    assert sorted(path.name for path in (tmp_path / "out" / "beaty").iterdir()) == sorted(
        Path(path).name for path in drums
    )
    earmark("label", *drums, *melodic, "--forget", "beaty")
    assert daemon.client.call("labels") == []
    earmark("labels", "import", str(tmp_path / "labels.csv"))
    assert len(daemon.client.call("labels", tag_set="own")) == 3
    for refused in ("out", "labels.csv", "none/labels.csv"):
        done = earmark("labels", "export", str(tmp_path / refused), check=False)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert refused in done.stderr


@pytest.mark.parametrize("words", [("import", "locked/in.csv"), ("export", "locked/out")])
def test_a_folder_that_may_not_be_entered_is_named(tmp_path: Path, words: tuple[str, str]) -> None:
    (tmp_path / "locked").mkdir(mode=0)
    done = subprocess.run(
        [*AS_A_USER, *COMMAND, "labels", words[0], str(tmp_path / words[1])],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert str(tmp_path / words[1]) in done.stderr
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr


def test_folders_are_taken_in_and_broken_lines_are_named(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    for tag in ("boomy", "thin"):
        (tmp_path / "in" / tag).mkdir(parents=True)
    write(tmp_path / "in" / "boomy" / "a.wav", thump(0.3))
    write(tmp_path / "in" / "thin" / "b.wav", thump(0.1))
    assert "2 labels" in earmark("labels", "import", str(tmp_path / "in")).stdout
    assert {word["tag"] for word in daemon.client.call("labels")} == {"boomy", "thin"}
    table = tmp_path / "table.csv"
    table.write_text(
        "path,tag,says\nin/boomy/a.wav,loud,yes\nin/thin/b.wav,loud,perhaps\n,x,\nno.wav,loud,\n"
    )
    done = earmark("labels", "import", str(table), check=False)
    assert done.returncode == 1
    assert "1 label taken in." in done.stdout
    for what in ("Line 3", "Line 4", "no.wav"):
        assert what in done.stderr
    for bad in ("a,b\n1,2\n", "\x00\x01"):
        table.write_text(bad)
        assert earmark("labels", "import", str(table), check=False).returncode == 1


def test_a_tag_is_one_however_its_letters_were_typed(daemon: LivingDaemon) -> None:
    parts, whole = "Cafe\u0301", "caf\u00e9"
    one, other = take(daemon, DRUMS[:2])
    earmark("label", one, "--add", parts)
    earmark("label", other, "--add", whole)
    assert {word["tag"] for word in daemon.client.call("labels")} == {whole}
    earmark("label", one, "--remove", whole)
    assert tags_of(daemon, one) == set()
    assert tags_of(daemon, other) == {whole}


def test_a_tag_of_before_that_was_typed_in_parts_is_whole_after_an_update(
    daemon: LivingDaemon,
) -> None:
    parts, whole = "cafe\u0301", "caf\u00e9"
    (path,) = take(daemon, DRUMS[:1])
    earmark("label", path, "--add", whole)
    settled(daemon)
    daemon.stop()
    connection = sqlite3.connect(daemon.places.index)
    for table in ("labels", "tags"):
        connection.execute(f"update {table} set tag = ? where tag = ?", [parts, whole])
    connection.execute("delete from _sqlite_migrations where name = 'm011_composed'")
    connection.commit()
    connection.close()
    daemon.start()
    settled(daemon)
    assert tags_of(daemon, path) == {whole}
    assert {word["tag"] for word in daemon.client.call("labels")} == {whole}


def test_tags_are_merged_and_parted_again(daemon: LivingDaemon) -> None:
    paths = take(daemon, DRUMS[:3])
    earmark("label", paths[0], "--add", "lofi")
    earmark("label", paths[1], "--add", "lofi")
    earmark("label", paths[2], "--add", "lo-fi", "--remove", "lofi")
    assert "earmark tags merge lo-fi lofi" in earmark("tags", "suggest").stdout
    earmark("tags", "merge", "lo-fi", "lofi")
    assert all("lofi" in tags_of(daemon, path) for path in paths)
    settled(daemon)
    assert "lo-fi" not in exiftool([paths[2]])[paths[2]]
    earmark("tags", "undo")
    assert tags_of(daemon, paths[2]) == {"lo-fi"}
    earmark("tags", "rename", "lofi", "dusty")
    assert tags_of(daemon, paths[0]) == {"dusty"}
    assert earmark("tags", "rename", "dusty", "kick", check=False).returncode == 1
    assert earmark("tags", "merge", "kick", "dusty", check=False).returncode == 1
    assert earmark("tags", "merge", "nothing", "dusty", check=False).returncode == 1
    assert "dusty" in earmark("tags").stdout


def test_a_word_for_a_built_in_tag_becomes_that_tag(daemon: LivingDaemon) -> None:
    (path,) = take(daemon, DRUMS[:1])
    earmark("label", path, "--add", "bd")
    earmark("tags", "merge", "bd", "kick")
    assert tags_of(daemon, path, "instrument") == {"kick"}
    assert tags_of(daemon, path) == set()


def test_of_two_renamings_of_a_tag_the_later_one_is_taken_back_first(daemon: LivingDaemon) -> None:
    (path,) = take(daemon, DRUMS[:1])
    earmark("label", path, "--add", "alfa")
    earmark("tags", "rename", "alfa", "bravo")
    earmark("tags", "rename", "bravo", "charly")
    refused = earmark("tags", "undo", "1", check=False)
    assert refused.returncode == 1
    assert "“bravo” has become “charly” since." in refused.stderr
    assert "earmark tags undo 2" in refused.stderr
    assert tags_of(daemon, path) == {"charly"}
    earmark("tags", "undo", "2")
    earmark("tags", "undo", "1")
    assert tags_of(daemon, path) == {"alfa"}


def advised(*words: str) -> list[str]:
    """What to type instead, in the words that a shell makes of it."""
    done = earmark("tags", *words, check=False)
    assert done.returncode == 1
    return shlex.split(done.stderr.strip().rpartition(": earmark ")[2])


def test_advice_may_be_typed_as_it_stands(daemon: LivingDaemon) -> None:
    (path,) = take(daemon, DRUMS[:1])
    earmark("label", path, "--add", "big $HOME", "--add", "it's 9 \" wide", "--add", "its 9 wide")
    merge = ["tags", "merge", "big $home", "kick"]
    assert advised("rename", "big $HOME", "kick") == merge
    earmark(*merge)
    suggested = earmark("tags", "suggest").stdout.splitlines()[1]
    _, *merge = shlex.split(suggested)
    assert "it's 9 \" wide" in merge
    earmark(*merge)
    earmark("tags", "nest", "kick", "--under", "my drums")
    assert advised("nest", "my drums", "--under", "kick") == ["tags", "unnest", "kick"]


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        (("rename", "kick", "boom"), "nest kick --under boom"),
        (("rename", "kick", "dusty"), "merge dusty kick"),
        (("merge", "kick", "dusty"), "merge dusty kick"),
        (("rename", "tom", "percussion"), "nest tom --under percussion"),
        (("merge", "tom", "percussion"), "nest tom --under percussion"),
    ],
)
def test_advice_leads_to_something_that_works(
    daemon: LivingDaemon, asked: tuple[str, ...], advice: str
) -> None:
    (path,) = take(daemon, DRUMS[:1])
    earmark("label", path, "--add", "dusty")
    assert advised(*asked) == ["tags", *advice.split()]
    earmark("tags", *advice.split())


def test_nothing_is_advised_where_nothing_would_work(daemon: LivingDaemon) -> None:
    earmark("tags", "nest", "percussion", "--under", "tom")
    for words in (
        ("merge", "tom", "percussion"),
        ("merge", "tom", "tom"),
        ("rename", "tmo", "kick"),
        ("merge", "tmo", "kick"),
    ):
        done = earmark("tags", *words, check=False)
        assert done.returncode == 1
        assert not {"merge", "nest", "rename"} & set(done.stderr.split()), done.stderr
