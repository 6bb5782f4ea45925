"""Every window driven as a person would, by mouse and keyboard, on a screen with a real daemon."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mutagen.wave import WAVE
from tests.e2e.living import LivingDaemon
from tests.tray.learning import FOLDERS, labelled_pack
from tests.tray.looking import said_of
from tests.tray.screen import Screen, screen
from tests.tray.sounds import noise
from tests.waiting import until

pytestmark = pytest.mark.desktop


class Hands:
    """Mouse and keyboard over one window."""

    def __init__(self, shown: Screen, window: str) -> None:
        self._shown = shown
        self._window = window

    def click(self, x: int, y: int) -> None:
        self._shown.xdotool("mousemove", "--sync", "--window", self._window, str(x), str(y))
        self._shown.xdotool("click", "1")

    def press(self, *keys: str) -> None:
        self._shown.xdotool("key", "--clearmodifiers", "--delay", "60", *keys)

    def type(self, text: str) -> None:
        self._shown.xdotool("type", "--delay", "40", text)

    def wait_for_title(self, title: str) -> None:
        until(lambda: self.shows(title), f"the window shows {title}")

    def focused(self) -> bool:
        """Whether it has the keyboard; a window that is just coming up is asked for it again."""
        if self._shown.xdotool("getwindowfocus") == self._window:
            return True
        self._shown.xdotool("windowactivate", self._window)
        self._shown.xdotool("windowfocus", self._window)
        return False

    def shows(self, title: str) -> bool:
        return self._window in self._shown.windows(title)


@contextmanager
def opened(tmp_path: Path, name: str, *page: str) -> Iterator[Hands]:
    """A window of the tray's own program, with the keyboard's attention."""
    command = [sys.executable, "-m", "earmark_tray", name, *page]
    title = f"{name.title()} – Earmark$"
    with screen(tmp_path) as shown, shown.run(command):
        until(lambda: shown.windows(title), f"the {name} window is open")
        (window,) = shown.windows(title)
        hands = Hands(shown, window)
        until(hands.focused, f"the {name} window has the keyboard")
        yield hands


def in_file(path: Path) -> str:
    """The genre and comment that another reader finds in the file."""
    tags = WAVE(path).tags
    return "" if tags is None else " ".join(str(frame) for frame in tags.values())


def said_and_written(daemon: LivingDaemon, path: Path, tag: str) -> None:
    until(lambda: said_of(daemon, path) == [tag], f"{tag} is in the index")
    until(lambda: tag in in_file(path), f"{tag} is in the file")


@pytest.fixture
def sounds(daemon: LivingDaemon) -> list[Path]:
    paths = [daemon.folder / name for name in ("alpha.wav", "beta.wav")]
    for number, path in enumerate(paths):
        noise(path, number)
    daemon.wait_for(paths)
    return paths


@pytest.mark.parametrize("name", ["search", "review", "label", "train", "settings"])
def test_a_window_is_no_larger_than_its_screen(
    daemon: LivingDaemon, tmp_path: Path, name: str
) -> None:
    command = [sys.executable, "-m", "earmark_tray", name]
    command += [str(daemon.folder)] if name == "label" else []
    with screen(tmp_path, "1024x600x24", tray=False) as shown, shown.run(command):
        until(lambda: shown.windows(" – Earmark$"), "the window is open")
        (window,) = shown.windows(" – Earmark$")
        size = shown.xdotool("getwindowgeometry", "--shell", window)
        told = dict(line.split("=") for line in size.splitlines())
        assert int(told["WIDTH"]) <= 1024
        assert int(told["HEIGHT"]) <= 560


def test_search_finds_a_sound_and_tags_it(
    daemon: LivingDaemon, sounds: list[Path], tmp_path: Path
) -> None:
    with opened(tmp_path, "search") as hands:
        hands.click(300, 34)
        hands.type("name:beta")
        hands.wait_for_title("^name:beta – ")
        hands.press("Down", "t")
        hands.type("dusty rim")
        hands.press("Return")
        said_and_written(daemon, sounds[1], "dusty rim")
        hands.press("z")
        until(lambda: said_of(daemon, sounds[1]) == [], "the tag is taken back")
        until(lambda: "dusty rim" not in in_file(sounds[1]), "and out of the file")
    assert said_of(daemon, sounds[0]) == []


def test_review_accepts_and_types(daemon: LivingDaemon, tmp_path: Path) -> None:
    sounds = [daemon.folder / name for name in ("Kick alpha.wav", "Kick beta.wav")]
    for number, path in enumerate(sounds):
        noise(path, number)  # which is no kick, so that name and sound disagree
    daemon.wait_for(sounds)
    first = Path(daemon.client.call("review", limit=1)[0]["path"])
    (second,) = [path for path in sounds if path != first]
    with opened(tmp_path, "review") as hands:
        hands.wait_for_title(f"^{first.name} – ")
        hands.press("t")
        hands.type("dusty rim")
        hands.press("Return", "Return")
        said_and_written(daemon, first, "dusty rim")
        until(lambda: len(said_of(daemon, second)) == 1, "the second is accepted")
        (accepted,) = said_of(daemon, second)
        said_and_written(daemon, second, accepted)


def test_label_takes_a_folder_and_keys(daemon: LivingDaemon, tmp_path: Path) -> None:
    folder = tmp_path / "Elsewhere" / "Dusty Thuds"
    folder.mkdir(parents=True)
    paths = [folder / name for name in ("one.wav", "two.wav")]
    for number, path in enumerate(paths):
        noise(path, number)
    with opened(tmp_path, "label", str(folder)) as hands:
        daemon.wait_for(paths)
        offered = daemon.client.call("suggestions", paths=[str(path) for path in paths])
        assert offered[0]["suggestions"][0]["tag"] == "dusty thuds"
        hands.wait_for_title("^(one|two).wav – ")
        if hands.shows("^two.wav – "):
            paths.reverse()
        hands.press("Return")
        hands.wait_for_title(f"^{paths[1].name} – ")
        hands.press("t")
        hands.type("thump")
        hands.press("Return")
        for path, tag in zip(paths, ("dusty thuds", "thump"), strict=True):
            said_and_written(daemon, path, tag)


def test_settings_keep_tags_out_of_a_folder(daemon: LivingDaemon, tmp_path: Path) -> None:
    with opened(tmp_path, "settings") as hands:
        hands.wait_for_title("^1 folder – ")
        hands.press("Tab", "space")
        until(lambda: not daemon.client.call("folders")[0]["write_tags"], "the choice is kept")
    quiet = daemon.folder / "quiet.wav"
    noise(quiet, 9)
    daemon.wait_for([quiet])
    daemon.client.call("label", paths=[str(quiet)], add=["dusty rim"])
    daemon.wait_for([quiet])
    assert said_of(daemon, quiet) == ["dusty rim"]
    assert "dusty rim" not in in_file(quiet)


def test_train_learns_and_the_model_is_taken_into_use(daemon: LivingDaemon, tmp_path: Path) -> None:
    labelled = {path for paths in labelled_pack(daemon).values() for path in paths}
    hits = daemon.client.call("search", query="", limit=100)["hits"]
    unlabelled = [Path(hit["path"]) for hit in hits if hit["path"] not in labelled]
    with opened(tmp_path, "train") as hands:
        hands.press("space")
        until(
            lambda: [job["state"] for job in daemon.client.call("training_jobs")] == ["succeeded"],
            "the training is done",
            seconds=240,
        )

        def used() -> bool:
            hands.press("space")  # counts once “Use it” has the keyboard
            return any(m["in_use"] for m in daemon.client.call("models") if m["tag_set"] == "own")

        until(used, "the model is in use")
    until(
        lambda: any(
            tag in in_file(path) for path in unlabelled for tag in FOLDERS if path.suffix == ".wav"
        ),
        "a tag that was learnt is in a file that nobody labelled",
    )
    assert len(daemon.client.call("training_jobs")) == 1
