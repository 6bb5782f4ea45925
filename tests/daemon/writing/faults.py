"""A disk whose n-th system call fails, or at whose n-th system call the program is killed."""

import os
import signal
from collections.abc import Callable
from typing import Any

from earmark_daemon.writing.disk import Disk

CALLS = [name for name in vars(Disk) if not name.startswith("_")]


class CountingDisk(Disk):
    """The real disk, which counts calls and lets something happen at one of them.

    Attributes:
        calls: the names of the calls so far.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []

    def before(self, name: str) -> None:
        """What happens before the call that was counted last."""

    def after(self, name: str) -> None:
        """What happens after it."""


def _counted(name: str) -> Callable[..., Any]:
    real = getattr(Disk, name)

    def call(self: CountingDisk, *arguments: Any) -> Any:
        self.calls.append(name)
        self.before(name)
        try:
            return real(self, *arguments)
        finally:
            self.after(name)

    return call


for _name in CALLS:
    setattr(CountingDisk, _name, _counted(_name))


class FailingDisk(CountingDisk):
    """Fails at one call, or at every call from there on; what it closes is closed all the same."""

    def __init__(self, at: int, error: int, for_good: bool = False) -> None:
        super().__init__()
        self._at, self._error, self._for_good = at, error, for_good

    def before(self, name: str) -> None:
        if name != "close":
            self._fail()

    def after(self, name: str) -> None:
        if name == "close":
            self._fail()

    def _fail(self) -> None:
        number = len(self.calls) - 1
        if number == self._at or (self._for_good and number > self._at):
            raise OSError(self._error, os.strerror(self._error))


class ShortDisk(Disk):
    """Takes only a few bytes at each write and gives only a few at each read."""

    def write(self, descriptor: int, offset: int, data: memoryview) -> int:
        return super().write(descriptor, offset, data[:1000])

    def read(self, descriptor: int, offset: int, length: int) -> bytes:
        return super().read(descriptor, offset, min(length, 1000))


class DeadlyDisk(CountingDisk):
    """Kills the program without warning before or after one call."""

    def __init__(self, at: int, afterwards: bool) -> None:
        super().__init__()
        self._at, self._afterwards = at, afterwards

    def before(self, name: str) -> None:
        if not self._afterwards:
            self._kill()

    def after(self, name: str) -> None:
        if self._afterwards:
            self._kill()

    def _kill(self) -> None:
        if len(self.calls) - 1 == self._at:
            os.kill(os.getpid(), signal.SIGKILL)
