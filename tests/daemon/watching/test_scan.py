from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.daemon.watching.recorder import on_disk, sound

from earmark_daemon.watching.facts import Found, Trouble
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.scan import scan

NOBODY = 65534


def found(root: Path, **options: object) -> set[str]:
    items = list(scan(str(root), Rules(), **options))  # type: ignore[arg-type]
    assert not [item for item in items if isinstance(item, Trouble)]
    paths = [item.path for item in items if isinstance(item, Found)]
    assert len(paths) == len(set(paths))
    return {os.path.relpath(path, root) for path in paths}


def test_every_sound_with_its_stamp(tmp_path: Path) -> None:
    for name in ("a.wav", "pack/b.wav", "pack/deep/er/c.wav"):
        sound(tmp_path / name)
    sound(tmp_path / "readme.txt")
    sound(tmp_path / ".hidden/d.wav")
    items = [item for item in scan(str(tmp_path), Rules()) if isinstance(item, Found)]
    seen = {item.path: item.stamp for item in items}
    seen_by_others = on_disk(tmp_path)
    del seen_by_others[str(tmp_path / ".hidden/d.wav")]
    assert seen == seen_by_others


def test_a_part_of_the_tree_and_folders_apart(tmp_path: Path) -> None:
    for name in ("a.wav", "pack/b.wav", "pack/apart/c.wav"):
        sound(tmp_path / name)
    apart = frozenset([str(tmp_path / "pack/apart")])
    assert found(tmp_path, start=str(tmp_path / "pack"), apart=apart) == {"pack/b.wav"}


def test_links_that_lead_back_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    sound(root / "pack/a.wav")
    (root / "pack/up").symlink_to(root)
    (root / "above").symlink_to(tmp_path)
    (root / "again").symlink_to(root / "pack")
    assert found(root) == {"pack/a.wav"}
    (root / "self").symlink_to(root / "self")
    troubles = [item for item in scan(str(root), Rules()) if isinstance(item, Trouble)]
    assert [trouble.problem.code for trouble in troubles] == ["link-loop"]


def test_links_that_lead_out_are_followed_once(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    sound(outside / "a.wav")
    (outside / "loop").symlink_to(outside)
    (outside / "back").symlink_to(root)
    (root / "one").symlink_to(outside)
    (root / "two").symlink_to(outside)
    names = found(root)
    assert names in ({"one/a.wav"}, {"two/a.wav"})


def test_linked_files_and_broken_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "linked.wav").symlink_to(sound(tmp_path / "outside.wav"))
    (root / "broken.wav").symlink_to(tmp_path / "nothing.wav")
    items = {item.path: item for item in scan(str(root), Rules())}
    assert isinstance(items[str(root / "linked.wav")], Found)
    broken = items[str(root / "broken.wav")]
    assert isinstance(broken, Trouble)
    assert broken.problem.code == "broken-link"


def test_pipes_and_folders_with_the_name_of_a_sound(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    sound(tmp_path / "kick.wav/inside.wav")
    assert found(tmp_path) == {"kick.wav/inside.wav"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_of_any_bytes(tmp_path: Path) -> None:
    names = {os.fsdecode(name) for name in (b"\xff\xfe.wav", "🥁.wav".encode(), b"a\nb.wav")}
    for name in names:
        sound(tmp_path / name)
    assert found(tmp_path) == names


def test_paths_too_long_for_the_system_are_reported(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("f" * 250, dir_fd=here)
        deeper = os.open("f" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    items = list(scan(str(tmp_path), Rules()))
    assert [item.problem.code for item in items if isinstance(item, Trouble)] == ["path-too-long"]
    assert [item.path for item in items if isinstance(item, Found)] == [str(tmp_path / "a.wav")]


def test_a_root_that_is_not_there_is_reported_a_folder_in_it_is_not(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    (trouble,) = scan(missing, Rules())
    assert isinstance(trouble, Trouble)
    assert trouble.folder
    assert list(scan(str(tmp_path), Rules(), start=missing)) == []


def test_a_folder_that_vanishes_midway_is_passed_over(tmp_path: Path) -> None:
    for number in range(5):
        sound(tmp_path / f"{number}/a.wav")
    scanning = scan(str(tmp_path), Rules())
    first = next(scanning)
    for folder in tmp_path.iterdir():
        if folder != Path(first.path).parent:
            (folder / "a.wav").unlink()
            folder.rmdir()
    assert list(scanning) == []


def test_a_folder_one_may_not_read_is_reported(tmp_path: Path) -> None:
    """As a user without rights: the superuser may read everything."""
    script = (
        "import os, sys; from earmark_daemon.watching.scan import *\n"
        "os.getuid() or os.setuid(int(sys.argv[2]))\n"
        "for item in scan(sys.argv[1], Rules()):\n"
        "    problem = getattr(item, 'problem', None)\n"
        "    print(os.path.basename(item.path), problem.code if problem else 'found')\n"
    )
    root = tmp_path / "root"
    sound(root / "open.wav")
    sound(root / "shut/secret.wav")
    (root / "shut").chmod(0)
    for folder in (root, *list(root.parents)[:-2]):
        folder.chmod(0o755)
    try:
        result = subprocess.run(
            [sys.executable, "-c", script, str(root), str(NOBODY)],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        (root / "shut").chmod(0o755)
    assert sorted(result.stdout.split("\n")[:-1]) == ["open.wav found", "shut permission-denied"]
