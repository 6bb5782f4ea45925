"""A computer that is paired with a trainer, and toy sounds to train with."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.daemon.learning.endpoint.line import Line
from tests.trainer.service.processes import Trainer, assert_gone, paired
from tests.waiting import until

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.frontend import FrontendSpec
from earmark_daemon.hearing.spectra import pack, unpack
from earmark_daemon.learning.endpoint.client import Client
from earmark_daemon.learning.endpoint.pairing import PREFIX, Pairing, parse
from earmark_daemon.learning.endpoint.remote import Endpoint
from earmark_daemon.learning.endpoint.stopping import Stop
from earmark_daemon.learning.examples import Example, Examples
from earmark_daemon.learning.place import Lesson, Made, Order, Progress, Wish

FRONTEND = FrontendSpec(hop_length=320, window_seconds=0.5)
LABELS = ("low", "middle", "high")
WHOLE = ["epoch 0", "result", "finish"]
"""What a scripted worker does that makes a model."""


def code_of(raised: pytest.ExceptionInfo[EarmarkError]) -> str:
    """The code of an error, which says something in words too."""
    assert raised.value.problem.message
    return raised.value.problem.code


def pairing_line(trainer: Trainer, address: str | None, **changes: Any) -> str:
    """What `earmark-trainer pair` prints, with the certificate of the test."""
    printed = paired(trainer.data, "laptop")
    (found,) = (part for part in printed.splitlines() if part.startswith(PREFIX))
    data = json.loads(base64.urlsafe_b64decode(found.removeprefix(PREFIX)))
    data |= {"address": address}
    if trainer.cert is not None:
        data |= {"certificate": trainer.cert.read_text()}
    return packed(data | changes)


def packed(data: Mapping[str, Any]) -> str:
    return PREFIX + base64.urlsafe_b64encode(json.dumps(data).encode()).decode()


def toy_spectra(count: int, seed: int = 1) -> dict[str, bytes]:
    """Packed windows by content: a loud band whose height is the label."""
    spectra = {}
    for kind, label in enumerate(LABELS):
        random = np.random.default_rng((kind, seed))
        for number in range(count):
            windows = random.integers(0, 60, (1, FRONTEND.n_mels, FRONTEND.frames), dtype=np.uint8)
            windows[:, 20 * kind : 20 * kind + 12] += 150
            spectra[f"{label} {number}"] = pack(windows)
    return spectra


def examples_of(spectra: Mapping[str, bytes]) -> Examples:
    items = tuple(
        Example(content, (content.split()[0],), (), content, "/home/me/My Pack")
        for content in spectra
    )
    return Examples("own", True, LABELS, items)


def lesson_of(spectra: Mapping[str, bytes]) -> Lesson:
    return Lesson(examples_of(spectra), spectra.get, FRONTEND.to_dict(), lambda _: ())


class Paired:
    """One computer's side."""

    def __init__(self, trainer: Trainer, line: Line, folder: Path) -> None:
        self.trainer = trainer
        self.line = line
        self.folder = folder
        self.told: list[Progress] = []
        self.note: Mapping[str, Any] = {}
        self.place = Endpoint(folder, unpack)
        self.place.pair(pairing_line(trainer, line.address))

    def order(
        self,
        spectra: Mapping[str, bytes],
        architecture: str | None = None,
        epochs: int | None = None,
    ) -> Order:
        folder = self.folder.parent / "job-1"
        folder.mkdir(exist_ok=True)
        return Order(1, lesson_of(spectra), Wish(architecture, epochs), folder)

    def tell(self, progress: Progress) -> None:
        self.told.append(progress)
        if progress.note is not None:
            self.note = progress.note

    def begin(self, order: Order) -> Run:
        return Run(self, order)

    def until_told(self, what: str, **fields: Any) -> None:
        """Wait until something with these fields was told."""
        until(
            lambda: any(
                all(getattr(one, name) == value for name, value in fields.items())
                for one in self.told
            ),
            what,
        )

    def jobs(self) -> list[dict[str, Any]]:
        """What the trainer says of every job."""
        return list(self.trainer.client("laptop").get("/v1/jobs")["jobs"])

    def forget_order(self) -> None:
        """As the daemon does when a job has ended."""
        shutil.rmtree(self.folder.parent / "job-1")
        self.note = {}

    def restart(self) -> None:
        """Kill -9 the trainer with all its processes gone, and start another life of it."""
        assert_gone(self.trainer.kill())
        self.line.target = self.trainer.start().address

    def phases(self) -> list[str]:
        """The phases in the order in which they came."""
        phases: list[str] = []
        for one in self.told:
            if phases[-1:] != [one.phase]:
                phases.append(one.phase)
        return phases

    def reborn(self) -> None:
        """Another life of the daemon: nothing is left but what is on the disk and the note."""
        self.place.close()
        self.place = Endpoint(self.folder, unpack)
        self.told.clear()

    def close(self) -> None:
        self.place.close()


class Run(threading.Thread):
    """The place at work, in a thread of its own."""

    def __init__(self, paired: Paired, order: Order) -> None:
        super().__init__(daemon=True)
        self._paired = paired
        self._order = order
        self.made: Made | None = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.made = self._paired.place.resume(self._order, self._paired.note, self._paired.tell)
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            self.error = error

    def ended(self) -> Made:
        self.join(timeout=240)
        assert not self.is_alive(), self._paired.told[-3:]
        if self.error is not None:
            raise self.error
        assert self.made is not None
        return self.made


def client_of(pairing: Pairing, cert: Path | None) -> Client:
    return Client(pairing, cert, Stop())


def pairing_of(trainer: Trainer, address: str | None = None, **changes: Any) -> Pairing:
    return parse(pairing_line(trainer, address or trainer.address, **changes))
