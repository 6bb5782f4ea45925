"""Gets the trainer's machine up by the time that the upload is done, and not much before.

Packs go into the bucket while the machine is off; where there is no bucket it is switched on at
once. Whatever breaks begins again here, and what was done already is found done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from earmark_daemon.learning.endpoint import uploading
from earmark_daemon.learning.endpoint.aws import Aws, Bucket
from earmark_daemon.learning.endpoint.booting import Booting, answers, switch_of
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.had import Had
from earmark_daemon.learning.endpoint.machines import Machine
from earmark_daemon.learning.endpoint.pace import Teller
from earmark_daemon.learning.endpoint.shipping import Pace, Shipment, hand_over, ship, without
from earmark_daemon.learning.endpoint.switched_on import SwitchedOn
from earmark_daemon.learning.endpoint.timing import Timings, about, seconds_to_wait
from earmark_daemon.learning.place import Progress, Tell

_TOLD_EVERY_SECONDS = 0.5


class SpinUp:
    """For one job: the machine, the bucket, and what the trainer has; all of it may be absent."""

    def __init__(
        self,
        machine: Machine | None,
        folder: Path,
        job_folder: Path,
        client: Client,
        connect: Callable[[], Client],
        tell: Tell,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            machine: the trainer's machine; None where that is on without being asked.
            folder: where the pairing is kept, and what is remembered of machine and trainer.
            job_folder: the job's own.
            client: the trainer.
            connect: makes another client of it, for another thread.
            tell: takes progress down.
        """
        self._machine = machine
        self._client = client
        self._connect = connect
        self._tell = Teller(tell)
        self._timings = Timings(folder)
        self._had = Had(folder, client.pairing.signing_key)
        self._shipment = Shipment(job_folder)
        self._switched_on = SwitchedOn(job_folder)

    def bring_up(self, digests: Sequence[str], source: uploading.Source) -> None:
        """Return once the trainer answers, with as much as may be in the bucket.

        Args:
            digests: what the trainer is to have; none where the job is there already.
            source: where the blobs come from.

        Raises:
            TryAgain: something broke; call again.
            EarmarkError: machine or bucket cannot be used; in words.
            Stopped: somebody asked to stop.
        """
        machine = self._machine
        if machine is None:
            return
        if not answers(self._client):
            self._boot(machine, digests, source)
        self._switched_on.forget()

    def hand_over(self, digests: Sequence[str], tell: Callable[[uploading.Sent], None]) -> str:
        """Let the trainer take what is in the bucket; why not all of it, in a sentence, or "".

        Raises:
            TryAgain: the line broke; call again.
        """
        problem = hand_over(self._client, self._shipment, digests, tell)
        return "" if problem is None else problem.message

    def arrived(self, digests: Sequence[str]) -> None:
        """The trainer has these."""
        self._had.add(digests)

    def _boot(self, machine: Machine, digests: Sequence[str], source: uploading.Source) -> None:
        stop = self._client.stop
        booting = Booting(switch_of(machine, stop, self._switched_on), self._connect, stop)
        lacking = without(digests, self._had.all())
        if machine.bucket and lacking:
            bucket = Bucket(Aws(machine, stop), machine.bucket, self._client.pairing.token)
            self._ship(bucket, lacking, source, booting)
        booting.begin()
        while not booting.is_up():
            self._tell(_starting(self._timings.boot_seconds, booting.seconds))
            stop.wait(_TOLD_EVERY_SECONDS)
        seconds = booting.boot_seconds()
        if seconds is not None:
            self._timings.booted(seconds)

    def _ship(
        self, bucket: Bucket, digests: Sequence[str], source: uploading.Source, booting: Booting
    ) -> None:
        known = self._timings

        def look(pace: Pace) -> None:
            each = pace.packed / pace.pictures if pace.pictures else known.bytes_per_picture
            speed = pace.bytes / pace.seconds if pace.pictures else known.bytes_per_second
            under_way = pace.bytes - pace.packed
            left = None if each is None else (pace.total - pace.done) * each - under_way
            wait = seconds_to_wait(left, speed, known.boot_seconds)
            if wait <= 0:
                booting.begin()
            if booting.begun:
                booting.is_up()
            self._tell(_sending(pace, None if booting.begun else wait))

        ended = ship(bucket, self._shipment, digests, source, look)
        known.uploaded(ended.packed, ended.seconds, ended.pictures)


def _sending(pace: Pace, wait: float | None) -> Progress:
    words = f"{pace.done:,} of {pace.total:,} pictures of sound wait for the trainer."
    machine = (
        "Its machine is starting." if wait is None else f"Its machine starts in {about(wait)}."
    )
    return Progress("uploading", pace.done, pace.total, message=f"{words} {machine}")


def _starting(usual: float | None, seconds: float) -> Progress:
    if usual is None:
        words = "Starting the machine. How long it takes is measured this time."
        return Progress("starting", waiting=True, message=words)
    left = usual - seconds
    if left <= 0:
        words = f"Starting the machine; it takes longer than the usual {round(usual)} s."
        return Progress("starting", waiting=True, message=words)
    words = f"Starting the machine, {about(left)}."
    return Progress("starting", waiting=True, seconds_left=left, message=words)
