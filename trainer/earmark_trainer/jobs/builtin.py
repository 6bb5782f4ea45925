"""Where the model that comes with Earmark lies; trainings start from it unless told otherwise."""

from __future__ import annotations

from pathlib import Path

from earmark_trainer.problems import ConflictError, Problem

_BUILTIN = Path(__file__).resolve().parents[1] / "builtin.onnx"
"""In a checkout a link to the client's copy, which is the only one; in a wheel the file itself."""


def builtin_model() -> Path:
    """The built-in model's file.

    Raises:
        ConflictError: this installation comes without it.
    """
    if _BUILTIN.is_file():
        return _BUILTIN
    raise ConflictError(
        Problem(
            "no-builtin-model",
            "There is no built-in model to start from.",
            "This installation of the trainer came without it.",
            'Install the trainer from a release, or order with `"start": "scratch"`.',
        )
    )
