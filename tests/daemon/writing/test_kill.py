"""A program that is killed while it writes leaves the old file or the new one, and knows which."""

import os
import pickle
import random
import signal
from collections import Counter
from pathlib import Path

import pytest
from tests.daemon.writing.faults import CountingDisk, DeadlyDisk
from tests.encoded import encoded, sample

from earmark_daemon.writing import Prepared, Recovered, commit, prepare, recover, sweep

KILLS = 1000
KINDS = ("wav", "mp3", "flac", "m4afast")


def write(path: str, journal: Path, disk: CountingDisk) -> None:
    """What the service does: prepare, record for good, commit."""
    prepared = prepare(path, ("kick",), disk=disk)
    assert isinstance(prepared, Prepared)
    with journal.with_suffix(".new").open("wb") as file:
        pickle.dump(prepared, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, journal)
    commit(prepared, disk)


def killed(path: str, journal: Path, disk: DeadlyDisk) -> bool:
    """Write in a child process; whether it was killed on the way."""
    child = os.fork()
    if child == 0:
        try:
            write(path, journal, disk)
        finally:
            os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.timeout(600)
def test_a_thousand_kills_harm_nothing(fast_folder: Path) -> None:
    rng = random.Random(20)
    folder, journal = fast_folder / "pack", fast_folder / "journal"
    folder.mkdir()
    calls, after = {}, {}
    for kind in KINDS:
        disk, path = CountingDisk(), sample(folder, kind)
        write(path, journal, disk)
        calls[kind], after[kind] = disk.calls, Path(path).read_bytes()
        os.unlink(path)
    points: Counter[str] = Counter()
    outcomes: Counter[Recovered | None] = Counter()
    for _ in range(KILLS):
        kind = rng.choice(KINDS)
        name = rng.choice(sorted(set(calls[kind])))
        number = rng.choice([i for i, each in enumerate(calls[kind]) if each == name])
        path = sample(folder, kind)
        journal.unlink(missing_ok=True)
        assert killed(path, journal, DeadlyDisk(number, rng.random() < 0.5)), (kind, name)
        points[name] += 1
        outcomes[check(path, journal, encoded(kind), after[kind])] += 1
        os.unlink(path)
    assert points.total() == KILLS
    assert min(points[name] for name in ("create", "write", "sync", "replace", "sync_folder")) > 20
    assert min(outcomes[each] for each in (None, Recovered.NOT_DONE, Recovered.COMMITTED)) > 20


def check(path: str, journal: Path, before: bytes, after: bytes) -> Recovered | None:
    """The next start: the journal agrees with the file, and nothing is left lying about."""
    data = Path(path).read_bytes()
    outcome = None
    if journal.exists():
        outcome = recover(pickle.loads(journal.read_bytes()))
        assert outcome is (Recovered.COMMITTED if data == after else Recovered.NOT_DONE)
    else:
        assert data == before
    assert data in (before, after)
    sweep(os.path.dirname(path))
    assert os.listdir(os.path.dirname(path)) == [os.path.basename(path)]
    return outcome
