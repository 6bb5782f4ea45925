"""What training on a trainer costs: bytes of an upload, whole and broken, and the time until the
new model is in use.

The trainer is the real one, in a process of its own, reached over TLS through a line that counts
and can be cut. It runs on this machine, so its training has the same processor as all else.
"""

from __future__ import annotations

import csv
import datetime
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import soundfile
from tests.daemon.learning.endpoint.line import Line
from tests.daemon.learning.endpoint.paired import pairing_line
from tests.trainer.service.processes import Trainer

from benchmarks.speed.running import SOUNDS, one_shots, running_daemon, times_of
from earmark_daemon.api import Client as Daemon
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.model import load
from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.hearing.sound import open_sound
from earmark_daemon.hearing.windows import heard_stretches, heard_windows
from earmark_daemon.learning.endpoint import uploading
from earmark_daemon.learning.endpoint.blobs import blobs_of, digest_of
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.faults import TryAgain
from earmark_daemon.learning.endpoint.packs import PACK_BYTES, packs_of
from earmark_daemon.learning.endpoint.pairing import parse
from earmark_daemon.learning.endpoint.stopping import Stop
from earmark_trainer.server.certificates import make

TAGS = ("kick", "snare", "cymbal")
_BYTES_A_FRAME = 4
_TAR_BLOCK = 512
_ENDED = {"succeeded", "failed", "cancelled"}


@dataclass(frozen=True)
class Clock:
    """Seconds from the request on, and bytes.

    Attributes:
        seconds: phase to how long it took.
        total: from the request until the new model was in use.
        retagged: from then until the library was tagged anew.
        sent: bytes that went towards the trainer, everything counted.
    """

    seconds: dict[str, float]
    total: float
    retagged: float
    sent: int


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


def broken_upload(blobs: dict[str, bytes]) -> None:
    """Print what is sent after an upload that broke at 90 %."""
    total = sum(len(pack.data) for pack in packs_of(blobs.values()))
    with trainer() as (one, line):
        pairing = parse(pairing_line(one, line.address))
        client = Client(pairing, one.cert, Stop())
        line.cut_after(total * 9 // 10)
        try:
            uploading.upload(client, list(blobs), lambda some: [blobs[one] for one in some])
        except TryAgain:
            line.mend()
        before = line.sent
        sent = uploading.upload(client, list(blobs), lambda some: [blobs[one] for one in some])
        client.close()
        bar = total / 10 + PACK_BYTES
        print(
            f"upload of {total / 1e6:.2f} MB cut at 90 %: {sent.bytes / 1e6:.2f} MB of packs sent"
            f" after it ({(line.sent - before) / 1e6:.2f} MB with questions and TLS); the bar is a"
            f" tenth and one pack, {bar / 1e6:.2f} MB"
        )


def labelled(count: int) -> dict[str, list[Path]]:
    """So many sounds of each tag, of as many packs as there are."""
    with (SOUNDS / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    random.Random(1).shuffle(rows)
    return {
        tag: [SOUNDS / row["path"] for row in rows if row["label"] == tag][:count] for tag in TAGS
    }


def round_trip(count: int) -> Clock:
    """Label ``count`` sounds of each tag in a running daemon and train on the trainer."""
    sounds = labelled(count)
    with trainer() as (one, line), running_daemon(write_tags=False) as (daemon, folder, _):
        daemon.call("pair_endpoint", line=pairing_line(one, line.address))
        daemon.call("test_endpoint")
        copies = {}
        for tag, paths in sounds.items():
            for number, path in enumerate(paths):
                copy = folder / tag / f"{number:05d}{path.suffix}"
                copy.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, copy)
                copies[str(copy)] = f"my {tag}"
        times_of(daemon, set(copies), ("tagged",))
        for tag in TAGS:
            some = [path for path, word in copies.items() if word == f"my {tag}"]
            daemon.call("label", paths=some, add=[f"my {tag}"])
        return _timed(daemon, line)


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
        daemon.call("changes", since=number, seconds=0.5)
    return Clock(phases, ended - began, time.time() - ended, line.sent - before)


def _print(count: int, clock: Clock) -> None:
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in clock.seconds.items())
    print(
        f"{len(TAGS)} tags by {count} sounds: {clock.total:.1f} s from the request to the model in"
        f" use ({parts}), {clock.retagged:.1f} s more to tag the library anew,"
        f" {clock.sent / 1e6:.2f} MB sent"
    )


def main(arguments: Sequence[str]) -> None:
    """Print sizes, then times for each number of sounds a tag given, 100 by default."""
    busy: Any = psutil.getloadavg()
    print(f"load before: {busy[0]:.1f} on {psutil.cpu_count()} cores")
    paths = one_shots(2_000)
    blobs = blobs_in(paths, load(str(BUILTIN)).info.frontend)
    sizes(paths, blobs)
    broken_upload(blobs)
    for count in [int(word) for word in arguments] or [100]:
        _print(count, round_trip(count))


if __name__ == "__main__":
    main(sys.argv[1:])
