"""Which file system a path is on: whether it sends events and whether its inode numbers last."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass

_SHARES = frozenset(
    ("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "afpfs", "9p", "webdav", "davfs")
)
_OTHER_SYSTEMS = frozenset(("ceph", "glusterfs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "ncpfs"))
_FUSE = frozenset(
    f"fuse.{program}"
    for program in ("sshfs", "rclone", "davfs", "gvfsd-fuse", "s3fs", "mergerfs", "glusterfs")
)
_NETWORK = _SHARES | _OTHER_SYSTEMS | _FUSE
_NUMBERS_MADE_UP = frozenset(["vfat", "msdos", "exfat", "fuseblk", "fat"])


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system.

    Attributes:
        point: where it is mounted.
        kind: name of the file system, such as ``ext4`` or ``nfs4``.
    """

    point: str
    kind: str

    @property
    def sends_events(self) -> bool:
        """Whether changes made on another machine or by another system are reported here."""
        return self.kind not in _NETWORK

    @property
    def keeps_inodes(self) -> bool:
        """Whether a file has the same inode number after the disk is mounted again."""
        return self.kind not in _NUMBERS_MADE_UP and self.kind not in _NETWORK


def mount_of(path: str, table: Iterable[Mount]) -> Mount:
    """The file system that holds a path; of an unknown kind if none in the table does."""
    real = os.path.realpath(path)
    # Windows resolves the letter of a network drive to its share
    if any(each.startswith("\\\\") for each in (path, real)):
        return Mount(path, "smb")
    holding = [mount for mount in table if _holds(mount.point, real)]
    return max(holding, key=lambda mount: len(mount.point), default=Mount(path, ""))


def below(folder: str, table: Iterable[Mount]) -> frozenset[Mount]:
    """The file systems mounted on a folder or in it."""
    real = os.path.realpath(folder)
    return frozenset(mount for mount in table if _holds(real, mount.point))


def parse_mountinfo(lines: Iterable[str]) -> Iterable[Mount]:
    """Read Linux's table, see proc(5); a later line hides an earlier one of the same place."""
    found = {}
    for line in lines:
        before, _, after = line.partition(" - ")
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), before.split(" ")[4])
        found[point] = Mount(point, after.split(" ")[0])
    return found.values()


def parse_mount_output(lines: Iterable[str]) -> Iterable[Mount]:
    """Read what macOS's mount prints: ``//me@nas/packs on /Volumes/packs (smbfs, nodev)``."""
    for line in lines:
        match = re.fullmatch(r".+? on (/.*) \(([^,)]+).*\)", line)
        if match:
            yield Mount(match[1], match[2])


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


if sys.platform == "linux":

    def mounts() -> tuple[Mount, ...]:
        """All mounted file systems; none if the system does not tell."""
        try:
            with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as table:
                return tuple(parse_mountinfo(table))
        except OSError:
            return ()

elif sys.platform == "win32":

    def mounts() -> tuple[Mount, ...]:
        """All drives that have a letter."""
        kernel, removable, remote = ctypes.windll.kernel32, 2, 4
        points = [f"{chr(65 + n)}:\\" for n in range(26) if kernel.GetLogicalDrives() >> n & 1]
        kinds = {removable: "fat", remote: "smb"}
        return tuple(Mount(p, kinds.get(kernel.GetDriveTypeW(p), "ntfs")) for p in points)

else:

    def mounts() -> tuple[Mount, ...]:
        """All mounted file systems, as the system's own command lists them."""
        try:
            output = subprocess.run(["/sbin/mount"], capture_output=True, check=True, timeout=10)
        except (OSError, subprocess.SubprocessError):
            return ()
        return tuple(parse_mount_output(os.fsdecode(output.stdout).splitlines()))
