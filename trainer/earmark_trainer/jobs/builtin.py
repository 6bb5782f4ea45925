"""Where the model that comes with Earmark lies; trainings start from it unless told otherwise."""

from __future__ import annotations

from pathlib import Path

from earmark_trainer.problems import ConflictError, Problem

_HERE = Path(__file__).resolve()
_PLACES = (
    _HERE.parents[1] / "builtin.onnx",
    _HERE.parents[3] / "daemon" / "earmark_daemon" / "hearing" / "builtin.onnx",
)
"""In an installed package, and in a checkout, where the client's copy is the only one."""


def builtin_model() -> Path:
    """The built-in model's file.

    Raises:
        ConflictError: this installation comes without it.
    """
    for place in _PLACES:
        if place.is_file():
            return place
    raise ConflictError(
        Problem(
            "no-builtin-model",
            "There is no built-in model to start from.",
            "This installation of the trainer came without it.",
            'Install the trainer from a release, or order with `"start": "scratch"`.',
        )
    )
