"""What can go wrong with the index, in words."""

from __future__ import annotations


class IndexFault(Exception):
    """The index cannot be used as it is.

    Attributes:
        code: a short, stable name.
        message: what is wrong and why.
        advice: what to do.
    """

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(f"{message} {advice}")
        self.code = code
        self.message = message
        self.advice = advice
