"""Extended attributes and access lists of open files, on the systems that have them.

Linux by the standard library, where access lists are attributes too; macOS by the ``xattr``
package and its own ``fcopyfile``. Elsewhere there are none.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import platform
import sys
from typing import Protocol, cast

_COPYFILE_ACL = 1


class Attributes(Protocol):
    """The calls of one system; all raise OSError."""

    def listxattr(self, descriptor: int, /) -> list[str]:
        """The names of all attributes."""
        ...

    def getxattr(self, descriptor: int, name: str, /) -> bytes:
        """The value of one."""
        ...

    def setxattr(self, descriptor: int, name: str, value: bytes, /) -> None:
        """Set one."""
        ...

    def removexattr(self, descriptor: int, name: str, /) -> None:
        """Remove one that is there."""
        ...


class NoAttributes:
    """A system without attributes."""

    def listxattr(self, descriptor: int, /) -> list[str]:
        """None."""
        return []

    def getxattr(self, descriptor: int, name: str, /) -> bytes:
        """Nothing; there is none to ask for."""
        return b""

    def setxattr(self, descriptor: int, name: str, value: bytes, /) -> None:
        """Nothing to set."""

    def removexattr(self, descriptor: int, name: str, /) -> None:
        """Nothing to remove."""


def system_attributes() -> Attributes:
    """The calls of this system."""
    module = {"linux": "os", "darwin": "xattr"}.get(sys.platform)
    return cast(Attributes, importlib.import_module(module)) if module else NoAttributes()


def copy_access_list(source: int, target: int) -> None:
    """Give an open file the access list of another, where that is no attribute.

    Raises:
        OSError: the system refuses.
    """
    if platform.system() != "Darwin":
        return
    library = ctypes.CDLL(None, use_errno=True)
    if library.fcopyfile(source, target, None, ctypes.c_uint32(_COPYFILE_ACL)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
