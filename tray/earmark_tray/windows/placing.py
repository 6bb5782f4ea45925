"""Asks under which broader tag a tag shall lie, and puts it there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QInputDialog, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker


def ask_place(parent: QWidget, asker: Asker, tag: str, placed: Callable[[], None]) -> None:
    """Ask a person where a tag shall lie.

    Args:
        parent: the window that asks.
        asker: knows the tags, and tells where the tag lies from now on.
        tag: the tag.
        placed: called once it lies there.
    """
    asker.attempt("tags", partial(_ask, parent, asker, tag, placed))


def _ask(parent: QWidget, asker: Asker, tag: str, placed: Callable[[], None], tags: Any) -> None:
    above = next((each["above"] for each in tags if each["tag"] == tag), None) or ""
    others = sorted({each["tag"] for each in tags} - {tag})
    words = ["", *others]
    text = parent.tr(
        "Sounds that are “{}” are tagged with a broader tag as well.\n"
        "Which one? A new word will do; none takes it out again."
    ).format(tag)
    under, good = QInputDialog.getItem(
        parent, parent.tr("Put under"), theme.tip(text), words, words.index(above), True
    )
    if good and under.strip() != above:
        wanted = under.strip() or None
        asker.attempt("nest_tags", lambda _: placed(), tags=[tag], under=wanted)
