"""First run, in three steps: whether tags are written, then folders, done."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.banner import Banner
from earmark_tray.windows.folder_list import FolderList
from earmark_tray.windows.switches import Switch
from earmark_tray.windows.window import Window

_AROUND = 8 * theme.UNIT


class WelcomeWindow(Window):
    """Leads to the first tagged sounds."""

    def __init__(self, asker: Asker, page: str = "") -> None:
        super().__init__()
        self._asker = asker
        self.setWindowTitle(self.tr("Welcome – Earmark"))
        self.resize(680, 480)
        self._banner = Banner(asker, self._refresh)
        self._folders = FolderList(asker)
        self._folders.changed.connect(self._count)
        self._writes = Switch(
            asker,
            "writing",
            "enabled",
            self.tr("Write tags into my files"),
            self.tr(
                "The files change: a checked copy with the tags takes the place of each. The audio"
                " stays the same, sample for sample, what vendors wrote stays, and everything can"
                " be undone. Without it, tags are kept in Earmark's index alone."
            ),
        )
        self._known = {"writing": False, "folders": False}
        self._steps = QStackedWidget()
        self._step = theme.label(scale=0.92, muted=True)
        self._back = QPushButton(self.tr("Back"))
        self._next = QPushButton(self.tr("Continue"))
        self._lay_out()
        self._go(0)
        self._refresh()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End with the window what lives beside it; no choice is lost unsaid."""
        if self._banner.lets_close(event):
            super().closeEvent(event)

    def _lay_out(self) -> None:
        self._add_step(
            self.tr("Shall your desktop's search find your sounds by their tags?"),
            self.tr("Finder, Explorer and Linux desktops search what is written in the files."),
            self._writes,
        )
        self._add_step(
            self.tr("Which folders hold your samples?"),
            self.tr("Earmark listens to them and everything below, on this machine alone."),
            self._folders,
        )
        self._add_step(
            self.tr("That is all."),
            self.tr(
                "Earmark is listening. The icon in the tray shows how far it is, and Search finds"
                " each sound as soon as it was heard."
            ),
            QWidget(),
        )
        buttons = theme.across()
        buttons.addWidget(self._step, 1)
        buttons.addWidget(self._back)
        buttons.addWidget(self._next)
        self._back.clicked.connect(lambda: self._go(self._steps.currentIndex() - 1))
        self._next.clicked.connect(self._forward)
        self._next.setProperty("primary", True)
        whole = theme.down(spacing=theme.MARGIN, margins=(_AROUND, _AROUND, _AROUND, theme.MARGIN))
        whole.addWidget(self._banner)
        whole.addWidget(self._steps, 1)
        whole.addLayout(buttons)
        self.setLayout(whole)

    def _add_step(self, title: str, note: str, widget: QWidget) -> None:
        column = theme.down(spacing=theme.MARGIN)
        column.addWidget(theme.label(title, scale=1.5))
        column.addWidget(theme.label(note, muted=True))
        column.addWidget(widget)
        column.addStretch(1)
        page = QWidget()
        page.setLayout(column)
        self._steps.addWidget(page)

    def _go(self, step: int) -> None:
        self._steps.setCurrentIndex(step)
        last = step == self._steps.count() - 1
        self._step.setText(self.tr("Step {} of {}").format(step + 1, self._steps.count()))
        self._back.setVisible(step > 0)
        self._next.setText(self.tr("Done") if last else self.tr("Continue"))
        self._folders.refresh()
        self._allow()

    def _forward(self) -> None:
        step = self._steps.currentIndex()
        if step == self._steps.count() - 1:
            self.close()
        else:
            self._go(step + 1)

    def _count(self, folders: int) -> None:
        self._known["folders"] = folders > 0
        self._allow()

    def _refresh(self) -> None:
        self._folders.refresh()
        self._asker.ask("settings", self._take)

    def _take(self, settings: Any) -> None:
        self._writes.take(settings)
        self._known["writing"] = True
        self._allow()

    def _allow(self) -> None:
        """Nothing is listened to, and no file changes, before one could say whether it shall."""
        needed = ("writing", "folders")[: self._steps.currentIndex() + 1]
        able = all(self._known[each] for each in needed)
        comes = able and not self._next.isEnabled()
        self._next.setEnabled(able)
        if comes and self.focusWidget() is None:
            self._next.setFocus()
