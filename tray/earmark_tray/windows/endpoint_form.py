"""Pairing with a trainer on another machine, asking it, erasing what it has, forgetting it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.erasing import wants_to_erase
from earmark_tray.windows.training_place import size_words


class EndpointForm(QWidget):
    """Shows which trainer is paired, or takes the line that one printed.

    Attributes:
        changed: a trainer was paired or forgotten.
    """

    changed = Signal()

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._state = theme.label()
        self._state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note = theme.label(scale=0.92, muted=True)
        self._line = self._field(
            self.tr("Pairing line"), self.tr("The line that `earmark-trainer pair` printed")
        )
        self._address = self._field(
            self.tr("Address"), self.tr("Address, if the line has none: https://my-machine:8750")
        )
        self._pair = QPushButton(self.tr("Pair"))
        self._pair.clicked.connect(self._begin)
        self._test = QPushButton(self.tr("Test the connection"))
        self._test.clicked.connect(self._ask)
        self._erase = QPushButton(self.tr("Erase what was sent…"))
        self._erase.clicked.connect(self._take_back)
        self._forget = QPushButton(self.tr("Forget it"))
        self._forget.clicked.connect(self._drop)
        doing = theme.across()
        self._buttons = (self._pair, self._test, self._erase, self._forget)
        for button in self._buttons:
            doing.addWidget(button)
        doing.addStretch(1)
        column = theme.down()
        for widget in (self._state, self._line, self._address):
            column.addWidget(widget)
        column.addLayout(doing)
        column.addWidget(self._note)
        self.setLayout(column)
        self._show(None)

    def refresh(self) -> None:
        """Ask which trainer is paired; what was answered before is old."""
        self._note.setText("")
        self._asker.ask("endpoint", self._show)

    def _field(self, name: str, hint: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.returnPressed.connect(self._begin)
        return field

    def _show(self, endpoint: Any) -> None:
        paired = endpoint is not None
        self._trainer = endpoint["address"] if paired else ""
        for widget in (self._line, self._address, self._pair):
            widget.setVisible(not paired)
        for widget in (self._test, self._erase, self._forget):
            widget.setVisible(paired)
        self._state.setText(
            self.tr("Paired with {}.").format(self._trainer)
            if paired
            else self.tr(
                "Not paired: training happens on this machine. A trainer on another one, such as"
                " one with a graphics processor, gets spectrograms of labelled sounds and of some"
                " others, never the sounds themselves."
            )
        )

    def _begin(self) -> None:
        line, address = self._line.text().strip(), self._address.text().strip()
        if line:
            self._waiting(self.tr("Asking the trainer…"))
            told = {"line": line, "address": address or None}
            self._asker.ask("pair_endpoint", self._paired, self._failed, **told)

    def _paired(self, found: Any) -> None:
        self._line.clear()
        self._answered(found)
        self._show(found)
        self.changed.emit()

    def _ask(self) -> None:
        self._waiting(self.tr("Asking the trainer…"))
        self._asker.ask("test_endpoint", self._answered, self._failed)

    def _take_back(self) -> None:
        if wants_to_erase(self, self._trainer):
            self._waiting(self.tr("Erasing…"))
            self._asker.attempt("erase_endpoint", self._erased, self._failed)

    def _erased(self, erased: Any) -> None:
        self._enable()
        text = self.tr("Erased there. Trainings: {}, spectrograms: {}.")
        self._note.setText(text.format(erased["jobs"], size_words(erased["bytes"])))

    def _drop(self) -> None:
        self._asker.ask("forget_endpoint", self._forgotten, self._failed)

    def _forgotten(self, _: Any) -> None:
        self._enable()
        self._show(None)
        self.changed.emit()
        self._note.setText(
            self.tr(
                "What was sent to it and not erased before stays there: spectrograms for up to 30"
                " days after their last use, trainings for longer."
            )
        )

    def _waiting(self, text: str) -> None:
        self._note.setText(text)
        for button in self._buttons:
            button.setEnabled(False)

    def _enable(self) -> None:
        for button in self._buttons:
            button.setEnabled(True)

    def _answered(self, found: Any) -> None:
        self._enable()
        processors = [*found["gpus"]] or [self.tr("{} processor cores").format(found["cpus"])]
        text = self.tr("It answers: version {}, {}.")
        self._note.setText(text.format(found["version"], ", ".join(map(str, processors))))

    def _failed(self, error: Any) -> None:
        self._enable()
        self._note.setText(str(error.problem))
