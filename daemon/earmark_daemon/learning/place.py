"""Places where a model is trained: what they are asked, and what they answer.

A place does the work of one job in the thread that calls it, says how far it is, and hands back a
model file. It knows nothing of the index: what it needs of it comes with the order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from earmark_daemon.errors import Problem
from earmark_daemon.learning.examples import Examples

LIBRARY = 400
"""So many sounds at most that nobody has labelled are shown beside the others to who trains on
another machine: only beside them can it be learnt what is none of the tags."""


@dataclass(frozen=True)
class Wish:
    """How a job is to be done.

    Attributes:
        architecture: which network, where the place has several; None for its default.
        most_epochs: how often it goes through the sounds at most; None as is usual there.
        use: whether the model is taken into use.
    """

    architecture: str | None = None
    most_epochs: int | None = None
    use: bool = True


@dataclass(frozen=True)
class Lesson:
    """What is to be learnt, and what of the sounds can be shown for that.

    Attributes:
        examples: what people said of which sounds.
        spectrogram: by content digest the packed windows (`hearing.spectra.pack`), or None where
            the index has none; may be called from any thread.
        frontend: `FrontendSpec.to_dict` of those spectrograms.
        library: content digests of so many sounds at most that nobody has labelled in the set, a
            fair sample and the same one each time.
    """

    examples: Examples
    spectrogram: Callable[[str], bytes | None]
    frontend: Mapping[str, Any]
    library: Callable[[int], Sequence[str]]


@dataclass(frozen=True)
class Order:
    """One job, as a place gets it.

    Attributes:
        job: number of the job in the index; the same after a restart.
        lesson: what is to be learnt, with near-copies grouped.
        wish: how it is to be done.
        folder: the job's own folder; it is there, outlives restarts, and goes when the job ends.
    """

    job: int
    lesson: Lesson
    wish: Wish
    folder: Path


@dataclass(frozen=True)
class Sending:
    """What leaves this computer for a job; nothing by default.

    Attributes:
        address: where it goes, or None.
        beside: how many sounds are shown that nobody has labelled.
        most_bytes: what goes over the line at most, where nothing of it is there yet.
    """

    address: str | None = None
    beside: int = 0
    most_bytes: int = 0


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        phase: what is being done, in a word: ``"uploading"``, ``"training"``.
        done: how much of the phase is done, of ``total``; both 0 where that is not known.
        total: see there.
        waiting: whether it goes on only once something outside comes back, such as the network.
        epoch: how often the network has seen everything, of ``epochs``.
        epochs: see there.
        loss: of the training so far.
        score: of what was kept aside, so far.
        seconds_left: an estimate.
        message: a sentence for people.
        note: what the place wants back in `Place.resume`, plain JSON data; None changes nothing.
    """

    phase: str
    done: int = 0
    total: int = 0
    waiting: bool = False
    epoch: int | None = None
    epochs: int | None = None
    loss: float | None = None
    score: float | None = None
    seconds_left: float | None = None
    message: str = ""
    note: Mapping[str, Any] | None = None


Tell = Callable[[Progress], None]
"""Takes progress down, in the index and the feed. Raises `Stopped` where the job is to end: let
that through."""


@dataclass(frozen=True)
class Made:
    """What came of a job.

    Attributes:
        file: the model file, inside the order's folder.
        left_out: tag to the reason, in words, why the model does not know it.
    """

    file: Path
    left_out: Mapping[str, str] = field(default_factory=dict)


class Stopped(Exception):
    """The job is to end now: somebody cancelled it, or the daemon stops and resumes it later."""


class Place(Protocol):
    """Somewhere a model can be trained."""

    name: str
    """``"here"`` or ``"endpoint"``."""

    def unready(self) -> Problem | None:
        """Why no work can be given here now; None where it can. Quick: asks no network."""

    def would_send(self, lesson: Lesson) -> Sending:
        """What would leave this computer for a job; sends nothing."""

    def run(self, order: Order, tell: Tell) -> Made:
        """Do the job from its beginning.

        Raises:
            Stopped: `cancel` or `suspend` was called.
            EarmarkError: it cannot be done; in words.
        """

    def resume(self, order: Order, note: Mapping[str, Any], tell: Tell) -> Made:
        """Go on with a job that an earlier life of the daemon began; as `run`.

        Args:
            order: the same as then.
            note: the last note that was told; empty where none was.
            tell: see `Tell`.
        """

    def cancel(self, job: int, note: Mapping[str, Any]) -> None:
        """Nobody wants this job any more: have `run` or `resume` raise `Stopped` soon, and let
        whoever else works on it know. May be called for a job that is not under way.
        """

    def suspend(self, job: int) -> None:
        """The daemon ends: have `run` or `resume` raise `Stopped` soon; what others do for the
        job goes on, and `resume` finds it again.
        """
