"""`earmark search`, with a daemon and without, and what it says where nothing is found."""

from __future__ import annotations

import json
import os

import mutagen.id3
from tests.daemon.audio_files import crack, thump, write
from tests.e2e.living import LivingDaemon, earmark
from tests.waiting import until


def said(*query: str) -> list[str]:
    return earmark("search", *query).stdout.splitlines()


def test_what_is_found_and_why_nothing_is_is_said_by_a_daemon_and_without_one(
    daemon: LivingDaemon,
) -> None:
    first = write(daemon.folder / "boom 1.wav", thump(0.3))
    second = write(daemon.folder / "boom 2.wav", thump(0.35))
    third = write(daemon.folder / "crack.wav", crack())
    daemon.wait_for([first, second, third])
    earmark("label", first, "--add", "dusty rim")
    earmark("label", second, "--add", "vocal")

    def all_of_it() -> list[list[str]]:
        return [
            said("name:boom"),
            said("name:boom", "--limit", "1"),
            said(second),
            said("tag:dusti"),
            said("boom", "loudness:5..9"),
            said("trombone"),
            said("--json", "name:crack"),
            said("--json", "tag:vox"),
        ]

    by_daemon = all_of_it()
    found, fewer, pasted, misspelt, too_loud, nothing, as_json, sung = by_daemon
    assert {line.rsplit("  ", 1)[1] for line in found} == {first, second}
    assert fewer[1:] == ["1 of 2 sounds; see more with --limit."]
    assert [line.rsplit("  ", 1)[1] for line in pasted] == [second]
    assert misspelt == ["Nothing matches “tag:dusti”. Did you mean “dusty rim”?"]
    assert too_loud == ["No sound at all matches “loudness:5..9”."]
    assert nothing == ["No sound matches “trombone”."]
    assert [json.loads(line)["path"] for line in as_json] == [third]
    assert [json.loads(line)["path"] for line in sung] == [second]

    assert daemon.stop() == 0
    assert all_of_it() == by_daemon


def test_what_is_not_understood_is_a_wrong_use_by_a_daemon_and_without_one(
    daemon: LivingDaemon,
) -> None:
    def refused(*query: str) -> tuple[int, str, str]:
        done = earmark("search", *query, check=False)
        return done.returncode, done.stdout, done.stderr

    why = "“bpm:fast” is not understood; write it like bpm:128, bpm:120-130 or bpm:<100.\n"
    queries = (("boom", "bpm:fast"), ("--json", "bpm:fast"))
    assert [refused(*query) for query in queries] == [(2, "", why)] * 2
    assert daemon.stop() == 0
    assert [refused(*query) for query in queries] == [(2, "", why)] * 2


def test_words_to_leave_out_are_no_options(daemon: LivingDaemon) -> None:
    hat = write(daemon.folder / "hat.wav", crack())
    boom = write(daemon.folder / "Loops" / "boom.wav", thump(0.3))
    other = write(daemon.folder / "boom.wav", thump(0.35))
    daemon.wait_for([hat, boom, other])

    def found(*query: str) -> list[str]:
        return [json.loads(line)["path"] for line in said("--json", *query)]

    assert found("boom", "-loop") == found("-loop", "boom", "--limit", "5") == [other]
    assert set(found("-hat")) == {boom, other}
    assert found("-boom") == found("--", "-boom") == [hat]
    assert "Find sounds" in earmark("search", "-h").stdout
    assert "Find sounds" in earmark("search", "--help").stdout
    misspelt = earmark("search", "boom", "--limt", "5", check=False)
    assert misspelt.returncode == 2
    assert "--limt" in misspelt.stderr


def test_what_a_shell_took_the_quotation_marks_off_is_a_phrase_still(daemon: LivingDaemon) -> None:
    first = write(daemon.folder / "deep house kick.wav", thump(0.3))
    second = write(daemon.folder / "house of deep kick.wav", thump(0.35))
    third = write(daemon.folder / "Loops" / "deep loop.wav", crack())
    daemon.wait_for([first, second, third])

    def found(*query: str) -> set[str]:
        return {json.loads(line)["path"] for line in said("--json", *query)}

    assert found("deep house", "kick") == found("-loop", "name:deep house") == {first}
    assert found("kick", "-deep house") == {second}
    assert found("deep house") == {first, second}
    assert found("deep -kick") == found("deep -kick", "name:deep") == {third}


def test_the_path_of_what_is_there_may_be_typed_from_where_one_is(daemon: LivingDaemon) -> None:
    here = write(daemon.folder / "My Loops" / "deep house kick.wav", thump(0.3))
    there = write(daemon.folder / "house" / "My deep loops kick.wav", thump(0.35))
    daemon.wait_for([here, there])
    for path in (here, os.path.dirname(here)):
        (line,) = said("--json", os.path.relpath(path))
        assert json.loads(line)["path"] == here


def test_what_a_vendor_wrote_is_shown_in_words(daemon: LivingDaemon) -> None:
    path = str(write(daemon.folder / "kick.mp3"))
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.TCON(encoding=3, text=["Techno", "Deep House"]))
    tags.save(path)
    daemon.wait_for([path])
    lines = [line.split(maxsplit=1) for line in earmark("show", path).stdout.splitlines()]
    assert ["genre", "Techno; Deep House"] in lines


def test_copies_are_found_by_their_audio_with_a_daemon_and_without_one(
    daemon: LivingDaemon,
) -> None:
    first = write(daemon.folder / "a.wav", thump(0.3))
    second = write(daemon.folder / "Project" / "b.wav", thump(0.3))
    other = write(daemon.folder / "c.wav", thump(0.4))
    daemon.wait_for([first, second, other])
    earmark("label", second, "--add", "dusty")

    def told() -> list[str]:
        commands: tuple[list[str], ...] = (
            [],
            [str(daemon.folder / "Project")],
            [first],
            [other],
            ["--json"],
        )
        return [earmark("copies", *command).stdout for command in commands]

    text = (
        f"{second}\n    {first}\nIn more than one place: 1 sound. What takes most room is first.\n"
    )
    none = "Earmark knows no other place in which this sound lies.\n"
    asked = told()
    assert asked[:4] == [text, text, text, none]
    assert json.loads(asked[4]) == {"paths": [second, first]}
    daemon.stop()
    assert told() == asked


def test_status_counts_what_is_not_sure_enough_for_its_file_and_a_search_finds_it(
    daemon: LivingDaemon,
) -> None:
    path = write(daemon.folder / "kick.wav")
    daemon.wait_for([path])
    unsure = "1 sound with no tag that is sure enough to stand in the file"
    assert unsure not in earmark("status").stdout
    daemon.client.call("set", section="writing", name="sure_from", value=1.0)
    until(lambda: unsure in earmark("status").stdout, "it is counted")
    assert str(path) in earmark("search", "is:unsure").stdout
    for query in (("trombone", "or", "kick"), ("trombone or kick",), ("trombone | kick",)):
        assert str(path) in earmark("search", *query).stdout
