"""Tags under broader ones, in the index and in the files, and out again."""

from __future__ import annotations

import json
import shutil

from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.own_tags import PACK, take
from tests.e2e.readers import exiftool
from tests.e2e.test_models import settled, tags_of

KICKS = sorted((PACK / "Drums" / "Kicks").glob("*.wav"))
SNARES = sorted((PACK / "Drums" / "Snares").glob("*.wav"))


def found(word: str) -> set[str]:
    answers = earmark("search", word, "--json", check=False).stdout.splitlines()
    return {json.loads(line)["path"] for line in answers}


def told(*arguments: str) -> str:
    done = earmark(*arguments, check=False)
    assert done.returncode == 1
    return done.stderr


def test_what_is_a_kick_is_tagged_drums_too(daemon: LivingDaemon) -> None:
    kicks, snares = take(daemon, KICKS), take(daemon, SNARES)
    assert kicks
    assert snares
    done = earmark("tags", "nest", "kick", "snare", "--under", "drums")
    assert f"to be tagged anew: {len(kicks) + len(snares)}." in done.stdout
    settled(daemon)
    assert found("tag:drums") == {*kicks, *snares}
    for path, words in exiftool([*kicks, *snares]).items():
        assert "drums" in words, path
    listed = earmark("tags").stdout
    assert listed.splitlines()[0].split()[1] == "drums"
    assert "   kick" in listed
    earmark("label", kicks[0], "--remove", "drums")
    assert found("tag:drums") == {*kicks[1:], *snares}
    daemon.kill()
    daemon.start()
    copy, fresh = (str(daemon.folder / name) for name in ("Copy.wav", "Low.wav"))
    shutil.copy(kicks[0], copy)
    shutil.copy(kicks[1], fresh)
    daemon.wait_for([copy, fresh])
    assert (tags_of(daemon, copy), tags_of(daemon, fresh)) == (set(), {"drums"})
    earmark("tags", "unnest", "kick")
    settled(daemon)
    assert found("tag:drums") == set(snares)
    assert "drums" not in exiftool(kicks[1:2])[kicks[1]]


def test_a_broader_tag_is_renamed_and_the_way_back_is_open(daemon: LivingDaemon) -> None:
    (kick,) = take(daemon, KICKS[:1])
    earmark("tags", "nest", "kick", "--under", "drum")
    settled(daemon)
    earmark("label", kick, "--add", "dusty")
    earmark("tags", "nest", "drum", "--under", "rhythm")
    earmark("tags", "rename", "drum", "Drums")
    settled(daemon)
    assert tags_of(daemon, kick) == {"drums", "rhythm", "dusty"}
    assert "lies under it" in told("tags", "nest", "rhythm", "--under", "kick")
    assert "itself" in told("tags", "nest", "kick", "--under", "Kick")
    assert "drmus" in told("tags", "nest", "drmus", "--under", "kick")
    assert "already" in told("tags", "rename", "dusty", "drums")
    earmark("tags", "undo")
    settled(daemon)
    assert tags_of(daemon, kick) == {"drum", "rhythm", "dusty"}
    earmark("tags", "off", "drum")
    settled(daemon)
    assert tags_of(daemon, kick) == {"rhythm", "dusty"}
    earmark("tags", "unnest", "drum")
    settled(daemon)
    assert tags_of(daemon, kick) == {"dusty"}


def test_a_dry_run_says_what_a_new_sound_would_get(daemon: LivingDaemon) -> None:
    (kick,) = take(daemon, KICKS[:1])
    earmark("tags", "nest", "kick", "--under", "drums")
    settled(daemon)
    answer = json.loads(earmark("tag", "--dry-run", "--json", kick).stdout)
    tags = [(tag["tag"], tag["source"]) for tag in answer["tags"]]
    assert tags[0][0] == "kick"
    assert tags[1:] == [("drums", "narrower")]
    shown = json.loads(earmark("show", "--json", kick).stdout)["tags"]
    assert [tag["tag"] for tag in shown] == ["kick", "drums"]


def test_who_says_the_broader_tag_does_not_unsay_the_narrower_one(daemon: LivingDaemon) -> None:
    (path,) = take(daemon, SNARES[:1])
    earmark("tags", "nest", "kick", "--under", "percussion")
    earmark("label", path, "--add", "kick")
    earmark("label", path, "--add", "percussion")
    settled(daemon)
    assert tags_of(daemon, path, "instrument") == {"kick", "percussion"}
    learnt = daemon.client.call("dataset_overview", tag_set="instrument")["tags"]
    assert [(tag["tag"], tag["yes"]) for tag in learnt] == [("kick", 1)]
    earmark("label", path, "--remove", "kick")
    settled(daemon)
    assert tags_of(daemon, path, "instrument") == {"percussion"}
