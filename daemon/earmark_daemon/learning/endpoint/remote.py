"""The place `endpoint`: trains on the paired trainer; see `earmark_daemon.learning.place.Place`."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark_daemon.errors import EarmarkError, Problem
from earmark_daemon.learning.endpoint import had, machines
from earmark_daemon.learning.endpoint.cancelling import Cancelling
from earmark_daemon.learning.endpoint.keeping import Keeper, TokenPlace
from earmark_daemon.learning.endpoint.machines import Machine
from earmark_daemon.learning.endpoint.pairing import Pairing, parse
from earmark_daemon.learning.endpoint.pictures import Pictures, Unpack
from earmark_daemon.learning.place import LIBRARY, Lesson, Made, Order, Sending, Stopped, Tell

if TYPE_CHECKING:
    from earmark_daemon.learning.endpoint.client import Client
    from earmark_daemon.learning.endpoint.stopping import Stop

_UNPAIRED = Problem(
    "no-trainer-paired",
    "No trainer is paired with this computer.",
    "Pair one: earmark endpoint pair. Without one, training happens on this computer.",
)
_NOTHING_TO_ERASE = Problem(
    "no-trainer-paired",
    "No trainer is paired with this computer, so nothing can be erased from here.",
    "On the machine of one that was forgotten: earmark-trainer unpair NAME --erase",
)
_ENDED = Problem(
    "stopped-asking",
    "Earmark was stopped before the trainer had answered.",
    "Say it again once Earmark runs.",
)
_FORGOTTEN = Problem(
    "trainer-forgotten",
    "The trainer was forgotten before its model had come.",
    "What is trained there goes on there. Pair it again, then: earmark train",
)


class Endpoint:
    """Trains on the paired trainer. requests and the keyring are loaded when they are needed."""

    name = "endpoint"

    def __init__(self, folder: Path, unpack: Unpack) -> None:
        """Prepare.

        Args:
            folder: where the pairing is kept.
            unpack: packed windows to an array.
        """
        self._folder = folder
        self._keeper = Keeper(folder)
        self._unpack = unpack
        self._lock = threading.Lock()
        self._stops: dict[int, Stop] = {}
        self._unwanted: set[int] = set()
        self._forgotten: set[int] = set()
        self._asking: set[Stop] = set()
        self._closed = False
        self._cancelling = Cancelling(folder / "cancelled", self._connect)

    def pair(self, line: str, address: str | None = None) -> dict[str, Any]:
        """Take a pairing line, once the trainer has answered to it; what `test` gives.

        How the machine of another trainer is switched on is forgotten.

        Raises:
            EarmarkError: the line is damaged, or the trainer does not answer as it should. An
                earlier pairing stays then.
        """
        pairing = parse(line, address)
        found = self._tested(pairing)
        before = self._keeper.signing_key()
        place = self._keeper.keep(pairing)
        if before != pairing.signing_key:
            machines.drop(self._folder)
        return {**self._shown(pairing, place), **found}

    def show(self) -> dict[str, Any] | None:
        """What is known of the trainer without asking it; None where none is paired."""
        kept = self._keeper.pairing()
        if kept is None:
            return None
        return self._shown(*kept)

    def test(self) -> dict[str, Any]:
        """Ask the trainer what it can do.

        Raises:
            EarmarkError: it does not answer, or not as it should.
        """
        pairing, place = self._kept()
        return {**self._shown(pairing, place), **self._tested(pairing)}

    def forget(self) -> bool:
        """Forget the trainer; whether there was one. What is trained there goes on there.

        Jobs that wait for it end here.
        """
        known = self._keeper.forget()
        with self._lock:
            self._forgotten |= self._stops.keys()
            stops = list(self._stops.values())
        for stop in stops:
            stop.stop()
        machines.drop(self._folder)
        had.drop_all(self._folder)
        return known

    def erase(self, end: Callable[[], None]) -> dict[str, Any]:
        """Have the trainer delete all that it keeps of this computer; the pairing stays.

        Args:
            end: ends every job of this place; called once the trainer has answered.

        Returns:
            ``{"address", "jobs", "bytes"}``: how many jobs are gone, and what spectrograms took.

        Raises:
            EarmarkError: no trainer is paired, or not all was erased; in words.
        """
        from earmark_daemon.learning.endpoint.erasing import erase

        def begin() -> None:
            end()
            had.drop_all(self._folder)

        kept = self._keeper.pairing()
        if kept is None:
            raise EarmarkError(_NOTHING_TO_ERASE)
        may_be_off = machines.kept(self._folder) is not None
        with self._asked() as stop, closing(self._client(kept[0], stop)) as client:
            erased = erase(client, begin, may_be_off=may_be_off)
        return {"address": kept[0].address, **asdict(erased)}

    def spin_up(self, machine: Machine) -> dict[str, Any]:
        """Keep how the trainer's machine is switched on, once AWS has answered for it.

        Returns:
            What `show` gives, and ``"state"`` of an EC2 instance, as AWS says it.

        Raises:
            EarmarkError: no trainer is paired, or AWS does not know the machine or the bucket.
        """
        from earmark_daemon.learning.endpoint.aws import look_at

        pairing, _ = self._kept()
        with self._asked() as stop:
            state = look_at(machine, pairing.token, stop)
        machines.keep(self._folder, machine)
        shown = self.show()
        assert shown is not None
        return {**shown, "state": state}

    def no_spin_up(self) -> bool:
        """Leave the machine to others; whether it was started from here so far."""
        return machines.drop(self._folder)

    def unready(self) -> Problem | None:
        """Why nothing can be trained here; see `Place`."""
        try:
            return None if self._keeper.pairing() else _UNPAIRED
        except EarmarkError as error:
            return error.problem

    def would_send(self, lesson: Lesson) -> Sending:
        """What goes to a trainer that has nothing yet; see `Place`."""
        from earmark_daemon.learning.endpoint.sending import bytes_at_most

        kept = self._keeper.pairing()
        if kept is None:
            return Sending()
        beside = [] if lesson.examples.exclusive else lesson.library(LIBRARY)
        told = replace(lesson, library=lambda most: beside[:most])
        most = bytes_at_most(told, Pictures(lesson.spectrogram, self._unpack))
        return Sending(kept[0].address, len(beside), most)

    def run(self, order: Order, tell: Tell) -> Made:
        """Do a job; see `Place`."""
        return self.resume(order, {}, tell)

    def resume(self, order: Order, note: Mapping[str, Any], tell: Tell) -> Made:
        """Go on with a job; see `Place`."""
        from earmark_daemon.learning.endpoint.session import Session
        from earmark_daemon.learning.endpoint.spinup import SpinUp

        pictures = Pictures(order.lesson.spectrogram, self._unpack)
        names = [str(note["job"])] if note.get("job") else []

        def ordered(name: str) -> None:
            self._cancelling.drop(name)
            names.append(name)

        with self._under_way(order.job, names) as stop:
            pairing, _ = self._kept()
            machine = machines.kept(self._folder)
            another = partial(self._client, pairing, stop)
            with closing(another()) as client:
                spin_up = SpinUp(machine, self._folder, order.folder, client, another, tell)
                key = self._keeper.hash_key
                return Session(order, pictures, client, spin_up, key, note, tell, ordered).make()

    def suspend(self, job: int) -> None:
        """Let go of a job, which goes on on the trainer; see `Place`."""
        with self._lock:
            stop = self._stops.get(job)
        if stop is not None:
            stop.stop()

    def cancel(self, job: int, note: Mapping[str, Any]) -> None:
        """Nobody wants a job any more, and the trainer is told; see `Place`."""
        with self._lock:
            under_way = self._stops.get(job)
            self._unwanted.add(job)
        if under_way is not None:
            under_way.stop()
        elif isinstance(note.get("job"), str):
            self._cancelling.add(note["job"])

    def start(self) -> None:
        """Tell the trainer what an earlier life could not."""
        self._cancelling.start()

    def close(self) -> None:
        """Let go of everything; who asks about the trainer is told that Earmark ends."""
        with self._lock:
            self._closed = True
            stops = [*self._stops.values(), *self._asking]
        for stop in stops:
            stop.stop()
        self._cancelling.close()

    @contextmanager
    def _asked(self) -> Iterator[Stop]:
        """While somebody waits for what the trainer or AWS says: `close` breaks that off.

        Raises:
            EarmarkError: it was broken off.
        """
        from earmark_daemon.learning.endpoint.stopping import Stop

        stop = Stop()
        with self._lock:
            if self._closed:
                stop.stop()
            self._asking.add(stop)
        try:
            yield stop
        except Stopped:
            raise EarmarkError(_ENDED) from None
        finally:
            with self._lock:
                self._asking.discard(stop)

    @contextmanager
    def _under_way(self, job: int, names: Sequence[str]) -> Iterator[Stop]:
        """While a job is worked on it can be stopped; where nobody wants it, the trainer hears."""
        from earmark_daemon.learning.endpoint.stopping import Stop

        stop = Stop()
        with self._lock:
            self._stops[job] = stop
            self._unwanted.discard(job)
            self._forgotten.discard(job)
        try:
            yield stop
        except Stopped:
            with self._lock:
                forgotten = job in self._forgotten - self._unwanted
            if forgotten:
                raise EarmarkError(_FORGOTTEN) from None
            raise
        finally:
            with self._lock:
                del self._stops[job]
                unwanted = job in self._unwanted
                self._unwanted.discard(job)
            if unwanted and names:
                self._cancelling.add(names[-1])

    def _client(self, pairing: Pairing, stop: Stop, certificate: Path | None = None) -> Client:
        from earmark_daemon.learning.endpoint.client import Client

        pinned = self._keeper.certificate_file if pairing.certificate else None
        return Client(pairing, certificate or pinned, stop)

    def _connect(self, stop: Stop) -> Client | None:
        kept = self._keeper.pairing()
        return None if kept is None else self._client(kept[0], stop)

    def _kept(self) -> tuple[Pairing, TokenPlace]:
        kept = self._keeper.pairing()
        if kept is None:
            raise EarmarkError(_UNPAIRED)
        return kept

    def _tested(self, pairing: Pairing) -> dict[str, Any]:
        """What a trainer says of itself; it need not be kept yet."""
        from earmark_daemon.learning.endpoint.about import about

        with tempfile.TemporaryDirectory(prefix="earmark-") as folder, self._asked() as stop:
            certificate = None
            if pairing.certificate is not None:
                certificate = Path(folder) / "certificate.pem"
                certificate.write_text(pairing.certificate, encoding="ascii")
            with closing(self._client(pairing, stop, certificate)) as client:
                found = stop.during(partial(about, client))
        return {
            "version": found.version,
            "gpus": list(found.gpus),
            "cpus": found.cpus,
            "architectures": list(found.kinds),
        }

    def _shown(self, pairing: Pairing, place: TokenPlace) -> dict[str, Any]:
        machine = machines.kept(self._folder)
        told = None if machine is None else {**asdict(machine), "command": list(machine.command)}
        return {
            "address": pairing.address,
            "signing_key": pairing.signing_key,
            "certificate": pairing.certificate is not None,
            "token_in": place.value,
            "machine": told,
        }
