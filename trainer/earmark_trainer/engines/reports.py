"""The line protocol by which a training process speaks to its supervisor: a JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_LINE = 64 * 1024


class Kind(StrEnum):
    """What a line says."""

    BEAT = "beat"
    PROGRESS = "progress"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        kind: what it says.
        data: the progress, or the problem.
    """

    kind: Kind
    data: dict[str, Any] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The line as it is sent."""
        return json.dumps({"kind": self.kind, "data": self.data}).encode() + b"\n"


def decode(line: bytes) -> Line:
    """The line that `Line.encode` gave.

    Raises:
        ValueError: it is something else.
    """
    message = json.loads(line)
    if not isinstance(message, dict) or not isinstance(message.get("data"), dict):
        raise ValueError("not a report")
    return Line(Kind(message.get("kind", "")), message["data"])
