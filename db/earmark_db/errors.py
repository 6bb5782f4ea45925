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


def damaged(index: str, why: str) -> IndexFault:
    """What to say of an index whose bytes are not as SQLite left them.

    Args:
        index: what it is called in a sentence, with its path where that is known.
        why: what SQLite says.
    """
    return IndexFault(
        "damaged-index",
        f"{index} is damaged ({why}).",
        "Stop Earmark and bring it back from a backup, or move it away: a new one is built then."
        " Your files are untouched, but your labels and what undo knows lie in it: keep it.",
    )
