"""Requests about what the user chose: folders, settings, starting at login."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from earmark_daemon import autostart
from earmark_daemon.choosing import unwatch, watch
from earmark_daemon.service.choices import Choices
from earmark_daemon.service.folders import WatchedFolders
from earmark_daemon.settings_file import change_value
from earmark_db.index import Index


class SettingsRequests:
    """What can be asked about the user's choices, and changed in them."""

    def __init__(self, choices: Choices, index: Index, folders: WatchedFolders) -> None:
        self._choices = choices
        self._index = index
        self._folders = folders

    def folders(self) -> list[dict[str, Any]]:
        """The watched folders; ``"why"`` one is not online though something is there, or None."""
        online = {root.path: root.online for root in self._index.roots.all()}
        absences = self._folders.absences()
        return [
            {
                "path": folder.path,
                "write_tags": folder.write_tags,
                "exclude": list(folder.exclude),
                "online": online.get(folder.path, True),
                "why": str(absences[folder.path]) if folder.path in absences else None,
            }
            for folder in self._choices.now.folders
        ]

    def settings(self) -> dict[str, Any]:
        """What the user chose, by section."""
        return asdict(self._choices.now)

    def set(self, section: str, name: str, value: bool | float | str) -> None:
        """Change one setting, such as ``("writing", "genre", False)``."""
        change_value(self._choices.file, section, name, value)
        self._choices.reload()

    def watch(
        self, path: str, *, write_tags: bool | None = None, exclude: Sequence[str] | None = None
    ) -> str:
        """Listen to a folder from now on; returns its real path.

        What is not said of a folder that is watched already stays as it is.
        """
        path = watch(self._choices.file, path, write_tags=write_tags, exclude=exclude)
        self._choices.reload()
        return path

    def unwatch(self, path: str) -> int:
        """Listen to a folder no more; returns how many files in it carry words of ours."""
        path = unwatch(self._choices.file, path)
        carrying = self._index.lookup.carrying_count(path)
        self._choices.reload()
        return carrying

    def starts_at_login(self) -> bool:
        """Whether Earmark starts when this user logs in."""
        return autostart.starts(autostart.this_login()) is autostart.Starts.THIS

    def start_at_login(self, wanted: bool) -> None:
        """Start when this user logs in, or do so no more."""
        change = autostart.enable if wanted else autostart.disable
        change(autostart.this_login())

    def reload(self) -> None:
        """The settings file has changed."""
        self._choices.reload()

    def rescan(self, path: str | None = None) -> None:
        """Compare a watched folder, or all, with the disk now."""
        self._folders.rescan(path)
