"""Where to train, and what would be sent there."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker

HERE, ENDPOINT = "here", "endpoint"


class TrainingPlace(QWidget):
    """A choice between this machine and the paired trainer, where there is one."""

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._tag_set: str | None = None
        self._box = theme.Choice()
        self._box.setAccessibleName(self.tr("Where to train"))
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._box.addItem(self.tr("On this machine"), HERE)
        self._box.currentIndexChanged.connect(lambda _: self._ask())
        self._sends = theme.label(scale=0.92, muted=True)
        line = theme.across(spacing=theme.MARGIN)
        line.addWidget(self._box)
        line.addWidget(self._sends, 1)
        self.setLayout(line)
        self._ask()

    @property
    def chosen(self) -> str:
        """The place, as the daemon calls it."""
        return str(self._box.currentData())

    def refresh(self) -> None:
        """Ask whether a trainer is paired."""
        self._asker.ask("endpoint", self._offer)

    def plan(self, tag_set: str) -> None:
        """Say what a training of this tag set would send."""
        self._tag_set = tag_set
        self._ask()

    def _offer(self, endpoint: Any) -> None:
        known = self._box.findData(ENDPOINT)
        if endpoint is None and known >= 0:
            self._box.removeItem(known)
        elif endpoint is not None and known < 0:
            self._box.addItem(self.tr("At the paired trainer"), ENDPOINT)

    def _ask(self) -> None:
        if self.chosen == HERE or self._tag_set is None:
            self._sends.setText(self.tr("Nothing leaves this machine."))
            return
        self._asker.ask(
            "training_plan", self._show, self._fail, tag_set=self._tag_set, where=self.chosen
        )

    def _show(self, plan: Any) -> None:
        if plan["where"] != self.chosen:
            return
        text = self.tr(
            "Sends spectrograms of {} labelled sounds and {} others, {} at most, to {}. Never the"
            " sounds."
        )
        size = size_words(plan["bytes"])
        self._sends.setText(
            text.format(f"{plan['sounds']:,}", f"{plan['beside']:,}", size, plan["address"])
        )

    def _fail(self, error: Any) -> None:
        self._sends.setText(str(error.problem))


def size_words(count: int) -> str:
    """A number of bytes such as ``310 kB`` or ``2.4 MB``, rounded up: it is the most."""
    if count < 1_000_000:
        return f"{math.ceil(count / 1000)} kB"
    return f"{math.ceil(count / 100_000) / 10:.1f} MB"
