"""The models: which answer, where they come from, and the way to others."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.card_list import CardList


class ModelList(CardList):
    """Shows the daemon's models and changes their use at once."""

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._models: Any = None
        self.adding.setText(self.tr("Add a model file…"))
        self.adding.clicked.connect(self._choose)

    def refresh(self) -> None:
        """Ask for the models anew."""
        self._asker.ask("models", self._take)

    def add(self, path: str) -> None:
        """Have a model file checked and kept."""
        self._asker.attempt("add_model", self._changed, path=path)

    def _choose(self) -> None:
        title, kinds = self.tr("A model for Earmark"), self.tr("Models (*.onnx)")
        path, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if path:
            self.add(path)

    def _changed(self, _: Any) -> None:
        self.refresh()

    def _take(self, models: Any) -> None:
        if models == self._models:
            return
        self._models = models
        self.refill(models, self._card)

    def _card(self, model: Any) -> QWidget:
        card, line = theme.card()
        text = theme.down(spacing=2)
        text.addWidget(theme.label(self._title(model)))
        text.addWidget(theme.label(self._about(model), scale=0.92, muted=True))
        line.addLayout(text, 1)
        built_in = model["origin"] == "builtin"
        if not model["in_use"]:
            if model["usable"]:
                self._button(line, self.tr("Use"), model, "use_model", digest=model["digest"])
            if not built_in:
                self._remove_button(line, model)
        elif not built_in:
            back = self.tr("Back to the one before")
            self._button(line, back, model, "rollback_model", tag_set=model["tag_set"])
        return card

    def _title(self, model: Any) -> str:
        if model["origin"] == "builtin":
            name = self.tr("Instruments, as Earmark comes with")
        elif model["tag_set"] == "own":
            name = self.tr("Your own tags")
        else:
            name = self.tr("Tags “{}”").format(model["tag_set"])
        return self.tr("{}   ·   in use").format(name) if model["in_use"] else name

    def _about(self, model: Any) -> str:
        origins = {
            "builtin": self.tr("built in"),
            "local": self.tr("learnt on this machine"),
            "endpoint": self.tr("learnt at the endpoint"),
            "file": self.tr("from a file"),
        }
        parts = [origins.get(model["origin"], model["origin"])]
        if model["made_at"]:
            parts.append(time.strftime("%x %H:%M", time.localtime(model["made_at"])))
        labels = model["labels"]
        told = self.tr("1 tag: {1}") if len(labels) == 1 else self.tr("{} tags: {}")
        parts.append(told.format(len(labels), _some(labels)))
        if not model["usable"]:
            parts.append(self.tr("cannot be used any more: train it again"))
        return "   ·   ".join(parts)

    def _button(
        self, line: QHBoxLayout, text: str, model: Any, method: str, **arguments: Any
    ) -> None:
        button = QPushButton(text)
        button.setAccessibleDescription(self._about(model))
        button.clicked.connect(lambda: self._asker.attempt(method, self._changed, **arguments))
        line.addWidget(button)
        self.controls.add(model["digest"], button)

    def _remove_button(self, line: QHBoxLayout, model: Any) -> None:
        button = QPushButton(self.tr("Remove"))
        button.setAccessibleDescription(self._about(model))
        button.clicked.connect(partial(self._remove, button, model["digest"]))
        line.addWidget(button)
        self.controls.add(model["digest"], button)

    def _remove(self, button: QPushButton, digest: str) -> None:
        """The first click asks, the second does: what is removed is gone."""
        sure = self.tr("Remove for good")
        if button.text() != sure:
            button.setText(sure)
            return
        self._asker.attempt("remove_model", self._changed, digest=digest)


def _some(labels: list[str]) -> str:
    few = ", ".join(labels[:4])
    return few if len(labels) <= 4 else f"{few}…"
