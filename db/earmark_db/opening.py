"""Opening the index: one writer, any number of readers, migrations with a backup before them."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from earmark_db.errors import IndexFault, damaged

_BUSY_SECONDS = 30.0


def open_writer(path: Path) -> sqlite3.Connection:
    """Open (and where needed create or migrate) the index for its only writer.

    Before an existing index is migrated, a backup ``<name>.before-<migration>`` is made beside
    it with SQLite's own backup. Of those from before earlier migrations the newest is kept.

    Raises:
        IndexFault: it is damaged, made by a newer Earmark, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None
        )
    except (OSError, sqlite3.Error) as error:
        raise _cannot_open(path, error) from error
    try:
        _prepare(connection, path)
    except (OSError, sqlite3.Error) as error:
        connection.close()
        raise _cannot_open(path, error) from error
    except IndexFault:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open the index for reading; it never blocks the writer.

    Raises:
        IndexFault: there is no index yet, or it cannot be read.
    """
    if not path.exists():
        raise IndexFault(
            "no-index", "Nothing has been indexed yet.", "Add a folder: earmark watch add FOLDER"
        )
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=_BUSY_SECONDS,
            check_same_thread=False,
            isolation_level=None,
        )
        connection.execute("select 1 from sqlite_master limit 1").fetchone()
    except sqlite3.Error as error:
        raise _cannot_open(path, error) from error
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    from sqlite_utils.db import Database

    from earmark_db.migrations import migrations

    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma fullfsync = on")  # macOS: past the drive's own memory as well
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma temp_store = memory")
    database = Database(connection, execute_plugins=False)
    applied = [migration.name for migration in migrations.applied(database)]
    pending = [migration.name for migration in migrations.pending(database)]
    known = {*(name for name in pending), *_names(migrations)}
    if any(name not in known for name in applied):
        raise IndexFault(
            "newer-index",
            f"The index {path} was made by a newer version of Earmark.",
            "Install that version again; this one would not understand what stands in it.",
        )
    if not pending:
        return
    if applied:
        _back_up(connection, _backup(path, pending[0]))
    migrations.apply(database)
    _tidy([_backup(path, name) for name in known if name != pending[0]])


def _backup(path: Path, migration: str) -> Path:
    return path.with_name(f"{path.name}.before-{migration}")


def _tidy(backups: list[Path]) -> None:
    """Remove all of these that are there but the newest."""
    with suppress(OSError):
        there = sorted(
            (each for each in backups if each.is_file()), key=lambda each: each.stat().st_mtime
        )
        for each in there[:-1]:
            each.unlink()


def _names(migrations: object) -> list[str]:
    return [migration.name for migration in getattr(migrations, "_migrations", [])]


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Make a whole backup or none: half a one would keep full a disk that is."""
    part = target.with_name(f"{target.name}.part")
    try:
        with closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
        part.replace(target)
    except (OSError, sqlite3.Error):
        for half in (part, part.with_name(f"{part.name}-journal")):
            half.unlink(missing_ok=True)
        raise


def _cannot_open(path: Path, error: Exception) -> IndexFault:
    text = str(error)
    if "malformed" in text or "not a database" in text:
        return damaged(f"The index {path}", text)
    return IndexFault(
        "index-unusable",
        f"The index {path} cannot be opened for writing ({text}).",
        "Check that the folder exists, that you may write there, and that the disk is not full.",
    )
