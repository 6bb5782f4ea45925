"""What makes a copy like its file beside the bytes: owner, mode, attributes, access list, times."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping

from earmark_daemon.errors import fail
from earmark_daemon.writing.disk import Disk

_NO_ROOM = (errno.ENOSPC, errno.E2BIG, errno.EDQUOT)
"""Most disks give the attributes of a file little room, however much is left for files."""

_KEPT_BY_THE_SYSTEM = (
    "security.",
    "system.nfs4_acl",
    "btrfs.",
    "com.apple.macl",
    "com.apple.provenance",
    "com.apple.rootless",
)


def carry_over(
    disk: Disk,
    original: int,
    status: os.stat_result,
    copy: int,
    changed: Mapping[str, bytes | None],
) -> None:
    """Give the copy the owner, attributes, access list and mode of the original.

    Args:
        disk: where they are.
        original: the file, open for reading.
        status: what the system knew of it when it was opened.
        copy: the copy, open for writing.
        changed: extended attributes that differ in the copy; None removes one.

    Raises:
        EarmarkError: something of it cannot be kept, or this disk holds no attributes.
        OSError: the system refuses something else.
    """
    made = os.fstat(copy)
    if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        try:
            disk.set_owner(copy, status.st_uid, status.st_gid)
        except PermissionError as error:
            raise fail(
                "owner",
                "Replacing it would change its owner or its group.",
                "Ask its owner, or give it one of your groups, then run: earmark doctor --retry",
            ) from error
    present = disk.attributes(copy)
    own = disk.attributes(original)
    wanted: dict[str, bytes | None] = {**dict.fromkeys(present), **own, **changed}
    for name, value in wanted.items():
        if value != present.get(name):
            _carry_attribute(disk, copy, name, value, ours=name in changed)
    disk.copy_access_list(original, copy)
    wanted_mode = stat.S_IMODE(status.st_mode)
    if stat.S_IMODE(os.fstat(copy).st_mode) != wanted_mode:
        disk.set_mode(copy, wanted_mode)


def keep_times(disk: Disk, temp: str, status: os.stat_result, keep_mtime: bool) -> None:
    """Keep the birth time where the system has one, and the modification time on request.

    macOS moves a file's birth time back when it is given an earlier modification time.

    Args:
        disk: where they are.
        temp: path of the copy.
        status: of the original.
        keep_mtime: whether the copy gets its modification time.

    Raises:
        OSError: the system refuses.
    """
    birth = getattr(status, "st_birthtime", None)
    made = disk.status(temp)
    if birth is not None and birth < made.st_mtime:
        disk.set_times(temp, made.st_atime_ns, int(birth * 1e9))
        disk.set_times(temp, made.st_atime_ns, made.st_mtime_ns)
    if keep_mtime:
        disk.set_times(temp, status.st_atime_ns, status.st_mtime_ns)


def _carry_attribute(disk: Disk, copy: int, name: str, value: bytes | None, ours: bool) -> None:
    try:
        disk.set_attribute(copy, name, value)
    except OSError as error:
        missing = error.errno in (errno.ENOTSUP, errno.EOPNOTSUPP)
        forbidden = error.errno in (errno.EPERM, errno.EACCES)
        if ours and (missing or error.errno in _NO_ROOM):
            raise fail("no-attributes", "This disk cannot hold desktop tags.") from error
        if (missing or forbidden) and name.startswith(_KEPT_BY_THE_SYSTEM):
            return
        if forbidden:
            message = f"Its attribute {name} cannot be kept."
            raise fail("attribute", message) from error
        raise
