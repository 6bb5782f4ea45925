"""How sure a tag must be to be given: told, kept, followed by index and files, taken back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.own_tags import PACK, take
from tests.e2e.readers import exiftool
from tests.e2e.test_models import settled, sounds, tags_of
from tests.made_models import steady_head
from tests.waiting import until


def told(*arguments: str, code: int) -> str:
    done = earmark(*arguments, check=False)
    assert done.returncode == code
    return done.stderr


def test_a_tag_is_given_only_where_it_is_sure_enough(daemon: LivingDaemon, tmp_path: Path) -> None:
    first, second, third = sounds(daemon.folder, 3)
    daemon.wait_for([first, second, third])
    steady_head(tmp_path / "head.onnx", {"deep shine": 0.8, "dull": 0.1})
    digest = json.loads(earmark("models", "add", str(tmp_path / "head.onnx"), "--json").stdout)
    earmark("models", "use", digest["digest"])
    earmark("label", first, "--add", "deep shine")
    settled(daemon)
    said = json.loads(earmark("tags", "sure", "deep shine", "--json").stdout)
    assert said["sure_from"] is None
    assert (said["said"], {n for n, count in enumerate(said["percents"]) if count}) == (1, {80})
    done = earmark("tags", "sure", "Deep  Shine", "0.9").stdout
    assert "given from 0.9 on. 1 of the 3 sounds that carry it are that sure." in done
    assert "earmark tags sure 'deep shine' --usual" in done
    settled(daemon)
    assert [tags_of(daemon, path) for path in (first, second)] == [{"deep shine"}, set()]
    carried = exiftool([first, second])
    assert "deep shine" in carried[first]
    assert "deep shine" not in carried[second]
    assert "from 0.9 on" in earmark("tags").stdout
    daemon.kill()
    daemon.start()
    fresh = str(daemon.folder / "fresh.wav")
    shutil.copy(second, fresh)
    daemon.wait_for([fresh])
    assert tags_of(daemon, fresh) == set()
    earmark("tags", "sure", "deep shine", "--usual")
    settled(daemon)
    assert tags_of(daemon, fresh) == {"deep shine"}
    assert "deep shine" in exiftool([second])[second]


def test_a_dry_run_and_an_edited_settings_file_follow(daemon: LivingDaemon) -> None:
    (kick,) = take(daemon, sorted((PACK / "Drums" / "Kicks").glob("*.wav"))[:1])
    assert tags_of(daemon, kick, "instrument") == {"kick"}
    text = daemon.places.settings.read_text()
    assert "sure_from = {}" in text
    daemon.places.settings.write_text(text.replace("sure_from = {}", "sure_from = { kick = 1 }"))
    until(lambda: tags_of(daemon, kick, "instrument") == set(), "it follows the settings")
    assert json.loads(earmark("tag", "--dry-run", "--json", kick).stdout)["tags"] == []
    assert "No tag is sure enough." in earmark("show", kick).stdout
    assert "“kick” is given from 1 on." in earmark("tags", "sure", "kick").stdout


def test_a_tag_stays_off_and_as_sure_under_another_name(daemon: LivingDaemon) -> None:
    (sound,) = sounds(daemon.folder, 1)
    daemon.wait_for([sound])
    earmark("label", sound, "--add", "dusty", "--add", "wide")
    earmark("tags", "sure", "dusty", "0.7")
    earmark("tags", "off", "wide")
    earmark("tags", "rename", "dusty", "Grimy")
    earmark("tags", "rename", "wide", "broad")
    tags = daemon.client.call("settings")["tags"]
    assert tags == {"off": ["broad", "wide"], "sure_from": {"dusty": 0.7, "grimy": 0.7}}
    earmark("tags", "undo")
    earmark("tags", "undo")
    tags = daemon.client.call("settings")["tags"]
    assert tags == {"off": ["wide"], "sure_from": {"dusty": 0.7}}
    earmark("label", sound, "--add", "dull")
    earmark("tags", "sure", "dull", "0.9")
    earmark("tags", "merge", "dusty", "dull")
    earmark("tags", "undo")
    assert daemon.client.call("settings")["tags"]["sure_from"] == {"dull": 0.9, "dusty": 0.7}


def test_a_broader_tags_name_that_is_taken_back_leaves_no_choice_behind(
    daemon: LivingDaemon,
) -> None:
    (sound,) = sounds(daemon.folder, 1)
    daemon.wait_for([sound])
    earmark("label", sound, "--add", "kick")
    earmark("tags", "nest", "kick", "--under", "drums")
    earmark("tags", "sure", "drums", "0.9")
    earmark("tags", "rename", "drums", "beats")
    settled(daemon)
    assert tags_of(daemon, sound) == {"beats"}
    earmark("pause")
    earmark("tags", "undo")
    assert tags_of(daemon, sound) == {"beats"}, "it is still to be tagged anew"
    assert daemon.client.call("settings")["tags"]["sure_from"] == {"drums": 0.9}


def test_what_was_changed_while_it_did_not_run_is_followed_at_the_next_start(
    daemon: LivingDaemon,
) -> None:
    (kick,) = take(daemon, sorted((PACK / "Drums" / "Kicks").glob("*.wav"))[:1])
    daemon.kill()
    text = daemon.places.settings.read_text()
    for before, after, tags in (
        ("off = []", 'off = ["kick"]', set()),
        ('off = ["kick"]', "off = []", {"kick"}),
        ("sure_from = {}", "sure_from = { kick = 1 }", set()),
    ):
        text = text.replace(before, after)
        daemon.places.settings.write_text(text)
        daemon.start()
        settled(daemon)
        assert tags_of(daemon, kick, "instrument") == tags
        daemon.kill()
    daemon.start()
    assert daemon.status()["retagging"] is None


def test_what_cannot_be_is_refused_in_words(daemon: LivingDaemon) -> None:
    assert "There is no tag “kcik”" in told("tags", "sure", "kcik", "0.5", code=1)
    assert "from 0 to 1" in told("tags", "sure", "kick", "80", code=2)
    assert "not both" in told("tags", "sure", "kick", "0.5", "--usual", code=2)
    assert "sure_from = {}" in daemon.places.settings.read_text()
