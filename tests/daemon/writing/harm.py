"""Counts what happens to broken files: written rightly, refused or harmed.

``python -m tests.daemon.writing.harm 20000`` from the root of the repository prints the figures.
"""

import io
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import soundfile
from tests.daemon.writing.mutants import mutant, seeds, write_mutant
from tests.daemon.writing.past import past
from tests.daemon.writing.quick import QUICK
from tests.encoded import FORMATS

from earmark_daemon.containers import content_digest
from earmark_daemon.writing import (
    Prepared,
    Refused,
    Unchanged,
    Undone,
    commit,
    prepare,
    read_metadata,
    undo,
)

TERMS = ("kick", "dark")
SECONDS_ALLOWED = 20
SEED = 3
QUIET_DECODERS = ("wav", "rf64", "aif", "flac")


class HarmError(AssertionError):
    """A file was changed in a way that it must not be."""


def count(mutants: int, seed: int = SEED) -> Counter[str]:
    """Write tags into so many mutants; how many were written, refused (and why), or unchanged.

    Raises:
        HarmError: one of them was harmed; the message tells its number.
    """
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=_fast_folder()) as folder:
        tagged = {kind: _tagged_by_us(Path(folder), kind) for kind in FORMATS}
        for number in range(mutants):
            kind, data = mutant(number, seed, tagged)
            with _limited(f"mutant {number} ({kind})"):
                tally[_try(Path(folder), kind, data)] += 1
    return tally


def _try(folder: Path, kind: str, data: bytes) -> str:
    path = write_mutant(folder, data)
    read_metadata(path)
    result = prepare(path, TERMS, disk=QUICK)
    if not isinstance(result, Prepared):
        _require(Path(path).read_bytes() == data, "a refused file changed")
        _require(os.listdir(folder) == ["mutant.bin"], "a copy was left behind")
        return f"refused: {result.problem.code}" if isinstance(result, Refused) else "unchanged"
    heard, digest = _heard(kind, data), content_digest(path)
    commit(result, QUICK)
    written = Path(path).read_bytes()
    _require(content_digest(path) == digest, "the audio changed")
    _require(heard is None or heard == _heard(kind, written), "it sounds different")
    _require(prepare(path, TERMS, disk=QUICK) == Unchanged(path), "writing twice changes it")
    back = undo(past(path, result), QUICK)
    _require(back.kind is Undone.RESTORED, "it could not be taken back")
    _require(Path(path).read_bytes() == data, "undo did not restore it")
    return "written"


def _tagged_by_us(folder: Path, kind: str) -> bytes:
    path = write_mutant(folder, seeds(kind)[0])
    prepared = prepare(path, ("snare",), disk=QUICK)
    _require(isinstance(prepared, Prepared), f"a sound {kind} file was refused")
    assert isinstance(prepared, Prepared)
    commit(prepared, QUICK)
    return Path(path).read_bytes()


def _heard(kind: str, data: bytes) -> bytes | None:
    """The samples, where libsndfile decodes them without a word on the terminal."""
    if not kind.startswith(QUIET_DECODERS):
        return None
    try:
        return soundfile.read(io.BytesIO(data), dtype="float64")[0].tobytes()
    except (soundfile.LibsndfileError, ValueError, MemoryError):
        return None


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise HarmError(what)


@contextmanager
def _limited(what: str) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise HarmError(f"{what} took longer than {SECONDS_ALLOWED} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS_ALLOWED)
    try:
        yield
    except Exception as error:
        raise HarmError(f"{what}: {error!r}") from error
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _fast_folder() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


if __name__ == "__main__":
    figures = count(int(sys.argv[1]))
    for name, files in figures.most_common():
        print(f"{files:7}  {name}")
    print(f"{figures.total():7}  in all, none of them harmed")
