"""Numbers as people type them, and what is said where one does not fit."""

from __future__ import annotations

from collections.abc import Callable

import typer


def count(most: int | None = None) -> Callable[[str], int]:
    """Reads a whole number from 1 on, up to ``most``."""
    fits = "from 1 on" if most is None else f"from 1 to {most:,}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = 0
        if number < 1 or (most is not None and number > most):
            raise typer.BadParameter(f"“{text}” does not fit: write a whole number {fits}.")
        return number

    return read


def sureness(text: str) -> float:
    """Reads how sure something is, from 0 to 1."""
    percent = str(text).removesuffix("%").strip()
    try:
        number = float(percent)
    except ValueError:
        number = -1.0
    if percent == text and 0 <= number <= 1:
        return number
    for_example = f"{number / 100:g}" if 0 <= number <= 100 else "0.8"
    raise typer.BadParameter(
        f"“{text}” does not fit: write how sure from 0 to 1, such as {for_example}."
    )
