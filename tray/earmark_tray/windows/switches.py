"""A switch of the settings file, with a sentence on what it changes."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker

_INDENT = 26


class Switch(QWidget):
    """Follows one true-or-false setting and changes it at once."""

    def __init__(self, asker: Asker, section: str, name: str, text: str, note: str = "") -> None:
        super().__init__()
        self._asker = asker
        self._section, self._name = section, name
        self._box = QCheckBox(text)
        self._box.setAccessibleDescription(note)
        self._box.setEnabled(False)
        self._box.clicked.connect(self._set)
        whole = theme.down(spacing=2)
        whole.addWidget(self._box)
        if note:
            indented = theme.across(margins=(_INDENT, 0, 0, 0))
            indented.addWidget(theme.label(note, scale=0.92, muted=True))
            whole.addLayout(indented)
        self.setLayout(whole)

    def take(self, settings: Any) -> None:
        """Show what the settings say."""
        self._box.setChecked(settings[self._section][self._name])
        self._box.setEnabled(True)

    def _set(self, wanted: bool) -> None:
        self._asker.tell("set", section=self._section, name=self._name, value=wanted)
