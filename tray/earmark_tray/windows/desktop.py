"""The desktop around the windows: showing a file where it lies."""

from __future__ import annotations

import os
import subprocess
import sys

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from earmark_tray.windows.sound_row import file_url


def show_in_folder(path: str) -> None:
    """Open the folder of a file, with the file chosen where the desktop can do that."""
    if sys.platform == "win32":
        subprocess.run(["explorer", "/select,", path], check=False)
    elif sys.platform == "darwin":
        subprocess.run(["open", "-R", path], check=False)
    else:
        QDesktopServices.openUrl(folder_url(path))


def folder_url(path: str) -> QUrl:
    """The address of the folder that a file lies in."""
    return file_url(os.path.dirname(path))
