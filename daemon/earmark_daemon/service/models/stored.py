"""What the index keeps of a sound for models that have not spoken of it yet."""

from __future__ import annotations

from collections.abc import Sequence

from earmark_daemon.hearing.again import Stored
from earmark_daemon.hearing.spectra import frontend_identity
from earmark_daemon.service.models.lineup import LineUp, Member
from earmark_db.index import Index


def stored_for(index: Index, content: str, lineup: LineUp, lacking: Sequence[Member]) -> Stored:
    """What there is to hear the ``lacking`` models with; they are left out where it is not."""
    if not lacking:
        return Stored(())
    embedding = index.verdicts.embedding(content, lineup.base.info.digest)
    windows = {}
    for member in lacking:
        packed = _packed(index, content, member)
        if packed:
            windows[str(member.path)] = packed
    heads = embedding is not None or str(lineup.base.path) in windows
    wanted = [
        str(member.path)
        for member in lacking
        if (heads if member.info.backbone else str(member.path) in windows)
    ]
    return Stored(tuple(wanted), embedding or b"", windows)


def _packed(index: Index, content: str, member: Member) -> bytes | None:
    if member.info.backbone is not None:
        return None
    return index.verdicts.spectrogram(content, frontend_identity(member.info.frontend))
