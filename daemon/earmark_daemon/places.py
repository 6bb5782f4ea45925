"""Where Earmark keeps what: settings, index, log, socket. `EARMARK_HOME` moves all of it."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

_LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Places:
    """The files that Earmark itself owns."""

    settings: Path
    data: Path
    log: Path

    def make(self) -> None:
        """Make the folder of data where it is not there yet, for this user alone.

        One that is there stays as it is: it may be open to others on purpose, or hold more.

        Raises:
            OSError: it cannot be made.
        """
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def index(self) -> Path:
        """The SQLite index."""
        return self.data / "index.sqlite"

    @property
    def lock(self) -> Path:
        """Held by whoever writes the index; lets go when that process dies."""
        return self.data / "earmark.lock"

    @property
    def settings_lock(self) -> Path:
        """Held by whoever changes the settings file, for the moment that it takes."""
        return self.data / "settings.lock"

    @property
    def key(self) -> Path:
        """The secret that clients of the local API show."""
        return self.data / "api.key"

    @property
    def installation(self) -> Path:
        """The id by which this Earmark knows its own words in files that others write to too."""
        return self.data / "installation.id"

    @property
    def models(self) -> Path:
        """Models that were trained for this user."""
        return self.data / "models"

    @property
    def socket(self) -> str:
        """The address of the local API; short enough for every system."""
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        if sys.platform == "win32":
            return rf"\\.\pipe\earmark-{digest}"
        inside = str(self.data / "api.socket")
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_PATH:
            return inside
        return str(Path(tempfile.gettempdir()) / f"earmark-{os.getuid()}-{digest}.socket")


def places() -> Places:
    """The user's places, or those below `EARMARK_HOME` where that is set."""
    folder = _chosen_home()
    if folder:
        return Places(folder / "settings.toml", folder, folder / "earmark.log")
    import platformdirs

    config = Path(platformdirs.user_config_dir("earmark", appauthor=False))
    data = Path(platformdirs.user_data_dir("earmark", appauthor=False))
    log = Path(platformdirs.user_log_dir("earmark", appauthor=False))
    return Places(config / "settings.toml", data, log / "earmark.log")


def same_home() -> dict[str, str]:
    """`EARMARK_HOME` with its full path where it is set, for a program that starts elsewhere."""
    folder = _chosen_home()
    return {"EARMARK_HOME": str(folder)} if folder else {}


def _chosen_home() -> Path | None:
    home = os.environ.get("EARMARK_HOME")
    return Path(home).expanduser().absolute() if home else None
