"""What is asked of watchdog, and what becomes of its silence."""

from __future__ import annotations

import errno
import logging
import tempfile
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.daemon.watching.recorder import Recorder, sound, watching
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from earmark_daemon.watching.hints import Hint, Kind
from earmark_daemon.watching.ignore import Rules
from earmark_daemon.watching.watcher import Watcher


class Hints:
    """Collects hints and waits for one."""

    def __init__(self) -> None:
        self.all: list[Hint] = []
        self._changed = threading.Condition()

    def __call__(self, hint: Hint) -> None:
        with self._changed:
            self.all.append(hint)
            self._changed.notify_all()

    def wait(self, kind: Kind, path: Path) -> None:
        with self._changed:
            arrived = self._changed.wait_for(
                lambda: any(hint.kind is kind and hint.path == str(path) for hint in self.all), 30
            )
        assert arrived, self.all


def test_events_become_hints(tmp_path: Path) -> None:
    hints = Hints()
    watcher = Watcher(hints)
    try:
        assert watcher.watch(str(tmp_path), Rules(("no/",))) is None
        assert watcher.is_alive(str(tmp_path))
        path = sound(tmp_path / "a.wav")
        hints.wait(Kind.CLOSED, path)
        path.rename(tmp_path / "b.wav")
        hints.wait(Kind.MOVED, path)
        (tmp_path / "b.wav").rename(tmp_path / "b.part")
        hints.wait(Kind.VANISHED, tmp_path / "b.wav")
        (tmp_path / "b.part").rename(tmp_path / "c.wav")
        hints.wait(Kind.CLOSED, tmp_path / "c.wav")
        (tmp_path / "c.wav").chmod(0o600)
        hints.wait(Kind.LOOK, tmp_path / "c.wav")
        (tmp_path / "no").mkdir()
        sound(tmp_path / "no/d.wav")
        sound(tmp_path / "sub/e.wav")
        hints.wait(Kind.FOLDER, tmp_path / "sub")
        (tmp_path / "sub").rename(tmp_path / "folder")
        hints.wait(Kind.FOLDER_VANISHED, tmp_path / "sub")
        hints.wait(Kind.FOLDER, tmp_path / "folder")
    finally:
        watcher.stop()
    assert not [hint for hint in hints.all if "/no" in hint.path]


def test_a_folder_that_leaves_and_comes_back_is_watched_without_a_word(tmp_path: Path) -> None:
    """What watchdog says of it names every folder, and Python would keep each of these texts."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "pack/deep").mkdir(parents=True)
    hints = Hints()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        watcher = Watcher(hints)
        try:
            watcher.watch(str(root), Rules())
            (root / "pack").rename(outside)
            hints.wait(Kind.FOLDER_VANISHED, root / "pack")
            outside.rename(root / "again")
            hints.wait(Kind.FOLDER, root / "again")
            hints.wait(Kind.CLOSED, sound(root / "again/deep/a.wav"))
        finally:
            watcher.stop()
    assert said == []


def test_a_root_behind_a_link_keeps_its_name(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "link"
    link.symlink_to(real)
    hints = Hints()
    watcher = Watcher(hints)
    try:
        watcher.watch(str(link), Rules())
        watcher.watch(str(real), Rules())
        sound(real / "a.wav")
        hints.wait(Kind.CLOSED, link / "a.wav")
        hints.wait(Kind.CLOSED, real / "a.wav")
        watcher.unwatch(str(real))
        assert watcher.is_alive(str(link))
        sound(real / "b.wav")
        hints.wait(Kind.CLOSED, link / "b.wav")
        watcher.unwatch(str(link))
        assert not watcher.is_alive(str(link))
    finally:
        watcher.stop()


def test_a_root_that_is_deleted_is_in_doubt_and_no_longer_alive(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    hints = Hints()
    watcher = Watcher(hints)
    try:
        watcher.watch(str(root), Rules())
        root.rmdir()
        hints.wait(Kind.DOUBT, root)
        while watcher.is_alive(str(root)):
            pass
    finally:
        watcher.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_if_watchdog_dies_of_an_error_it_is_noticed_and_can_be_set_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise RuntimeError

    hints = Hints()
    watcher = Watcher(hints)
    try:
        with monkeypatch.context() as broken:
            broken.setattr(BaseObserver, "dispatch_events", die)
            watcher.watch(str(tmp_path), Rules())
            while watcher.is_alive(str(tmp_path)):
                pass
        watcher.watch(str(tmp_path), Rules())
        assert watcher.is_alive(str(tmp_path))
        hints.wait(Kind.CLOSED, sound(tmp_path / "a.wav"))
    finally:
        watcher.stop()


def test_if_events_stop_the_root_is_compared_and_watched_afresh(tmp_path: Path) -> None:
    watchers = []

    def make(tell: Callable[[Hint], None]) -> Watcher:
        watchers.append(Watcher(tell))
        return watchers[0]

    recorder = Recorder()
    with watching(recorder, tmp_path, make_watcher=make):
        watchers[0].unwatch(str(tmp_path))
        recorder.wait(lambda: len(recorder.scans) > 1)
        assert watchers[0].is_alive(str(tmp_path))


def test_lost_events_put_everything_in_doubt(tmp_path: Path) -> None:
    recorder = Recorder()
    with watching(recorder, tmp_path):
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed")
        recorder.wait(lambda: len(recorder.scans) == 2)


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "fs.inotify.max_user_watches"),
        (errno.EMFILE, "fs.inotify.max_user_instances"),
    ],
)
def test_a_limit_of_the_system_is_explained_and_polling_goes_on(
    tmp_path: Path, number: int, advice: str
) -> None:
    def refuse() -> BaseObserver:
        raise OSError(number, "limit reached")

    recorder = Recorder()
    with watching(recorder, tmp_path, make_watcher=lambda tell: Watcher(tell, refuse)):
        assert advice in recorder.troubles[str(tmp_path)].advice
        sound(tmp_path / "a.wav")
        recorder.wait_for_disk(tmp_path)


def test_a_limit_reached_in_a_subfolder_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """watchdog keeps quiet about subfolders it could not watch, so one more is tried."""
    schedule = BaseObserver.schedule

    def schedule_one(self: BaseObserver, *where: Any, **how: Any) -> ObservedWatch:
        if self.emitters:
            raise OSError(errno.ENOSPC, "inotify watch limit reached")
        return schedule(self, *where, **how)

    monkeypatch.setattr(BaseObserver, "schedule", schedule_one)
    watcher = Watcher(Hints())
    try:
        problem = watcher.watch(str(tmp_path), Rules())
    finally:
        watcher.stop()
    assert problem is not None
    assert problem.code == "watch-limit"


def test_where_no_folder_can_be_made_to_try_the_limit_with_none_is_said_to_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there is none"))
    hints = Hints()
    watcher = Watcher(hints)
    try:
        assert watcher.watch(str(tmp_path), Rules()) is None
        hints.wait(Kind.CLOSED, sound(tmp_path / "a.wav"))
    finally:
        watcher.stop()


@pytest.mark.parametrize("renamed", ["one", "two"])
def test_where_watchdog_has_lost_count_of_its_folders_all_are_watched_anew(
    tmp_path: Path, renamed: str
) -> None:
    """It loses count of a folder that is renamed while it is being set up (watchdog 7.1)."""
    roots = [str(tmp_path / name) for name in ("one", "two")]
    observers: list[Any] = []

    def lose_count(name: str) -> None:
        (emitter,) = (each for each in observers[0].emitters if each.watch.path.endswith(name))
        emitter._inotify._active_callbacks_by_path.clear()

    def observe() -> BaseObserver:
        observers.append(Observer())
        return observers[-1]

    for root in roots:
        Path(root).mkdir()
    hints = Hints()
    watcher = Watcher(hints, observe)
    try:
        for root in roots:
            assert watcher.watch(root, Rules()) is None
        lose_count(renamed)
        watcher.unwatch(str(tmp_path / renamed))
        assert not any(watcher.is_alive(root) for root in roots)
        for root in roots:
            assert watcher.watch(root, Rules()) is None
            hints.wait(Kind.CLOSED, sound(Path(root) / "a.wav"))
        assert len(observers) == 2
    finally:
        watcher.stop()
