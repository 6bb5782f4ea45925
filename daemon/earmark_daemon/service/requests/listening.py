"""Listens at the local API's address: a Unix socket with a name, or a named pipe of Windows."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import suppress
from multiprocessing.connection import Connection, Listener, wait

_BACKLOG = 64
_UNKNOWN = {errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

if sys.platform == "win32":

    class LocalListener:
        """A named pipe, whose name nobody can take away.

        Raises:
            OSError: nothing can be listened at there.
        """

        def __init__(self, address: str) -> None:
            self._address = address
            self._pipe = Listener(address, authkey=None, backlog=_BACKLOG)

        def accept(self) -> Connection | None:
            """Wait until somebody connects, which `wake` does too."""
            return self._pipe.accept()

        def wake(self) -> None:
            """Have `accept` return."""
            from multiprocessing.connection import Client

            with suppress(OSError):
                Client(self._address).close()

        def is_lost(self) -> bool:
            """Whether who asks at the address finds nobody."""
            return False

        def listen_anew(self) -> None:
            """Be found at the address again, if nobody is."""

        def close(self) -> None:
            """Listen no more."""
            self._pipe.close()

else:

    class LocalListener:
        """A Unix socket, whose name can be removed while it is listened at.

        `wake` and `is_lost` may be called from any thread, all else from that which accepts, or
        once it has ended.

        Raises:
            OSError: nothing can be listened at there.
        """

        def __init__(self, address: str) -> None:
            self._address = address
            self._socket, self._identity = _listen(address)
            self._bell, self._rung = socket.socketpair()

        def accept(self) -> Connection | None:
            """Wait until somebody connects; None where nobody did yet, and `wake` was called.

            Raises:
                OSError: they went away again, or there are no more file handles.
            """
            if self._socket not in wait([self._socket, self._rung]):
                self._rung.recv(1)
                return None
            accepted, _ = self._socket.accept()
            accepted.setblocking(True)
            return Connection(accepted.detach())

        def wake(self) -> None:
            """Have `accept` return."""
            self._bell.send(b"\0")

        def is_lost(self) -> bool:
            """Whether who asks at the address finds nobody."""
            return _identity(self._address) != self._identity and not _answers(self._address)

        def listen_anew(self) -> None:
            """Be found at the address again, if nobody is.

            Raises:
                OSError: that cannot be right now.
            """
            if self.is_lost():
                before = self._socket
                self._socket, self._identity = _listen(self._address)
                before.close()

        def close(self) -> None:
            """Listen no more; a socket of somebody else's at the address stays."""
            if _identity(self._address) == self._identity:
                with suppress(OSError):
                    os.unlink(self._address)
            for each in (self._socket, self._bell, self._rung):
                each.close()


def _listen(address: str) -> tuple[socket.socket, tuple[int, int] | None]:
    """A socket that is listened at, for this user alone, and the identity of its name."""
    with suppress(FileNotFoundError):
        os.unlink(address)
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind(address)
        os.chmod(address, 0o600)
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except BaseException:
        listening.close()
        raise
    return listening, _identity(address)


def _identity(address: str) -> tuple[int, int] | None:
    """What lies there: device and inode; None where nothing does, or that cannot be seen."""
    try:
        status = os.lstat(address)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _answers(address: str) -> bool:
    """Whether somebody listens there, or may: one who has no time now, or it cannot be seen now."""
    try:
        with socket.socket(socket.AF_UNIX) as knocking:
            knocking.setblocking(False)
            knocking.connect(address)
    except OSError as error:
        return error.errno in _UNKNOWN
    return True
