"""Cards one below the other, and the button that adds one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from PySide6.QtWidgets import QAbstractButton, QPushButton, QVBoxLayout, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.row_controls import RowControls


class CardList(QWidget):
    """Shows a card for each of some things, which are made anew whenever one has changed.

    Attributes:
        adding: the button below the cards.
        below: a column that ends with that button; more may be put below it.
        controls: told of each button on a card, so that the keyboard stays where it was.
    """

    def __init__(self) -> None:
        super().__init__()
        self.adding = QPushButton()
        self.controls = RowControls(self)
        self._rows: QVBoxLayout = theme.down()
        last = theme.across()
        last.addWidget(self.adding)
        last.addStretch(1)
        self.below: QVBoxLayout = theme.down()
        self.below.addLayout(self._rows)
        self.below.addLayout(last)
        self.setLayout(self.below)

    def refill(self, things: Iterable[Any], card: Callable[[Any], QWidget]) -> None:
        """Show these things, each on the card that is made for it."""
        held = self.controls.forget()
        theme.emptied(self._rows)
        cards = [card(thing) for thing in things]
        for each in cards:
            self._rows.addWidget(each)
        self._order_tabs(cards)
        self.controls.attend(held, self.adding)

    def _order_tabs(self, cards: Iterable[QWidget]) -> None:
        """The Tab key meets the cards, which come late, where they stand."""
        controls = [each for card in cards for each in card.findChildren(QAbstractButton)]
        for before, after in pairwise([self.adding, *controls, self.adding]):
            self.setTabOrder(before, after)
