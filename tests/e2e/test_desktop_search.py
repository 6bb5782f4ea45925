"""Tags in files are found by the Linux desktops' own search: Recoll, Baloo and GNOME Tracker.

All three run here for real, without a screen, each over one file of every format.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.encoded import EXTENSIONS, encoded

from earmark_daemon.writing import Prepared, commit, prepare

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(280)]

KINDS = ("wav", "wavex", "aiff", "mp3", "flac", "ogg", "opus", "m4a", "wv")
TAGS = ("kick", "snare", "vocal")
ABSENT = "cymbal"
ATTEMPTS = 3
PATIENCE_SECONDS = 60
TOOLS = ("recollindex", "recollq", "baloo_file", "baloosearch", "tracker3", "dbus-daemon")
MINER = "/usr/libexec/tracker-miner-fs-3"

Search = Callable[[str], str]


@dataclass(frozen=True)
class Desktop:
    """A home folder with a Music folder in it, and the environment to run programs in."""

    home: Path
    env: dict[str, str]

    @property
    def music(self) -> Path:
        return self.home / "Music"

    def output(self, *command: str) -> str:
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=120)
        return done.stdout

    def write(self, path: str, text: str) -> None:
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def name_of(kind: str) -> str:
    """A file name without any of the words."""
    return f"sound-{kind}.{EXTENSIONS.get(kind, 'wav')}"


def base_folder() -> str:
    """Tracker ignores what lies under /tmp."""
    return "/var/lib" if os.access("/var/lib", os.W_OK) else str(Path.home())


@pytest.fixture(scope="module")
def desktop() -> Iterator[Desktop]:
    path = "/usr/bin:/bin:/usr/sbin"
    missing = [tool for tool in TOOLS if shutil.which(tool, path=path) is None]
    if missing or not Path(MINER).exists():
        pytest.skip(f"needs the desktop indexers: {', '.join(missing) or MINER}")
    with tempfile.TemporaryDirectory(dir=base_folder(), prefix="earmark-desktop-") as folder:
        home = Path(folder)
        (home / "run").mkdir(mode=0o700)
        (home / "Music").mkdir()
        for kind in KINDS:
            file = home / "Music" / name_of(kind)
            file.write_bytes(encoded(kind))
            prepared = prepare(str(file), TAGS)
            assert isinstance(prepared, Prepared), prepared
            commit(prepared)
        env = {
            "HOME": folder,
            "PATH": path,
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(home / "run"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        with Running(["dbus-daemon", "--session", "--print-address"], env) as bus:
            assert bus.stdout is not None
            env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
            yield Desktop(home, env)


class Running:
    """A program that runs as long as the block does."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        with Path(env["HOME"], "log").open("a") as log:
            self._process = subprocess.Popen(
                command, env=env, stdout=subprocess.PIPE, stderr=log, text=True
            )

    def __enter__(self) -> subprocess.Popen[str]:
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def missing_from(search: Search) -> list[tuple[str, str]]:
    """Each format and tag that a search does not find."""
    found = {tag: search(tag) for tag in TAGS}
    return [(kind, tag) for kind in KINDS for tag in TAGS if name_of(kind) not in found[tag]]


def check(desktop: Desktop, indexer: list[str], search: Search) -> None:
    """Wait until everything is found, then see that nothing is found by an absent word.

    An indexer that found nothing yet on a busy machine is started once more.
    """
    missing: list[tuple[str, str]] = []
    for _ in range(ATTEMPTS):
        with Running(indexer, desktop.env):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while (missing := missing_from(search)) and time.monotonic() < deadline:
                time.sleep(0.5)
            if not missing:
                assert "sound-" not in search(ABSENT)
                return
    assert not missing, (desktop.home / "log").read_text()[-4000:]


def test_recoll_finds_every_tag_in_every_format(desktop: Desktop) -> None:
    folder = desktop.home / ".recoll"
    desktop.write(".recoll/recoll.conf", f"topdirs = {desktop.music}\n")
    check(
        desktop,
        ["recollindex", "-c", str(folder)],
        lambda word: desktop.output("recollq", "-c", str(folder), "-b", word),
    )


def test_baloo_finds_every_tag_in_every_format(desktop: Desktop) -> None:
    desktop.write(
        ".config/baloofilerc",
        "[Basic Settings]\nIndexing-Enabled=true\n\n[General]\nfolders[$e]=$HOME/Music/\n"
        "exclude folders[$e]=\nonly basic indexing=false\n",
    )
    check(desktop, ["baloo_file"], lambda word: desktop.output("baloosearch", word))


def test_tracker_finds_every_tag_in_every_format(desktop: Desktop) -> None:
    """Tracker reads LIST/INFO from WAV files and not ID3, so this is the test of both."""
    desktop.write(".config/user-dirs.dirs", 'XDG_MUSIC_DIR="$HOME/Music"\n')
    check(
        desktop,
        [MINER, "-s", "0"],
        lambda word: desktop.output("tracker3", "search", "--disable-color", word),
    )


def tagged(folder: Path, kind: str) -> Path:
    """A sound of a kind into which we wrote `TAGS`."""
    path = folder / name_of(kind)
    path.write_bytes(encoded(kind))
    prepared = prepare(str(path), TAGS)
    assert isinstance(prepared, Prepared)
    commit(prepared)
    return path


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "wv"])
def test_exiftool_reads_every_tag(tmp_path: Path, kind: str) -> None:
    """It reads no WavPack files. WAV files carry every field twice, for different readers."""
    if shutil.which("exiftool") is None:
        pytest.skip("needs exiftool")
    path = tagged(tmp_path, kind)
    command = ["exiftool", "-a", "-G1", "-s", "-Genre", "-Comment", "-Warning", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    places = ("[RIFF]", "[ID3v2_3]") if kind.startswith("wav") else ("[",)
    for place in places:
        lines = [line for line in done.stdout.splitlines() if line.startswith(place)]
        genres = " ".join(line for line in lines if " Genre " in line)
        comments = " ".join(line for line in lines if " Comment " in line)
        assert all(tag in genres and tag in comments for tag in TAGS), done.stdout
    assert "Warning" not in done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_ffprobe_reads_the_first_tag(tmp_path: Path, kind: str) -> None:
    if shutil.which("ffprobe") is None:
        pytest.skip("needs ffprobe")
    path = tagged(tmp_path, kind)
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "kick" in done.stdout.lower()
    assert done.stderr == ""
