"""What is written so that Earmark starts at login, file by file."""

from __future__ import annotations

import os
import plistlib
import shutil
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from earmark_daemon import program
from earmark_daemon.autostart import Login, Manner, Starts, disable, enable, files, starts
from earmark_daemon.errors import EarmarkError

EARMARK = ("/usr/bin/earmark",)
TRAY = ("/usr/bin/earmark-tray",)
TEMPLATES = Path(__file__).resolve().parents[3] / "packaging" / "autostart"
QUOTES = """My "100%" $HOME `x` \\ 'é'"""
STARTUP = "Microsoft/Windows/Start Menu/Programs/Startup"
TREES = {
    Manner.SYSTEMD: {
        "systemd/user/earmark.service": "earmark.service",
        "systemd/user/default.target.wants/earmark.service": "-> ../earmark.service",
        "autostart/earmark-tray.desktop": "earmark-tray.desktop",
    },
    Manner.DESKTOP: {
        "autostart/earmark.desktop": "earmark.desktop",
        "autostart/earmark-tray.desktop": "earmark-tray.desktop",
    },
    Manner.LAUNCHD: {
        "Library/LaunchAgents/earmark.daemon.plist": "earmark.daemon.plist",
        "Library/LaunchAgents/earmark.tray.plist": "earmark.tray.plist",
    },
    Manner.WINDOWS: {f"{STARTUP}/Earmark.cmd": "Earmark.cmd"},
}


def tree(root: Path) -> dict[str, str]:
    """Every file below a folder with its text; of a link, where it points to."""
    found = {}
    for path in root.rglob("*"):
        if path.is_symlink():
            found[path.relative_to(root).as_posix()] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[path.relative_to(root).as_posix()] = path.read_bytes().decode()
    return found


def expected(manner: Manner) -> dict[str, str]:
    return {
        path: text if text.startswith("->") else (TEMPLATES / text).read_bytes().decode()
        for path, text in TREES[manner].items()
    }


@pytest.mark.parametrize("manner", Manner)
def test_on_writes_these_files_and_off_removes_them(manner: Manner, tmp_path: Path) -> None:
    login = Login(manner, tmp_path, EARMARK, TRAY)
    assert starts(login) is Starts.NOTHING
    enable(login)
    enable(login)
    assert tree(tmp_path) == expected(manner)
    assert starts(login) is Starts.THIS
    assert {path.relative_to(tmp_path).as_posix() for path in files(login)} == {*tree(tmp_path)}
    disable(login)
    disable(login)
    assert tree(tmp_path) == {}
    assert starts(login) is Starts.NOTHING


@pytest.mark.parametrize("manner", Manner)
def test_without_a_tray_nothing_speaks_of_one(manner: Manner, tmp_path: Path) -> None:
    enable(Login(manner, tmp_path, EARMARK))
    assert "tray" not in repr(tree(tmp_path))


@pytest.mark.parametrize("manner", Manner)
def test_a_tray_that_came_or_went_since_changes_nothing_of_that(
    manner: Manner, tmp_path: Path
) -> None:
    with_tray, without = Login(manner, tmp_path, EARMARK, TRAY), Login(manner, tmp_path, EARMARK)
    enable(without)
    assert starts(with_tray) is Starts.THIS
    enable(with_tray)
    assert starts(without) is Starts.THIS
    disable(without)
    assert tree(tmp_path) == {}
    enable(with_tray)
    enable(without)
    assert "tray" not in repr(tree(tmp_path))


def test_off_and_on_take_away_what_another_manner_of_the_same_system_wrote(tmp_path: Path) -> None:
    desktop, systemd = (Login(each, tmp_path, EARMARK) for each in (Manner.DESKTOP, Manner.SYSTEMD))
    enable(desktop)
    enable(systemd)
    assert not (tmp_path / "autostart/earmark.desktop").exists()
    disable(desktop)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("manner", Manner)
def test_it_is_known_whether_another_program_or_another_home_is_started(
    manner: Manner, tmp_path: Path
) -> None:
    def login(program: str, home: str | None, path: str = "/bin") -> Login:
        environment = {"EARMARK_HOME": home} if home else {}
        if manner is Manner.LAUNCHD:
            environment["PATH"] = path
        return Login(manner, tmp_path, (program,), environment=environment)

    enable(login("/a b/earmark", "/one home"))
    assert starts(login("/a b/earmark", "/one home", "/other:/bin")) is Starts.THIS
    assert starts(login("/c/earmark", "/one home")) is Starts.OTHER_PROGRAM
    assert starts(login("/a b/earmark", "/two")) is Starts.OTHER_HOME
    assert starts(login("/a b/earmark", None)) is Starts.OTHER_HOME
    enable(login("/venv/bin/python3", "/two\u2028lines"))
    assert starts(login("/venv/bin/python3.11", "/two\u2028lines")) is Starts.THIS
    assert starts(login("/other/bin/python3", "/two\u2028lines")) is Starts.OTHER_PROGRAM
    enable(login("/a b/earmark", None))
    assert starts(login("/a b/earmark", None)) is Starts.THIS
    assert starts(login("/c/earmark", None)) is Starts.OTHER_PROGRAM
    assert starts(login("/a b/earmark", "/two")) is Starts.OTHER_HOME


@pytest.mark.parametrize(
    "content", [b"", b"<plist", b"bplist00", b"<plist><array/></plist>", b"\xff"]
)
@pytest.mark.parametrize("manner", Manner)
def test_a_file_that_says_nothing_starts_nothing_of_ours(
    manner: Manner, content: bytes, tmp_path: Path
) -> None:
    login = Login(manner, tmp_path, EARMARK)
    enable(login)
    for path in files(login):
        if not path.is_symlink():
            path.write_bytes(content)
    assert starts(login) is Starts.OTHER_HOME


def test_what_others_start_at_login_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "systemd/user/default.target.wants/other.service"
    other.parent.mkdir(parents=True)
    other.write_text("other")
    login = Login(Manner.SYSTEMD, tmp_path, EARMARK)
    enable(login)
    disable(login)
    assert tree(tmp_path) == {"systemd/user/default.target.wants/other.service": "other"}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("in the way")
    with pytest.raises(EarmarkError, match="could not be written") as refused:
        enable(Login(Manner.DESKTOP, tmp_path, EARMARK))
    assert refused.value.path == str(tmp_path / "autostart" / "earmark.desktop")


def awkward_program(folder: Path, name: str) -> str:
    """A program in a folder whose name wants quoting."""
    program = folder / name / "earmark"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("name", ["My 100% $HOME `x` é", QUOTES])
def test_systemd_accepts_the_unit(name: str, tmp_path: Path) -> None:
    program = awkward_program(tmp_path, name)
    enable(Login(Manner.SYSTEMD, tmp_path, (program,), environment={"EARMARK_HOME": "/a %b $c"}))
    assert "earmark.service" not in verified(tmp_path)
    if name is not QUOTES:
        os.unlink(program)
        assert f"{program} is not executable" in verified(tmp_path)


def verified(folder: Path) -> str:
    """What systemd says of the unit."""
    unit = folder / "systemd/user/earmark.service"
    command = ["systemd-analyze", "verify", "--user", "--man=no", str(unit)]
    environment = os.environ | {"XDG_RUNTIME_DIR": str(folder)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.stderr


@pytest.mark.parametrize("manner", [Manner.SYSTEMD, Manner.DESKTOP])
def test_a_line_break_in_the_home_begins_no_line(manner: Manner, tmp_path: Path) -> None:
    home = {"EARMARK_HOME": "/a\nExec=one\rExec=two\r\nExecStart=three"}
    enable(Login(manner, tmp_path, EARMARK, TRAY, home))
    told = [text for text in tree(tmp_path).values() if not text.startswith("->")]
    assert len(told) == 2
    for text in told:
        assert len([line for line in text.splitlines() if line.startswith("Exec")]) == 1
        assert r"/a\nExec=one\rExec=two\r\nExecStart=three" in text


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="needs desktop-file-utils"
)
def test_the_desktop_entries_are_valid(tmp_path: Path) -> None:
    program = awkward_program(tmp_path, QUOTES)
    home = {"EARMARK_HOME": "/a %b $c\nd"}
    enable(Login(Manner.DESKTOP, tmp_path, (program,), TRAY, home))
    for entry in (tmp_path / "autostart").iterdir():
        done = subprocess.run(
            ["desktop-file-validate", str(entry)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, "")


def test_launchd_gets_the_words_as_they_are(tmp_path: Path) -> None:
    program = 'My "100%" $HOME & <x>/earmark'
    home = {"EARMARK_HOME": "/a & b"}
    enable(Login(Manner.LAUNCHD, tmp_path, (program,), environment=home, log=Path("/l/e.log")))
    agent = plistlib.loads((tmp_path / "Library/LaunchAgents/earmark.daemon.plist").read_bytes())
    assert agent["ProgramArguments"] == [program, "run", "--quiet"]
    assert agent["EnvironmentVariables"] == home
    assert agent["StandardErrorPath"] == "/l/e.log"


def test_windows_keeps_percent_signs_and_the_home(tmp_path: Path) -> None:
    home = {"EARMARK_HOME": r"D:\100% é"}
    enable(Login(Manner.WINDOWS, tmp_path, (r"C:\P y\python.exe", "-m", "x"), environment=home))
    lines = (tmp_path / STARTUP / "Earmark.cmd").read_bytes().decode().split("\r\n")
    assert lines[2:] == [
        r'set "EARMARK_HOME=D:\100%% é"',
        r'start "Earmark" /min "C:\P y\python.exe" "-m" "x" "start"',
        "",
    ]


def test_the_tray_is_started_only_where_all_that_it_needs_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert program.tray_program() is not None
    for lacking in program.TRAY_NEEDS:
        monkeypatch.setattr(
            program, "find_spec", lambda name, no=lacking: None if name == no else find_spec(name)
        )
        assert program.tray_program() is None
