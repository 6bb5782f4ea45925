"""What can be refused or go wrong, in words: what, why and what to do. Knows nothing of HTTP."""

from __future__ import annotations

import errno
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that went wrong; travels as plain data.

    Attributes:
        code: a short, stable, machine-readable name such as ``"disk-full"``.
        title: what happened, in one sentence.
        detail: why, in one sentence.
        advice: what to do about it, in one sentence.
    """

    code: str
    title: str
    detail: str
    advice: str

    def to_dict(self) -> dict[str, Any]:
        """The form in which it is stored and sent."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Problem:
        """The problem that `to_dict` gave.

        Raises:
            TypeError: a field is missing or unknown.
        """
        return cls(**data)


BAD_DATA = "bad-data"
"""The code where spectrograms cannot be used: they are damaged, or of another shape."""

NO_HANDLES = frozenset({errno.EMFILE, errno.ENFILE, errno.EAGAIN})
"""What the system says where it has no file handle or process left: that passes."""


class TrainerError(Exception):
    """An error that the trainer understands well enough to explain."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.title} {problem.detail} {problem.advice}")
        self.problem = problem


class RefusedError(TrainerError):
    """The request itself is not acceptable, and will not be when sent again."""


class NotFoundError(TrainerError):
    """There is no such thing, or it belongs to somebody else."""


class ConflictError(TrainerError):
    """The request is fine, but not in the state that things are in."""


class TooLargeError(TrainerError):
    """A count or a size is beyond a limit."""


class NoSpaceError(TrainerError):
    """The trainer's disk is full, or the tenant's share of it."""


class UnusableError(TrainerError):
    """The trainer cannot start, or a command cannot be done, with what it was given."""


def disk_full(where: str) -> NoSpaceError:
    """The error for a write that found no space."""
    return NoSpaceError(
        Problem(
            "disk-full",
            "The trainer's disk is full.",
            f"There was no space left for {where}.",
            "Free some space on the trainer's machine, or delete old jobs, and try again.",
        )
    )
