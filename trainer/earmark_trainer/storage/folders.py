"""Where the trainer keeps what: the names of its folders and files, and durable writes.

Every name in here is made by the trainer; nothing that a client sends becomes part of a path,
except a SHA-256 that has been checked to be one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from earmark_trainer.problems import Problem, UnusableError


@dataclass(frozen=True)
class Folders:
    """The trainer's own folder and what is where in it."""

    root: Path

    def create(self) -> None:
        """Make the folders, readable by their owner alone.

        Raises:
            UnusableError: they cannot be made there.
        """
        try:
            for folder in (self.root, self.root / "tenants"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UnusableError(
                Problem(
                    "no-folder",
                    f"The trainer's folder {self.root} cannot be made.",
                    f"The system says: {error.strerror}.",
                    "Choose another folder with --data, or see that you may write there.",
                )
            ) from error

    def packs(self, tenant: str) -> Path:
        """The uploaded packs of a tenant."""
        return self.root / "tenants" / tenant / "packs"

    def incoming(self, tenant: str) -> Path:
        """Uploads of a tenant that are not complete."""
        return self.root / "tenants" / tenant / "incoming"

    def job(self, tenant: str, job: str) -> Path:
        """All attempts at one job."""
        return self.root / "tenants" / tenant / "jobs" / job

    def attempt(self, tenant: str, job: str, attempt: int) -> Path:
        """One attempt: the only folder that its process writes to."""
        return self.job(tenant, job) / f"attempt-{attempt}"

    def of_tenants(self) -> list[Path]:
        """The folder of each tenant, which has all that is kept of it."""
        return sorted(each for each in (self.root / "tenants").iterdir() if each.is_dir())

    def all_of(self, kind: str) -> list[Path]:
        """Every tenant's folder of a kind: ``packs``, ``incoming`` or ``jobs``."""
        return sorted((self.root / "tenants").glob(f"*/{kind}"))

    def free_bytes(self) -> int:
        """Space left on the disk."""
        return shutil.disk_usage(self.root).free


def lock(folder: Path) -> IO[bytes]:
    """Claim a trainer's folder for this process, until the returned file is closed.

    Raises:
        UnusableError: another server works in the folder.
    """
    file = (folder / "lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise UnusableError(
            Problem(
                "already-running",
                "The trainer is already running.",
                f"Another process works in {folder}.",
                "Stop it first, or choose another folder with --data.",
            )
        ) from error
    return file


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder; files that vanish meanwhile do not count."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except FileNotFoundError:
                continue
    return total
