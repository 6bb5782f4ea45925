"""The system calls that writing makes, each in one place, so that tests can make any of them fail.

Owns the differences between systems; decides nothing.
"""

from __future__ import annotations

import errno
import os
import sys

from earmark_daemon.containers.source import read_at
from earmark_daemon.sharing import is_written_to, open_for_reading
from earmark_daemon.writing.attributes import copy_access_list, system_attributes

_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_FICLONE = 0x40049409
_GET_FLAGS = 0x80086601
_IMMUTABLE, _APPEND_ONLY = 0x10, 0x20
_MAC_IMMUTABLE = 0x02 | 0x04 | 0x20000 | 0x40000
_WINDOWS_DENIES = 5
"""What Windows says where a file that is to be replaced is open in another program."""
_NOT_OFFERED = frozenset(
    {errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL, errno.ENOSYS}
)


class Disk:
    """The real disk. Every method raises OSError as the system does, unless it says otherwise."""

    def status(self, path: str) -> os.stat_result:
        """What the system knows of a file, symbolic links followed."""
        return os.stat(path)

    def resolve(self, path: str) -> str:
        """The path with symbolic links resolved and the name in the case in which it is kept."""
        real = os.path.realpath(path, strict=True)
        folder, name = os.path.split(real)
        return os.path.join(folder, _kept_name(folder, name))

    def may_write(self, path: str) -> bool:
        """Whether the system would let us change the file."""
        return os.access(path, os.W_OK)

    def open_read(self, path: str) -> int:
        """A descriptor to read a file with."""
        return open_for_reading(path)

    def create(self, path: str) -> int:
        """A descriptor to a new empty file that nobody else may read yet."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        os.close(descriptor)

    def read(self, descriptor: int, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset``."""
        return read_at(descriptor, offset, length)

    def write(self, descriptor: int, offset: int, data: memoryview) -> int:
        """Write at ``offset``; returns how many bytes were taken."""
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut an open file to ``size`` bytes."""
        os.ftruncate(descriptor, size)

    def sync(self, descriptor: int) -> None:
        """Wait until an open file is on the medium."""
        _flush(descriptor)

    def sync_folder(self, path: str) -> None:
        """Wait until the names in a folder are on the medium, where the system offers that."""
        if sys.platform == "win32":
            return
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _flush(descriptor)
        finally:
            os.close(descriptor)

    def replace(self, source: str, target: str) -> None:
        """Let ``source`` take the place of ``target``, at once or not at all."""
        try:
            os.replace(source, target)
        except PermissionError as error:
            if getattr(error, "winerror", None) != _WINDOWS_DENIES:
                raise
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), target) from error

    def remove(self, path: str) -> None:
        """Remove a file."""
        os.unlink(path)

    def make_folder(self, path: str) -> None:
        """Make a folder where there is none."""
        os.makedirs(path, exist_ok=True)

    def names(self, folder: str) -> list[str]:
        """The names in a folder."""
        return os.listdir(folder)

    def clone(self, source: int, target: int) -> bool:
        """Let ``target`` share the blocks of ``source`` where the file system can."""
        if sys.platform != "linux":
            return False
        import fcntl

        try:
            fcntl.ioctl(target, _FICLONE, source)
        except OSError as error:
            if error.errno in (*_NOT_OFFERED, errno.EXDEV, errno.EPERM, errno.ETXTBSY):
                return False
            raise
        return True

    def in_use(self, descriptor: int) -> bool:
        """Whether another program has the open file open for writing, where that can be known."""
        return is_written_to(descriptor)

    def is_immutable(self, descriptor: int, status: os.stat_result) -> bool:
        """Whether the file carries a flag that forbids changing it."""
        if getattr(status, "st_flags", 0) & _MAC_IMMUTABLE:
            return True
        if sys.platform != "linux":
            return False
        import fcntl

        try:
            flags = fcntl.ioctl(descriptor, _GET_FLAGS, bytes(8))
        except OSError:
            return False
        return bool(int.from_bytes(flags[:4], sys.byteorder) & (_IMMUTABLE | _APPEND_ONLY))

    def attributes(self, descriptor: int) -> dict[str, bytes]:
        """The extended attributes of an open file, access lists among them on Linux."""
        system = system_attributes()
        try:
            names = system.listxattr(descriptor)
        except OSError as error:
            if error.errno in _NOT_OFFERED:
                return {}
            raise
        return {name: system.getxattr(descriptor, name) for name in names}

    def set_attribute(self, descriptor: int, name: str, value: bytes | None) -> None:
        """Set an extended attribute of an open file, or remove one that is there."""
        if value is None:
            system_attributes().removexattr(descriptor, name)
        else:
            system_attributes().setxattr(descriptor, name, value)

    def copy_access_list(self, source: int, target: int) -> None:
        """Give an open file the access list of another, where that is no attribute."""
        copy_access_list(source, target)

    def set_owner(self, descriptor: int, owner: int, group: int) -> None:
        """Set owner and group of an open file."""
        if sys.platform != "win32":
            os.fchown(descriptor, owner, group)

    def set_mode(self, descriptor: int, mode: int) -> None:
        """Set the permission bits of an open file."""
        if sys.platform != "win32":
            os.fchmod(descriptor, mode)

    def set_times(self, path: str, accessed_ns: int, modified_ns: int) -> None:
        """Set when a file was read and changed last, in nanoseconds."""
        os.utime(path, ns=(accessed_ns, modified_ns))


def _flush(descriptor: int) -> None:
    """Wait until what was written is on the medium, and not in the drive's own memory alone.

    macOS' fsync waits for no more than that memory, which a power cut empties.
    """
    if sys.platform == "win32":
        os.fsync(descriptor)
        return
    import fcntl

    whole = getattr(fcntl, "F_FULLFSYNC", None)
    if whole is not None:
        try:
            fcntl.fcntl(descriptor, whole)
            return
        except OSError as error:
            if error.errno not in _NOT_OFFERED:
                raise
    os.fsync(descriptor)


def _kept_name(folder: str, name: str) -> str:
    """The name of a file as its folder lists it, where the file system is blind to case."""
    other = os.path.join(folder, name.swapcase())
    if name.swapcase() == name or not os.path.lexists(other):
        return name
    names = os.listdir(folder)
    if name in names:
        return name
    return next((each for each in names if each.casefold() == name.casefold()), name)


REAL_DISK = Disk()
