"""Plain tables: what the paper prints beside what was measured here."""

from __future__ import annotations

import math
from collections.abc import Sequence

Cell = str | float | int | None


def table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], digits: int = 3
) -> str:
    """The rows under a header, columns aligned; what was not measured stays empty."""
    body = [[_text(cell, digits) for cell in row] for row in rows]
    widths = [max(len(line[at]) for line in [list(header), *body]) for at in range(len(header))]
    rule = "  ".join("-" * width for width in widths)
    lines = [_line(header, widths), rule, *(_line(row, widths) for row in body)]
    return "\n".join([title, "", *lines, ""])


def _text(cell: Cell, digits: int) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return f"{cell:.{digits}f}" if isinstance(cell, float) else str(cell)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    rest = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "  ".join([first, *rest]).rstrip()
