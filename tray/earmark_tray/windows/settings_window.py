"""The settings window: folders, what is written, notifications, and what went wrong."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QScrollArea, QVBoxLayout

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.banner import Banner
from earmark_tray.windows.changes import Changes
from earmark_tray.windows.endpoint_form import EndpointForm
from earmark_tray.windows.folder_list import FolderList
from earmark_tray.windows.model_list import ModelList
from earmark_tray.windows.playback import DeviceChoice
from earmark_tray.windows.problem_list import ProblemList
from earmark_tray.windows.switches import Switch
from earmark_tray.windows.window import Window

_AROUND = 6 * theme.UNIT
_SETTLED_MILLISECONDS = 1000


class SettingsWindow(Window):
    """Every choice takes effect at once; there is no button to confirm."""

    def __init__(self, asker: Asker, page: str = "") -> None:
        super().__init__()
        self._asker = asker
        self._changes = Changes(asker, self)
        self.setWindowTitle(self.tr("Settings – Earmark"))
        self.resize(760, 760)
        self._banner = Banner(asker, self._refresh)
        self._folders = FolderList(asker)
        self._folders.changed.connect(self._name)
        self._problems = ProblemList(asker)
        self._models = ModelList(asker)
        self._endpoint = EndpointForm(asker)
        self._changes.lost.connect(self._banner.complain)
        self._changes.models.connect(self._models.refresh)
        self._changes.settings.connect(self._hear)
        self._changes.folders.connect(self._folders.refresh)
        self._device = DeviceChoice(asker)
        self._writes = self._writing()
        self._sounds = self._playback()
        self._tells = self._notifications()
        self._login = QCheckBox(self.tr("Start Earmark when I log in"))
        self._login.setEnabled(False)
        self._login.clicked.connect(self._set_login)
        self._area = self._lay_out()
        self._turns = page == "problems"
        self._settling = QTimer(self, singleShot=True, interval=_SETTLED_MILLISECONDS)
        self._settling.timeout.connect(self._stay)
        self._problems.arrived.connect(self._settling.start)
        self._area.verticalScrollBar().rangeChanged.connect(self._turn)
        self._refresh()

    def turn_to(self, page: str) -> None:
        """Have the problems in sight, and keep them there until all has come."""
        self._turns = page == "problems"
        self._turn()
        self._refresh()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End with the window what lives beside it; no choice is lost unsaid."""
        if self._banner.lets_close(event, self._changes):
            super().closeEvent(event)

    def _writing(self) -> list[Switch]:
        texts = (
            (
                "enabled",
                self.tr("Write tags into the files"),
                self.tr(
                    "A checked copy takes the file's place. The audio stays the same, sample for"
                    " sample, and every change can be undone."
                ),
            ),
            ("genre", self.tr("Genre"), self.tr("The field that every desktop searches.")),
            ("comment", self.tr("Comment"), ""),
            ("finder_tags", self.tr("Finder tags"), self.tr("On macOS.")),
            ("xdg_tags", self.tr("File manager tags"), self.tr("On Linux, where supported.")),
            ("ableton", self.tr("Keywords for Ableton Live's browser"), ""),
            (
                "keep_mtime",
                self.tr("Keep the files' dates"),
                self.tr("Backups may then miss the change."),
            ),
        )
        return [Switch(self._asker, "writing", *text) for text in texts]

    def _playback(self) -> list[Switch]:
        at_once = self.tr("Play every sound as soon as it is chosen")
        text = self.tr("Play every sound equally loud")
        note = self.tr("Quiet ones are raised only as far as they stay clean.")
        return [
            Switch(self._asker, "playback", "at_once", at_once),
            Switch(self._asker, "playback", "match_levels", text, note),
        ]

    def _notifications(self) -> list[Switch]:
        return [
            Switch(self._asker, "tray", "notify_packs", self.tr("Tell when a pack is tagged")),
            Switch(self._asker, "tray", "notify_training", self.tr("Tell when a training is done")),
            Switch(self._asker, "tray", "notify_trouble", self.tr("Tell when something is wrong")),
        ]

    def _lay_out(self) -> QScrollArea:
        column = theme.down(margins=(_AROUND, theme.MARGIN, _AROUND, _AROUND))
        _section(column, self.tr("Folders"), [self._folders])
        _section(column, self.tr("Tags in files"), self._writes)
        _section(column, self.tr("Models"), [self._models])
        _section(column, self.tr("Training on another machine"), [self._endpoint])
        _section(column, self.tr("Listening"), [self._device, *self._sounds])
        _section(column, self.tr("Start"), [self._login])
        _section(column, self.tr("Notifications"), self._tells)
        _section(column, self.tr("Problems"), [self._problems])
        column.addStretch(1)
        return theme.scrolled(self, column, self._banner)

    def _name(self, folders: int) -> None:
        """Say in the title how many folders there are, once that is known."""
        told = self.tr("1 folder") if folders == 1 else self.tr("{} folders").format(folders)
        self.setWindowTitle(self.tr("{} – Settings – Earmark").format(told))

    def _refresh(self) -> None:
        self._follow()
        self._models.refresh()
        self._endpoint.refresh()
        self._asker.ask("starts_at_login", self._take_login)
        self._problems.refresh()

    def _follow(self) -> None:
        """Show what is chosen now, here or elsewhere."""
        self._folders.refresh()
        self._asker.ask("settings", self._take)

    def _hear(self) -> None:
        """The settings have changed; what was chosen here and still waits would look undone."""
        if not self._asker.waiting:  # else all is asked for anew once that is told
            self._follow()

    def _turn(self) -> None:
        """Scroll to the problems, if they are what was asked for."""
        if self._turns:
            if self._settling.isActive():
                self._settling.start()
            bar, shown = self._area.verticalScrollBar(), self._area.viewport()
            bar.setValue(bar.value() + self._problems.mapTo(shown, QPoint(0, -_AROUND)).y())

    def _stay(self) -> None:
        """What comes from now on moves nothing away from where a person has scrolled."""
        self._turns = False

    def _take(self, settings: Any) -> None:
        self._device.take(settings)
        for switch in (*self._writes, *self._sounds, *self._tells):
            switch.take(settings)

    def _take_login(self, enabled: bool) -> None:
        self._login.setChecked(enabled)
        self._login.setEnabled(True)

    def _set_login(self, wanted: bool) -> None:
        self._asker.tell("start_at_login", wanted=wanted)


def _section(column: QVBoxLayout, title: str, widgets: list[Any]) -> None:
    column.addSpacing(theme.GAP)
    column.addWidget(theme.label(title, scale=1.2))
    for widget in widgets:
        column.addWidget(widget)
    column.addSpacing(theme.GAP)
