"""How sounds are played: the switches beside a preview, and the choice of the audio device."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from earmark_tray.sound.device import Backends, device_names
from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.changes import Changes


class PlaybackSwitches(QWidget):
    """Loop, which counts for this window; playing at once and levels, which count for all."""

    def __init__(self, asker: Asker, player: Player, changes: Changes) -> None:
        super().__init__()
        self._asker = asker
        self._player = player
        self._loop = theme.toggle(self.tr("Loop"), self.tr("Play again and again (L)"))
        self._loop.toggled.connect(self._set_loop)
        self._at_once = theme.toggle(
            self.tr("Autoplay"), self.tr("Play every sound as soon as it is chosen")
        )
        self._at_once.clicked.connect(self._set_at_once)
        self._levels = theme.toggle(
            self.tr("Match levels"), self.tr("Play every sound equally loud")
        )
        self._levels.clicked.connect(self._set_levels)
        line = theme.across()
        line.addWidget(self._at_once)
        line.addWidget(self._loop)
        line.addWidget(self._levels)
        self.setLayout(line)
        changes.settings.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Ask for the settings anew."""
        self._asker.ask("settings", self._take)

    def switch_loop(self) -> None:
        """Loop, or do so no more."""
        self._loop.toggle()

    def _take(self, settings: Any) -> None:
        chosen = settings["playback"]
        self._at_once.setChecked(chosen["at_once"])
        self._player.at_once = chosen["at_once"]
        self._levels.setChecked(chosen["match_levels"])
        self._player.matched = chosen["match_levels"]
        self._player.use_device(chosen["device"])

    def _set_loop(self, wanted: bool) -> None:
        self._player.loop = wanted

    def _set_at_once(self, wanted: bool) -> None:
        self._player.at_once = wanted
        self._asker.tell("set", section="playback", name="at_once", value=wanted)

    def _set_levels(self, wanted: bool) -> None:
        self._player.matched = wanted
        self._asker.tell("set", section="playback", name="match_levels", value=wanted)


_WIDEST = 110 * theme.UNIT


class DeviceChoice(QWidget):
    """The audio device that the windows play through."""

    def __init__(self, asker: Asker, backends: Backends | None = None) -> None:
        super().__init__()
        self._asker = asker
        self._backends = backends
        self._box = theme.Choice()
        self._box.setAccessibleName(self.tr("Play through"))
        self._box.setEnabled(False)
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._box.setMaximumWidth(_WIDEST)
        self._box.activated.connect(self._set)
        self._name = theme.label(self.tr("Play through"))
        self._name.setWordWrap(False)
        line = theme.across(spacing=theme.MARGIN)
        line.addWidget(self._name)
        line.addWidget(self._box)
        line.addStretch(1)
        self.setLayout(line)

    def take(self, settings: Any) -> None:
        """Show the devices that there are, and the one that was chosen."""
        chosen = settings["playback"]["device"]
        if self._box.isEnabled() and chosen == self._box.currentData():
            return  # to look for devices takes a moment
        names = device_names(self._backends)
        self._box.clear()
        self._box.addItem(self.tr("What the system uses"), "")
        for name in names:
            self._box.addItem(name, name)
        if chosen and chosen not in names:
            self._box.addItem(self.tr("{} (not connected)").format(chosen), chosen)
        self._box.setCurrentIndex(self._box.findData(chosen))
        self._box.setEnabled(True)

    def _set(self, place: int) -> None:
        name = self._box.itemData(place)
        self._asker.tell("set", section="playback", name="device", value=name)
