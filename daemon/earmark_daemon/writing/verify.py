"""The check between writing a copy and letting it take a file's place.

Reads both from the disk again and believes nothing that the writer had in memory.
"""

from __future__ import annotations

from earmark_daemon.containers.digest import content_digest_of, digest_of
from earmark_daemon.containers.identify import identify_source
from earmark_daemon.containers.source import MalformedError, Source
from earmark_daemon.errors import EarmarkError, fail
from earmark_daemon.writing import foreign
from earmark_daemon.writing.formats import open_tagged
from earmark_daemon.writing.merge import split_genres
from earmark_daemon.writing.patch import apply, inverse
from earmark_daemon.writing.plan import Plan


def verify(original: Source, copy: Source, path: str, plan: Plan, digests: tuple[str, str]) -> None:
    """Check that a copy is the original with the planned tags and nothing else.

    Args:
        original: the file.
        copy: the copy, as it stands on the disk.
        path: of the copy, for a second reader.
        plan: what was to be written.
        digests: of every byte of the original, and of its audio.

    Raises:
        EarmarkError: it is not.
    """
    whole, audio = digests
    back = inverse(original, plan.edits)
    if digest_of(apply(copy, back)) != whole:
        raise _mismatch("it could not be taken back")
    if not plan.edits:
        return
    try:
        _check_structure(copy, plan, audio)
        _check_second_reader(path, plan)
    except MalformedError as error:
        raise _mismatch(error.problem.message) from error


def verify_genres(original: str, copy: str, plan: Plan) -> None:
    """Check that no genre of others is missing, such as one that our own reader never saw.

    Args:
        original: path of the file.
        copy: path of the copy.
        plan: what was to be written.

    Raises:
        EarmarkError: another reader finds one in the file and not in the copy.
        OSError: one of them cannot be read.
    """
    if not plan.edits or plan.container not in foreign.READERS:
        return
    before, after = (
        set(split_genres(foreign.genres(path, plan.container, named=True)))
        for path in (original, copy)
    )
    ours = {name for word in plan.gone for name in (word, foreign.genre_name(word))}
    if not before - ours <= after:
        raise _mismatch("a genre that was in the file is missing")


def _check_structure(copy: Source, plan: Plan, audio: str) -> None:
    if identify_source(copy) is not plan.container:
        raise _mismatch("its format changed")
    file = open_tagged(copy, plan.container, plan.comment)
    if (file.stores, file.record) != (plan.stores, plan.record):
        raise _mismatch("the tags do not read back")
    if tuple(file.foreign()) != plan.foreign:
        raise _mismatch("something else in it changed")
    if content_digest_of(copy, plan.container) != audio:
        raise _mismatch("its audio changed")


def _check_second_reader(path: str, plan: Plan) -> None:
    if plan.container not in foreign.READERS:
        return
    wanted = set(split_genres(plan.stores[-1].genre))
    if not wanted <= set(split_genres(foreign.genres(path, plan.container))):
        raise _mismatch("another reader does not find the tags")


def _mismatch(reason: str) -> EarmarkError:
    sentence = reason[:1].lower() + reason[1:].rstrip(".")
    return fail("unverified", f"The tagged copy did not pass the check: {sentence}.")
