"""Labels as tables and folders: what spreadsheets save is read, and nothing is written over."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.audio_files import thump, write

from earmark_daemon.cli import label_files
from earmark_daemon.cli.label_files import Word
from earmark_daemon.cli.tag_folders import folder_of, tag_of
from earmark_daemon.errors import EarmarkError

SMALL = 4096


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file may grow beyond `SMALL` bytes, as on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _words(*paths: Path) -> list[dict[str, Any]]:
    how = {"tag": "dusty", "says": True, "content": "c"}
    return [{"path": str(path), **how} for path in paths]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_whatever_spreadsheet_saved_it(
    tmp_path: Path, delimiter: str, mark: str, end: str
) -> None:
    lines = ("says,tag,path", "yes,dusty,a/kick.wav", "no,dusty,/b.wav")
    table = tmp_path / "labels.csv"
    text = mark + end.join(line.replace(",", delimiter) for line in lines) + end
    table.write_bytes(text.encode())
    words, problems = label_files.read(table)
    assert words == [
        Word(str(tmp_path / "a/kick.wav"), "dusty", True),
        Word("/b.wav", "dusty", False),
    ]
    assert not problems


def test_a_line_that_is_no_label_is_named_by_where_it_stands(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text('path,tag\n\n\na.wav,"two\nlines"\nb.wav,\n')
    words, problems = label_files.read(table)
    assert [word.path for word in words] == [str(tmp_path / "a.wav")]
    assert [str(problem) for problem in problems] == [
        "Line 6 is no label. It must hold: path,tag,yes or no"
    ]


def test_names_that_hold_the_other_signs_stay_whole(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text('path,tag\n"one; two, three.wav",a;b\n')
    words, _ = label_files.read(table)
    assert words == [Word(str(tmp_path / "one; two, three.wav"), "a;b", True)]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a,b\n1,2\n", "no columns"),
        (b"", "no columns"),
        ("path,tag\nübung.wav,x\n".encode("cp1252"), "not in UTF-8"),
        ("path\ttag\nübung.wav\tx\n".encode("utf-16"), "not in UTF-8"),
        ("path\ttag\nübung.wav\tx\n".encode("utf-16-le"), "not in UTF-8"),
        ("path,tag\na.wav,ü\n".encode("cp1252"), "not in UTF-8"),
        ("path,tag,says\na.wav,x,nö\n".encode("cp1252"), "not in UTF-8"),
        ("path,tag\na.wav,x\nübung.wav,x\n".encode("cp1252"), "not in UTF-8"),
    ],
)
def test_what_is_no_table_is_said(tmp_path: Path, data: bytes, told: str) -> None:
    table = tmp_path / "labels.csv"
    table.write_bytes(data)
    with pytest.raises(EarmarkError, match=told) as caught:
        label_files.read(table)
    assert caught.value.path == str(table)


def test_a_folder_without_a_folder_a_tag_is_said_to_be_none(tmp_path: Path) -> None:
    kicks = tmp_path / "kick"
    (kicks / "empty").mkdir(parents=True)
    with pytest.raises(EarmarkError, match="there is no name to take for a tag"):
        label_files.read(kicks)
    write(kicks / "a.wav", thump(0.3))
    with pytest.raises(EarmarkError, match="Name the folder above") as caught:
        label_files.read(kicks)
    assert caught.value.path == str(kicks)
    assert [word.tag for word in label_files.read(tmp_path)[0]] == ["kick"]


def test_a_table_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EarmarkError, match=r"cannot be read \(No such file or directory\)"):
        label_files.read(tmp_path / "labels.csv")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    sound = tmp_path / 'a "quoted", one;.wav'
    label_files.write_table(table, _words(sound))
    assert label_files.read(table) == ([Word(str(sound), "dusty", True, "c")], [])


def test_a_name_in_another_encoding_is_written_and_read_again(tmp_path: Path) -> None:
    table, odd = tmp_path / "labels.csv", tmp_path / os.fsdecode(b"\xfcbung \xff.wav")
    odd.write_bytes(b"RIFF")
    label_files.write_table(table, _words(odd, tmp_path / "übung.wav"))
    words, problems = label_files.read(table)
    assert [word.path for word in words] == [str(odd), str(tmp_path / "übung.wav")]
    assert not problems


def test_a_table_is_never_written_over(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("my own work")
    with pytest.raises(EarmarkError, match="nothing is written over"):
        label_files.write_table(table, _words(tmp_path / "a.wav"))
    assert table.read_text() == "my own work"


def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EarmarkError, match="cannot be written there"):
        label_files.write_table(tmp_path / "none" / "labels.csv", _words(tmp_path / "a.wav"))
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    with pytest.raises(EarmarkError, match="cannot be written there"):
        label_files.copy_out(tmp_path / "file" / "out", _words(tmp_path / "a.wav"))


@pytest.mark.usefixtures("little_room")
def test_no_half_of_a_table_is_left(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    with pytest.raises(EarmarkError, match="File too large"):
        label_files.write_table(table, _words(*(tmp_path / f"{n}.wav" for n in range(5_000))))
    assert not table.exists()


@pytest.mark.usefixtures("little_room")
def test_no_half_of_a_sound_is_left_and_the_place_is_named(tmp_path: Path) -> None:
    small, large = tmp_path / "a.wav", tmp_path / "b.wav"
    small.write_bytes(b"a" * 100)
    large.touch()
    os.truncate(large, SMALL)
    with large.open("r+b") as file:
        file.write(b"b" * SMALL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL // 2, resource.RLIM_INFINITY))
    with pytest.raises(EarmarkError, match="cannot be written there") as caught:
        label_files.copy_out(tmp_path / "out", _words(small, large))
    assert caught.value.path == str(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out" / "dusty").iterdir()] == ["a.wav"]


@pytest.mark.parametrize("tag", ["dusty", "100%", "50%25 wet", "lo-fi", "con air", "a.b", "aux 2"])
def test_a_tag_that_can_be_a_folder_is_called_so(tag: str) -> None:
    assert (folder_of(tag), tag_of(tag)) == (tag if tag != "50%25 wet" else "50%2525 wet", tag)


def test_tags_come_back_from_folders_as_they_were(tmp_path: Path) -> None:
    tags = ["a/b", "a-b", "a\\b", "a%2fb", "a%2Fb", "..", ".", ".hidden", "=1+1", "b.", "b"]
    tags += ["a:b", "nul", "nul.x", "%6eul", "com1", 'say "so"', "who?", "<*|*>", "tab\there"]
    sound = tmp_path / "kick.wav"
    write(sound, thump(0.3))
    words = [{"path": str(sound), "tag": tag, "says": True} for tag in tags]
    assert label_files.copy_out(tmp_path / "out", words) == []
    names = os.listdir(tmp_path / "out")
    assert len(names) == len(tags)
    for name in names:
        assert not re.search(r'[\\:*?"<>|\x00-\x1f]|^\.|[. ]$|^(?:nul|com1)(?:\.|$)', name), name
    found, problems = label_files.read(tmp_path / "out")
    assert (sorted(word.tag for word in found), problems) == (sorted(tags), [])


def test_a_sound_that_is_gone_does_not_stop_the_others(tmp_path: Path) -> None:
    here = tmp_path / "here.wav"
    here.write_bytes(b"RIFF")
    problems = label_files.copy_out(tmp_path / "out", _words(tmp_path / "gone.wav", here))
    assert [problem.path for problem in problems] == [str(tmp_path / "gone.wav")]
    assert [path.name for path in (tmp_path / "out" / "dusty").iterdir()] == ["here.wav"]
