"""Writing tags in two steps, so that a crash at any moment leaves the old file or the new one.

`prepare` makes a checked copy beside the file, `commit` lets it take the file's place. Between the
two the caller records the `Prepared`, and after a crash `recover` says what became of it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from earmark_daemon.containers.digest import content_digest_of, file_digest
from earmark_daemon.containers.source import MalformedError, Source
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.writing import copying, gate
from earmark_daemon.writing.ableton import FOLDER as SIDECAR_FOLDER
from earmark_daemon.writing.ableton import keywords_for, plan_keywords, write_keywords
from earmark_daemon.writing.copying import Original, checked_copy, opened_target
from earmark_daemon.writing.desktop import plan_desktop
from earmark_daemon.writing.disk import REAL_DISK, Disk
from earmark_daemon.writing.formats.base import Edit
from earmark_daemon.writing.outcomes import (
    NOTHING_BEFORE,
    FieldChange,
    Prepared,
    Recovered,
    Refused,
    Unchanged,
    WriteOptions,
    WrittenBefore,
)
from earmark_daemon.writing.patch import Patch, encode, inverse
from earmark_daemon.writing.plan import Plan, plan
from earmark_daemon.writing.terms import clean
from earmark_daemon.writing.verify import verify, verify_genres
from earmark_db.records import Stamp

DEFAULT_OPTIONS = WriteOptions()


def prepare(
    path: str,
    terms: Iterable[str],
    options: WriteOptions = DEFAULT_OPTIONS,
    disk: Disk = REAL_DISK,
    written: WrittenBefore = NOTHING_BEFORE,
) -> Prepared | Unchanged | Refused:
    """Make a checked and synced copy of a file that carries these words.

    The file itself is not touched, and neither is the disk where it says all of it already. Words
    that Earmark wrote before and that are not among ``terms`` are taken out; no terms take out
    all of Earmark's marks. Where a file does not say any more which words these are, ``written``
    does.
    """
    words = clean(terms)
    try:
        return _prepare(path, words, options, disk, written)
    except (EarmarkError, OSError) as error:
        if isinstance(error, EarmarkError) and error.problem.code == "no-attributes":
            plain = replace(options, finder_tags=False, xdg_tags=False)
            return prepare(path, words, plain, disk, written)
        return Refused(path, gate.explain(error))


def preview(
    path: str,
    terms: Iterable[str],
    options: WriteOptions = DEFAULT_OPTIONS,
    disk: Disk = REAL_DISK,
) -> tuple[FieldChange, ...] | Refused:
    """What `prepare` would change, without writing anything."""
    try:
        with opened_target(disk, path) as original:
            return _plan(original, clean(terms), options, disk)[1].fields
    except (EarmarkError, OSError) as error:
        return Refused(path, gate.explain(error))


def commit(prepared: Prepared, disk: Disk = REAL_DISK) -> Stamp:
    """Let a prepared copy take the file's place; returns the stamp of what stands there now.

    Raises:
        EarmarkError: the file changed since, is in use or cannot be replaced. It is as it was,
            and the copy is gone.
    """
    (outcome,) = commit_all([prepared], disk)
    if isinstance(outcome, Refused):
        raise EarmarkError(outcome.problem, prepared.path)
    return outcome


def commit_all(prepared: Sequence[Prepared], disk: Disk = REAL_DISK) -> list[Stamp | Refused]:
    """Do as `commit` with each of several copies; what Live reads of a folder is written once."""
    outcomes = [_take_place(item, disk) for item in prepared]
    wanted = {
        item.target: (item.keywords, item.writer)
        for item, outcome in zip(prepared, outcomes, strict=True)
        if isinstance(outcome, Stamp) and item.keywords is not None
    }
    write_keywords(wanted, disk)
    return outcomes


def _take_place(prepared: Prepared, disk: Disk) -> Stamp | Refused:
    try:
        _check_unchanged(prepared, disk)
        stamp = Stamp.of(disk.status(prepared.temp))
        disk.replace(prepared.temp, prepared.target)
    except (EarmarkError, OSError) as error:
        discard(prepared, disk)
        return Refused(prepared.path, gate.explain(error))
    with contextlib.suppress(OSError):
        disk.sync_folder(os.path.dirname(prepared.target))  # the file is whole either way
    return stamp


def discard(prepared: Prepared, disk: Disk = REAL_DISK) -> None:
    """Give up a prepared write; the file stays as it is."""
    copying.remove_quietly(disk, prepared.temp)


def recover(intent: Prepared, disk: Disk = REAL_DISK) -> Recovered:
    """What became of a write whose end was never recorded; removes its copy.

    Raises:
        OSError: the file cannot be read now.
    """
    waiting = copying.exists(disk, intent.temp)
    discard(intent, disk)
    try:
        with copying.opened(disk, intent.target) as (_, source):
            digest = file_digest(source)
    except (FileNotFoundError, NotADirectoryError):
        return Recovered.MISSING
    except MalformedError:
        return Recovered.CHANGED_SINCE
    if digest == intent.digest_after and not waiting:
        return Recovered.COMMITTED
    return Recovered.NOT_DONE if digest == intent.digest_before else Recovered.CHANGED_SINCE


def sweep(folder: str, disk: Disk = REAL_DISK) -> int:
    """Remove copies that a crash left in a folder; returns how many.

    Raises:
        OSError: the folder cannot be read.
    """
    removed = copying.sweep(disk, folder)
    sidecars = os.path.join(folder, SIDECAR_FOLDER)
    return removed + (copying.sweep(disk, sidecars) if copying.exists(disk, sidecars) else 0)


@dataclass(frozen=True)
class Change:
    """What a copy has otherwise than the file.

    Attributes:
        edits: to its bytes, in order.
        writer: the id of the installation that writes.
        attributes: to its extended attributes; None removes one.
        terms: the words that it will carry.
        fields: the same for a person to read.
        keywords: our keywords in Ableton Live's sidecar; None leaves it alone.
        keywords_before: those that it has now.
    """

    edits: tuple[Edit, ...]
    writer: str
    attributes: Mapping[str, bytes | None] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    keywords: tuple[str, ...] | None = None
    keywords_before: tuple[str, ...] | None = None


def make_copy(
    disk: Disk,
    path: str,
    original: Original,
    change: Change,
    keep_mtime: bool,
    check: Callable[[Source, str, str], None],
) -> Prepared:
    """Make a checked copy with a change, and the patch that takes it back.

    ``check`` is given the copy, its path and the digest of the original; it raises where the copy
    is not as it should be.

    Raises:
        EarmarkError: the file must not be replaced, or ``check`` failed; no copy is left.
        OSError: the copy cannot be written; none is left.
    """
    gate.check_open(disk, original.target, original.descriptor, original.status)
    current = disk.attributes(original.descriptor)
    patch = Patch(
        inverse(original.source, change.edits),
        {name: (current.get(name), value) for name, value in change.attributes.items()},
        change.keywords_before,
    )
    packed = encode(patch, [edit.data for edit in change.edits])
    before = file_digest(original.source)
    temp, after = checked_copy(
        disk,
        original,
        change.edits,
        change.attributes,
        keep_mtime,
        lambda copy, temp: check(copy, temp, before),
    )
    return Prepared(
        path=path,
        target=original.target,
        temp=temp,
        before=Stamp.of(original.status),
        ctime_ns=original.status.st_ctime_ns,
        digest_before=before,
        digest_after=after,
        patch=packed,
        terms=change.terms,
        changes=change.fields,
        keywords=change.keywords,
        writer=change.writer,
    )


def _prepare(
    path: str,
    terms: tuple[str, ...],
    options: WriteOptions,
    disk: Disk,
    written: WrittenBefore,
) -> Prepared | Unchanged:
    with opened_target(disk, path) as original:
        planned, change = _plan(original, terms, options, disk, written)
        if not (change.edits or change.attributes or change.keywords is not None):
            return Unchanged(path)

        content = content_digest_of(original.source, planned.container)

        def check(copy: Source, temp: str, digest: str) -> None:
            verify(original.source, copy, temp, planned, (digest, content))
            verify_genres(original.target, temp, planned)

        keep_mtime = options.keep_mtime or not change.edits
        prepared = make_copy(disk, path, original, change, keep_mtime, check)
        return replace(prepared, content=content)


def _plan(
    original: Original,
    terms: tuple[str, ...],
    options: WriteOptions,
    disk: Disk,
    written: WrittenBefore = NOTHING_BEFORE,
) -> tuple[Plan, Change]:
    planned = plan(original.source, terms, options, written)
    desktop = plan_desktop(disk.attributes(original.descriptor), terms, options)
    keywords = keywords_for(terms) if options.ableton else ()
    live = plan_keywords(original.target, keywords, disk, options.writer)
    fields = planned.changes + desktop.changes
    if live is None:
        return planned, Change(planned.edits, options.writer, desktop.attributes, terms, fields)
    shown = FieldChange("Ableton Live", "keywords", ", ".join(live.before), ", ".join(live.after))
    return planned, Change(
        planned.edits,
        options.writer,
        desktop.attributes,
        terms,
        (*fields, shown),
        keywords,
        live.ours,
    )


def _check_unchanged(prepared: Prepared, disk: Disk) -> None:
    status = disk.status(prepared.target)
    if (Stamp.of(status), status.st_ctime_ns) != (prepared.before, prepared.ctime_ns):
        raise fail("changed", "It changed while it was being tagged.", "Earmark tries again.")
    with copying.opened(disk, prepared.target) as (descriptor, _):
        gate.check_open(disk, prepared.target, descriptor, status)
