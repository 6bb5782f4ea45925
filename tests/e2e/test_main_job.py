"""A pack lands in a watched folder and is tagged, on real files."""

from __future__ import annotations

import csv
import os
import random
import shutil
from pathlib import Path

import numpy as np
import soundfile
from tests.daemon.audio_files import thump, write
from tests.e2e.living import AS_A_USER, LivingDaemon, earmark
from tests.e2e.readers import decoded, exiftool, ffprobe
from tests.shared import shared
from tests.waiting import until

from earmark_daemon.places import places
from earmark_daemon.settings import Folder
from earmark_daemon.settings_file import add_folder, change_value

PACK = Path(__file__).parents[2] / "daemon" / "earmark_daemon" / "demo_pack"
YEAR_2300 = 10_413_792_000
"""In seconds; in nanoseconds it fills more than the 64 bits of SQLite's integers."""


def sounds_in(folder: Path) -> list[Path]:
    suffixes = {".wav", ".aif", ".aiff", ".aifc", ".flac", ".mp3", ".ogg", ".opus", ".caf", ".m4a"}
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)


def tagged(daemon: LivingDaemon, path: Path) -> bool:
    (result,) = daemon.client.call("results", paths=[str(path)])
    return bool(result and result["written"])


def test_the_demo_pack_is_tagged_written_and_found(daemon: LivingDaemon) -> None:
    shutil.copytree(PACK, daemon.folder / "pack")
    files = sounds_in(daemon.folder)
    assert len(files) >= 40
    before = {path: decoded(path) for path in sounds_in(PACK)}
    results = daemon.wait_for(files)
    assert all(result["tags"] or result["reason"] for result in results)
    tagged = [result for result in results if result["tags"]]
    assert len(tagged) > len(files) / 2
    written = [result for result in tagged if result["written"]]
    read = exiftool([result["path"] for result in written])
    for result in written:
        word = result["tags"][0]["tag"]
        assert word in read[result["path"]].lower()
        assert word in ffprobe(result["path"]).lower()
        (hit,) = [
            hit
            for hit in daemon.client.call("search", query=f"tag:{word}", limit=1000)["hits"]
            if hit["path"] == result["path"]
        ]
        assert hit["tags"] == result["tags"]
    for path, digest in before.items():
        assert decoded(daemon.folder / "pack" / path.relative_to(PACK)) == digest


def test_vendors_files_are_settled_and_their_audio_is_the_same(daemon: LivingDaemon) -> None:
    source = shared("pack-files")
    shutil.copytree(source, daemon.folder / "vendors")
    files = sounds_in(daemon.folder / "vendors")
    before = {path: decoded(source / path.relative_to(daemon.folder / "vendors")) for path in files}
    results = daemon.wait_for(files)
    assert len(results) == len(files)
    assert all(result["tags"] or result["reason"] for result in results)
    assert {path: decoded(path) for path in files} == before
    written = [result for result in results if result["written"] and result["tags"]]
    assert len(written) > len(files) / 2
    read = exiftool([result["path"] for result in written])
    for result in written:
        assert result["tags"][0]["tag"] in read[result["path"]].lower()


def test_500_one_shots_are_settled(daemon: LivingDaemon) -> None:
    source = shared("sounds")
    with open(source / "index.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    originals = {}
    for number, row in enumerate(random.Random(0).sample(rows, 500)):
        copy = daemon.folder / f"{number:03d}.flac"
        originals[copy] = source / row["path"]
        shutil.copy(originals[copy], copy)
    results = daemon.wait_for(originals)
    for copy, original in originals.items():
        assert np.array_equal(soundfile.read(copy)[0], soundfile.read(original)[0]), copy
    assert any(result["written"] for result in results)
    assert len(results) == 500
    assert all(result["tags"] or result["reason"] for result in results)


def test_each_broken_file_has_its_reason_and_is_left_as_it_was(daemon: LivingDaemon) -> None:
    folder = daemon.folder
    whole = Path(write(folder.parent / "whole.wav", thump(0.5))).read_bytes()
    flac = Path(write(folder.parent / "whole.flac", thump(0.5))).read_bytes()
    claims = whole[:4] + b"\xff" * 4 + whole[8:40] + b"\xff" * 4 + whole[44:]
    contents = {
        "empty.wav": b"",
        "cut.wav": whole[: len(whole) // 2],
        "cut.flac": flac[:50],
        "text.wav": b"this is a text\n" * 50,
        "wrong extension.wav": flac,
        "claims 4 GB.wav": claims,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "kick.wav").mkdir()
    write(folder / "good.wav")
    results = {
        os.path.basename(result["path"]): result
        for result in daemon.wait_for([*(folder / name for name in contents), folder / "good.wav"])
    }
    assert results["good.wav"]["written"]
    for name, content in contents.items():
        if name != "wrong extension.wav":
            assert results[name]["reason"], name
            assert (folder / name).read_bytes() == content, name
    assert len({result["reason"] for result in results.values()}) >= 4


def test_a_file_of_the_far_future_is_tagged_like_any_other(daemon: LivingDaemon) -> None:
    made = write(daemon.folder.parent / "late.wav")
    os.utime(made, (YEAR_2300, YEAR_2300))
    late = daemon.folder / "late.wav"
    os.rename(made, late)
    (result,) = daemon.wait_for([late])
    assert result["written"]


def test_what_may_not_be_read_is_said_and_taken_once_it_may(tmp_path: Path) -> None:
    living = LivingDaemon(tmp_path / "Samples")
    shut = Path(write(living.folder / "shut.wav", thump(0.5)))
    closed = Path(write(living.folder / "closed" / "inside.wav", thump(0.3)))
    shut.chmod(0)
    closed.parent.chmod(0)
    opened = Path(write(living.folder / "open.wav"))
    try:
        living.start(AS_A_USER)
        (good,) = living.wait_for([opened])
        assert good["written"]
        (refused,) = living.wait_for([shut])
        assert "may not read this file" in refused["reason"]
        assert str(shut) in earmark("doctor", check=False).stdout
        assert str(closed.parent) in living.places.log.read_text()
        shut.chmod(0o644)
        closed.parent.chmod(0o755)
        earmark("doctor", "--retry", check=False)
        living.client.call("rescan")
        until(lambda: all(tagged(living, path) for path in (shut, closed)), "both are tagged")
    finally:
        living.end()
        closed.parent.chmod(0o755)


def test_index_only_folders_are_tagged_and_never_touched(tmp_path: Path) -> None:
    living = LivingDaemon(tmp_path / "Samples", write_tags=False)
    path = Path(write(living.folder / "a.wav"))
    before = path.read_bytes(), path.stat().st_mtime_ns
    living.start()
    (result,) = living.wait_for([path])
    living.end()
    assert not result["written"]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_dry_run_shows_no_change_where_nothing_is_written(tmp_path: Path) -> None:
    folder = Path(os.path.realpath(tmp_path)) / "Samples"
    folder.mkdir()
    path = write(folder / "a.wav")

    def shown() -> str:
        return earmark("tag", "--dry-run", path).stdout

    assert "kick" in shown()
    assert "→" in shown()
    add_folder(places().settings, Folder(str(folder), write_tags=False))
    assert "kick" in shown()
    assert "→" not in shown()
    add_folder(places().settings, Folder(str(folder)))
    assert "→" in shown()
    change_value(places().settings, "writing", "enabled", False)
    assert "→" not in shown()


def test_folders_are_added_and_removed_while_it_runs(daemon: LivingDaemon, tmp_path: Path) -> None:
    other = tmp_path / "Other"
    path = write(other / "a.wav")
    original = Path(path).read_bytes()
    earmark("watch", "add", str(other))
    daemon.wait_for([path])
    told = earmark("watch", "remove", str(other)).stdout
    assert f"Tags stay in 1 file. To take them out: earmark undo {other}\n" in told
    assert path not in {h["path"] for h in daemon.client.call("search", query="", limit=99)["hits"]}
    assert str(other) not in earmark("watch", "list").stdout
    assert "to the byte: 1 file" in earmark("undo", str(other)).stdout
    assert Path(path).read_bytes() == original


def test_a_sound_tagged_before_its_folder_is_watched_goes_with_the_folder(
    daemon: LivingDaemon, tmp_path: Path
) -> None:
    other = tmp_path / "Other"
    first, second = write(other / "a.wav"), write(other / "b.wav", thump(0.3))
    earmark("tag", first)
    earmark("watch", "add", str(other))
    daemon.wait_for([first, second])
    earmark("watch", "remove", str(other))
    assert daemon.client.call("search", query="")["hits"] == []


def test_settings_changed_by_hand_count_soon_and_a_mistake_changes_nothing(
    daemon: LivingDaemon,
) -> None:
    settings = daemon.places.settings
    good = settings.read_text(encoding="utf-8")
    settings.write_text("this is not TOML [", encoding="utf-8")

    def trouble_is_told() -> bool:
        events = daemon.client.call("changes", since=0, seconds=1.0)["events"]
        return any(event["kind"] == "trouble" for event in events)

    until(trouble_is_told, "the mistake is told")
    settings.write_text(good.replace("enabled = true", "enabled = false"), encoding="utf-8")
    until(lambda: not daemon.client.call("settings")["writing"]["enabled"], "the change is in use")
    path = Path(write(daemon.folder / "a.wav"))
    before = path.read_bytes()
    (result,) = daemon.wait_for([path])
    assert result["tags"]
    assert path.read_bytes() == before


def test_a_move_keeps_tags_without_hearing_it_again(daemon: LivingDaemon) -> None:
    path = Path(write(daemon.folder / "a.wav"))
    (before,) = daemon.wait_for([path])
    moved = daemon.folder / "elsewhere" / "b.wav"
    moved.parent.mkdir()
    path.rename(moved)
    (after,) = daemon.wait_for([moved])
    assert after["tags"] == before["tags"]
    assert after["written"]


def test_a_second_daemon_says_that_one_is_running(daemon: LivingDaemon) -> None:
    done = earmark("run", check=False)
    assert done.returncode == 1
    assert "running already" in done.stderr
    assert daemon.status()["state"] in {"idle", "working"}
