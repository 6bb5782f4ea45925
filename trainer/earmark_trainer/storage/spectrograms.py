"""The uploaded spectrograms of every tenant: packs on the disk, and an index of what is in them.

A tenant sees its own alone; the same bytes uploaded by two tenants are kept twice, so that
nobody can learn what others have by asking for digests.

Joins with lists of digests are CROSS JOINs, which SQLite takes in the order written: left to
itself it may walk the list anew for every blob, minutes for 10,000 of them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from earmark_trainer.limits import DAY, Limits
from earmark_trainer.problems import NoSpaceError, Problem, disk_full
from earmark_trainer.storage.database import Database
from earmark_trainer.storage.folders import Folders, sync_folder
from earmark_trainer.storage.packs import Entry

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where a spectrogram lies: a zstd frame in a pack.

    Attributes:
        pack: path of the pack.
        offset: of the frame in the pack, bytes.
        length: of the frame, bytes.
        size: decompressed, bytes.
    """

    pack: str
    offset: int
    length: int
    size: int


class Spectrograms:
    """Which spectrograms are there, and where."""

    def __init__(
        self, database: Database, folders: Folders, limits: Limits, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._folders = folders
        self._limits = limits
        self._clock = clock

    def missing(self, tenant: str, digests: Sequence[str]) -> list[str]:
        """Those of the digests that this tenant has not uploaded, in the order asked."""
        rows = self._database.connection.execute(
            "SELECT value FROM json_each(?) WHERE NOT EXISTS"
            " (SELECT 1 FROM blobs WHERE tenant = ? AND digest = value)",
            (json.dumps(digests), tenant),
        )
        return list(dict.fromkeys(row[0] for row in rows))

    def locate(self, tenant: str, digests: Sequence[str]) -> dict[str, Place]:
        """Where each spectrogram lies; those that are not there are left out.

        A pack that is gone from the disk, or not as long as it was, is forgotten.
        """
        rows = self._database.connection.execute(
            "SELECT value, packs.digest AS pack, packs.size AS packed, offset, length,"
            " blobs.size AS size"
            " FROM json_each(?) CROSS JOIN blobs ON blobs.tenant = ? AND blobs.digest = value"
            " CROSS JOIN packs ON packs.id = blobs.pack",
            (json.dumps(digests), tenant),
        ).fetchall()
        folder = self._folders.packs(tenant)
        sizes = {row["pack"]: row["packed"] for row in rows}
        lost = {pack for pack, size in sizes.items() if _size(_pack_path(folder, pack)) != size}
        self.forget_packs(tenant, lost)
        return {
            row["value"]: Place(
                str(_pack_path(folder, row["pack"])), row["offset"], row["length"], row["size"]
            )
            for row in rows
            if row["pack"] not in lost
        }

    def has_pack(self, tenant: str, digest: str) -> bool:
        """Whether this pack was stored before."""
        row = self._database.connection.execute(
            "SELECT 1 FROM packs WHERE tenant = ? AND digest = ?", (tenant, digest)
        ).fetchone()
        return row is not None

    def check_room(self, tenant: str, size: int) -> None:
        """Make sure that an upload of this size fits.

        Raises:
            NoSpaceError: it would fill the disk, or the tenant's share of it.
        """
        if self._folders.free_bytes() - size < self._limits.free_bytes:
            raise disk_full("this upload")
        (used,) = self._database.connection.execute(
            "SELECT coalesce(sum(size), 0) FROM packs WHERE tenant = ?", (tenant,)
        ).fetchone()
        if used + size > self._limits.tenant_bytes:
            raise NoSpaceError(
                Problem(
                    "share-used-up",
                    "Your share of the trainer's disk is used up.",
                    f"Your spectrograms take {used} of {self._limits.tenant_bytes} bytes.",
                    "Delete spectrograms that you no longer train on.",
                )
            )

    def add(self, tenant: str, digest: str, received: Path, entries: Sequence[Entry]) -> int:
        """Take a checked pack over from where it was received; the number of new spectrograms.

        Raises:
            NoSpaceError: the disk is full; the pack is not stored.
        """
        folder = self._folders.packs(tenant)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        size = received.stat().st_size
        received.replace(_pack_path(folder, digest))
        sync_folder(folder)
        with self._database.transaction() as connection:
            pack = connection.execute(
                "INSERT INTO packs (tenant, digest, size, used_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET used_at = excluded.used_at RETURNING id",
                (tenant, digest, size, self._clock()),
            ).fetchone()["id"]
            return connection.executemany(
                "INSERT OR IGNORE INTO blobs (tenant, digest, pack, offset, length, size)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [(tenant, e.digest, pack, e.offset, e.length, e.size) for e in entries],
            ).rowcount

    def touch(self, tenant: str, digests: Sequence[str]) -> None:
        """Note that these spectrograms are in use, so that they are kept."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE packs SET used_at = ? WHERE id IN"
                " (SELECT pack FROM json_each(?) CROSS JOIN blobs"
                " ON tenant = ? AND digest = value)",
                (self._clock(), json.dumps(digests), tenant),
            )

    def forget_packs(self, tenant: str, packs: Collection[str]) -> None:
        """Delete packs that are not what they were, so that they are uploaded anew."""
        if packs:
            _log.warning("packs are gone or damaged: %s", ", ".join(sorted(packs)))
            self._delete(
                "tenant = ? AND digest IN (SELECT value FROM json_each(?))",
                (tenant, json.dumps(list(packs))),
            )

    def forget(self, tenant: str) -> int:
        """Delete all spectrograms of a tenant, those on their way too; the bytes that they took."""
        size = self._delete("tenant = ?", (tenant,))
        for unfinished in self._folders.incoming(tenant).glob("*"):
            unfinished.unlink(missing_ok=True)
        self._database.fold_in()
        return size

    def sweep(self) -> None:
        """Delete what nobody needs: packs long unused, unfinished uploads, files without a row.

        Tenants with jobs that wait or run are left alone.
        """
        oldest = self._clock() - self._limits.keep_days * DAY
        self._delete(
            "used_at < ? AND tenant NOT IN"
            " (SELECT tenant FROM jobs WHERE state IN ('queued', 'running'))",
            (oldest,),
        )
        for folder in self._folders.all_of("packs"):
            tenant = folder.parent.name
            for file in folder.iterdir():
                if not self.has_pack(tenant, file.stem):
                    file.unlink()

    def _delete(self, condition: str, values: tuple[object, ...]) -> int:
        with self._database.transaction() as connection:
            rows = connection.execute(
                f"DELETE FROM packs WHERE {condition} RETURNING tenant, digest, size", values
            ).fetchall()
        for row in rows:
            _pack_path(self._folders.packs(row["tenant"]), row["digest"]).unlink(missing_ok=True)
        return sum(row["size"] for row in rows)


def damaged_packs(places: Iterable[Place]) -> list[str]:
    """The digests of those packs that hold something else by now."""
    paths = sorted({Path(place.pack) for place in places})
    return [path.stem for path in paths if not _is_whole(path)]


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == path.stem
    except FileNotFoundError:
        return False


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def clear_incoming(folders: Folders) -> None:
    """Delete unfinished uploads; only while nobody is uploading."""
    for folder in folders.all_of("incoming"):
        for file in folder.iterdir():
            os.unlink(file)


def _pack_path(folder: Path, digest: str) -> Path:
    return folder / f"{digest}.tar"
