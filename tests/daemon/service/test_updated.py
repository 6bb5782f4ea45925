"""A daemon beneath which another version is installed says so, and has none of its code run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.daemon.audio_files import write
from tests.waiting import until

from earmark_daemon.errors import EarmarkError
from earmark_daemon.places import places
from earmark_daemon.processes import Workers
from earmark_daemon.service import assembly
from earmark_daemon.service.condition import State
from earmark_daemon.service.daemon import Daemon
from earmark_daemon.service.updated import Updated
from earmark_db.records import Step


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder of an installed package; what its installer knows lies beside it."""
    installed(tmp_path / "site", "0.1.0")
    return tmp_path / "site" / "earmark_daemon"


def installed(site: Path, version: str) -> Path:
    metadata = site / f"earmark-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(f"Name: earmark\nVersion: {version}\n")
    return metadata


def removed(package: Path) -> Path:
    """Take away what the installer knows, as it does first; returns where it lies now."""
    (known,) = package.parent.glob("*.dist-info")
    return known.rename(package.parent / "~removed")


def fail_meanwhile(package: Path) -> None:
    removed(package)
    raise ImportError("a name that is gone")


@pytest.mark.parametrize("version", ["0.2.0", "0.1.0"])
def test_an_update_is_noticed_from_its_beginning_and_unless_it_is_called_off(
    package: Path, version: str
) -> None:
    updated = Updated(package)
    assert updated() is None
    aside = removed(package)
    assert updated() is not None
    aside.rename(package.parent / "earmark-0.1.0.dist-info")
    assert updated() is None
    removed(package)
    installed(package.parent, version)
    assert updated() is not None
    assert Updated(package)() is None


def test_what_is_installed_beside_no_checkout_concerns_it_not(tmp_path: Path) -> None:
    updated = Updated(tmp_path / "earmark_daemon")
    installed(tmp_path, "0.1.0")
    assert updated() is None


def test_no_call_is_done_by_other_code_and_none_is_held_against_a_file(package: Path) -> None:
    workers = Workers(1, unfit=Updated(package))
    try:
        assert workers.submit(abs, -1).result() == 1
        away = workers.submit(removed, package)
        assert away.result()
        with pytest.raises(EarmarkError, match="updated"):
            workers.submit(abs, -1).result()
        (package.parent / "~removed").rename(package.parent / "earmark-0.1.0.dist-info")
        assert workers.submit(abs, -1).result() == 1
        with pytest.raises(EarmarkError, match="updated"):
            workers.submit(fail_meanwhile, package).result()
    finally:
        workers.close()


def said(daemon: Daemon) -> list[str]:
    """The troubles that were told."""
    return [event.data["reason"] for event in daemon.feed.since(0)[1] if event.data.get("reason")]


def test_an_updated_daemon_says_what_to_do_and_takes_no_file_off_the_queue(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "Updated", lambda: Updated(package))
    daemon = Daemon(places(), watch=False)
    daemon.start()
    try:
        assert daemon.requests.call("status", {})["trouble"] is None
        removed(package)
        daemon.look()
        assert "earmark stop" in said(daemon)[-1]
        path = write(tmp_path / "a.wav")
        daemon.requests.call("tag", {"paths": [path]})
        until(lambda: len(said(daemon)) > 1, "the file was tried")
        assert daemon.condition.state is State.TROUBLE
        assert daemon.index.queue.waiting()["hear"] == 1
        (task,) = daemon.index.queue.due(Step.HEAR, 2)
        assert (task.path, task.attempts) == (path, 0)
    finally:
        daemon.close()
