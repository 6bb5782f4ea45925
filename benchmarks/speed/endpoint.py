"""What training on a trainer costs: bytes of an upload, and the time until the new model is in use.

python -m benchmarks.speed.endpoint [SOUNDS ...]

The trainer is the real one, in a process of its own, reached over TLS through a line that
counts. It runs on this machine, so its training has the same processor as all else.
"""

from __future__ import annotations

import csv
import datetime
import math
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import soundfile
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import pairing_line
from tests.trainer.service.processes import Trainer
from tests.waiting import until

from benchmarks.speed.footprint import resident
from benchmarks.speed.running import SOUNDS, one_shots, running_daemon
from earmark_daemon.api import Client as Daemon
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.model import load
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.hearing.sound import open_sound
from earmark_daemon.hearing.windows import heard_stretches, heard_windows
from earmark_daemon.learning.endpoint.blobs import blobs_of, digest_of
from earmark_daemon.learning.endpoint.packs import packs_of
from earmark_trainer.server.certificates import make

TAGS = ("kick", "snare", "cymbal")
OF_EACH = 100
_BYTES_A_FRAME = 4
_TAR_BLOCK = 512
_FASTER = 0.06
_HEARD_SECONDS = 1800.0
_ENDED = {"succeeded", "failed", "cancelled"}


@dataclass(frozen=True)
class Clock:
    """Seconds from the request on, and bytes.

    Attributes:
        seconds: phase to how long it took.
        total: from the request until the new model was in use.
        retagged: from then until the library was tagged anew.
        sent: bytes that went towards the trainer, everything counted.
        idle: resident bytes of the trainer before and after, when it had nothing to do.
    """

    seconds: dict[str, float]
    total: float
    retagged: float
    sent: int
    idle: tuple[int, int] = (0, 0)


@contextmanager
def trainer() -> Iterator[tuple[Trainer, Line]]:
    """A real trainer, and a line to it."""
    with tempfile.TemporaryDirectory(prefix="earmark-trainer-") as folder, ExitStack() as ending:
        made = make(Path(folder), ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
        one = Trainer(Path(folder) / "data", made.cert, made.key).start()
        ending.callback(one.close)
        line = Line(one.address)
        ending.callback(line.close)
        yield one, line


def blobs_in(paths: Sequence[Path], spec: FrontendSpec) -> dict[str, bytes]:
    """The blobs of real sounds, by digest."""
    found: dict[str, bytes] = {}
    for path in paths:
        with open_sound(str(path)) as sound:
            windows = heard_windows(heard_stretches(sound, spec), sound.info.sample_rate, spec)
        found |= {digest_of(blob): blob for blob in blobs_of(windows)}
    return found


def sizes(paths: Sequence[Path], blobs: dict[str, bytes]) -> None:
    """Print how large an upload is beside the audio."""
    audio = sum(soundfile.info(path).frames * _BYTES_A_FRAME for path in paths)
    packed = sum(len(pack.data) for pack in packs_of(blobs.values()))
    headers = len(blobs) * _TAR_BLOCK
    print(
        f"{len(paths)} sounds as stereo 16-bit WAV {audio / 1e6:.2f} MB, as packs"
        f" {packed / 1e6:.2f} MB: {packed / audio:.2%}, {audio / packed:.0f} times smaller"
        f" ({headers / packed:.0%} of it tar headers)"
    )


def kinds_of_sound() -> dict[str, list[Path]]:
    """The real sounds by what they are, in random order."""
    with (SOUNDS / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    random.Random(1).shuffle(rows)
    found: dict[str, list[Path]] = {}
    for row in rows:
        found.setdefault(row["label"], []).append(SOUNDS / row["path"])
    return found


def three_tags() -> dict[str, list[Path]]:
    """The sounds of the bar."""
    kinds = kinds_of_sound()
    return {tag: kinds[tag][:OF_EACH] for tag in TAGS}


def any_tags(count: int) -> dict[str, list[Path]]:
    """So many sounds of all kinds, each kind as often as it occurs; some twice if need be."""
    kinds = kinds_of_sound()
    share = count / sum(map(len, kinds.values()))
    return {
        tag: (paths * math.ceil(share))[: round(len(paths) * share)] for tag, paths in kinds.items()
    }


def put(sound: Path, copy: Path, earlier: int) -> None:
    """Copy a sound, at another speed if it was copied before, so that it is another sound."""
    copy.parent.mkdir(exist_ok=True)
    if not earlier:
        shutil.copyfile(sound, copy)
        return
    samples, rate = soundfile.read(sound, always_2d=True)
    soundfile.write(copy, samples, round(rate * (1.0 + _FASTER * earlier)))


def round_trip(sounds: dict[str, list[Path]]) -> Clock:
    """Label sounds in a running daemon and train on the trainer."""
    with trainer() as (one, line), running_daemon(write_tags=False) as (daemon, folder, _):
        daemon.call("pair_endpoint", line=pairing_line(one, line.address))
        daemon.call("test_endpoint")
        copies, passed = {}, Counter[Path]()
        for tag, paths in sounds.items():
            for number, path in enumerate(paths):
                copy = folder / tag / f"{number:05d}{path.suffix}"
                put(path, copy, passed[path])
                passed[path] += 1
                copies[str(copy)] = f"my {tag}"
        until(lambda: _heard(daemon) == len(copies), "every sound is heard", _HEARD_SECONDS)
        for tag in sounds:
            some = [path for path, word in copies.items() if word == f"my {tag}"]
            daemon.call("label", paths=some, add=[f"my {tag}"])
        idle = server_bytes(one)
        clock = _timed(daemon, line)
        until(lambda: not one.workers(), "the training process has ended")
        return replace(clock, idle=(idle, server_bytes(one)))


def _heard(daemon: Daemon) -> int:
    files = daemon.call("status")["files"]
    return int(files["heard"] + files["failed"])


def server_bytes(one: Trainer) -> int:
    """Resident bytes of the trainer with its processes."""
    assert one.process is not None
    return resident(psutil.Process(one.process.pid))


def _timed(daemon: Daemon, line: Line) -> Clock:
    number, before = daemon.call("status")["event"], line.sent
    began = time.time()
    job = daemon.call("train", tag_set="own", where="endpoint")["job"]
    phases: dict[str, float] = {}
    phase, since, state = "asking", began, "running"
    while state not in _ENDED:
        answer = daemon.call("changes", since=number, seconds=30.0)
        number = answer["number"]
        for event in answer["events"]:
            if event["kind"] == "training" and event["job"] == job:
                phases[phase] = phases.get(phase, 0.0) + event["at"] - since
                phase, since, state = event["phase"], event["at"], event["state"]
    ended = since
    if state != "succeeded":
        raise SystemExit(daemon.call("training_job", id=job))
    while daemon.call("status")["retagging"]:
        number = daemon.call("changes", since=number, seconds=0.5)["number"]
    return Clock(phases, ended - began, time.time() - ended, line.sent - before)


def _print(sounds: dict[str, list[Path]]) -> None:
    busy = psutil.getloadavg()[0]
    clock = round_trip(sounds)
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in clock.seconds.items())
    before, after = (size / 1e6 for size in clock.idle)
    print(
        f"{len(sounds)} tags, {sum(map(len, sounds.values())):,} sounds: {clock.total:.1f} s from"
        f" the request to the model in use ({parts}), {clock.retagged:.1f} s more to tag the"
        f" library anew, {clock.sent / 1e6:.2f} MB sent; the trainer at rest has {before:.0f} MB"
        f" before and {after:.0f} MB after; load before: {busy:.1f} on {psutil.cpu_count()} cores",
        flush=True,
    )


def main(arguments: Sequence[str]) -> None:
    """Print sizes, then the times of three tags, then those of each number of sounds given."""
    paths = one_shots(2_000)
    sizes(paths, blobs_in(paths, load(str(BUILTIN)).info.frontend))
    _print(three_tags())
    for count in arguments:
        _print(any_tags(int(count)))


if __name__ == "__main__":
    main(sys.argv[1:])
