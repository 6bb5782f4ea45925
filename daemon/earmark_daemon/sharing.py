"""Opening files for reading so that an error tells whether another program holds them open."""

from __future__ import annotations

import os
import sys

_SHARED_WITH_ALL = 0x7


def open_for_reading(path: str) -> int:
    """A descriptor to read a file with.

    Raises:
        OSError: as `os.open`, which on Windows says EACCES whatever is the matter; here the error
            has Windows' own number (``winerror``) too.
    """
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, flags)
    except PermissionError:
        if sys.platform == "win32":
            _ask_windows(path)
        raise


def _ask_windows(path: str) -> None:
    if sys.platform == "win32":
        import _winapi

        _winapi.CloseHandle(
            _winapi.CreateFile(
                path,
                _winapi.GENERIC_READ,
                _SHARED_WITH_ALL,
                _winapi.NULL,
                _winapi.OPEN_EXISTING,
                0,
                _winapi.NULL,
            )
        )
