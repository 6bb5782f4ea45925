"""What other programs have to do with a file: hold it open, write to it, keep it in a cloud."""

from __future__ import annotations

import os
import signal
import sys

IN_USE_ON_WINDOWS = frozenset({32, 33})
"""Windows' own numbers of errors about a file that another program keeps to itself."""

_SHARED_WITH_ALL = 0x7
_MAC_DATALESS = 0x40000000
_WINDOWS_RECALL = 0x1000 | 0x40000 | 0x400000


def is_placeholder(status: os.stat_result) -> bool:
    """Whether a cloud service holds the content, so that opening the file would download it."""
    if getattr(status, "st_flags", 0) & _MAC_DATALESS:
        return True
    return bool(getattr(status, "st_file_attributes", 0) & _WINDOWS_RECALL)


def is_written_to(descriptor: int) -> bool:
    """Whether any program has an open file open for writing, where that can be known: on Linux.

    Source: fcntl(2), a read lease is granted only where nobody writes. A writer that opens the file
    in the instant that the lease lasts is held up until it is given back, and would be announced by
    SIGIO, which ends a process; SIGURG does nothing. Neither other users' files nor every file
    system have leases.
    """
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return isinstance(error, BlockingIOError)
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


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
