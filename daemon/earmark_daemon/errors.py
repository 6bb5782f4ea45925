"""Errors as a person reads them: what happened, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ALREADY_RUNNING: Final = "already-running"
"""Code of the problem that another process is the only writer of the index."""


@dataclass(frozen=True)
class Problem:
    """What went wrong with one file or folder, in words; travels as plain data.

    Attributes:
        code: a short, stable, machine-readable name such as ``"truncated"``.
        message: one sentence on what is wrong and why.
        advice: one sentence on what to do, or an empty string.
    """

    code: str
    message: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".rstrip()


class EarmarkError(Exception):
    """An error that Earmark understands well enough to explain."""

    def __init__(self, problem: Problem, path: str | None = None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.path = path

    def __reduce__(self) -> tuple[type[EarmarkError], tuple[Problem, str | None]]:
        return (type(self), (self.problem, self.path))


def fail(code: str, message: str, advice: str = "", path: str | None = None) -> EarmarkError:
    """An error to raise, made from the words of its problem."""
    return EarmarkError(Problem(code, message, advice), path)
