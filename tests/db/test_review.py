from __future__ import annotations

from tests.db.sounds import arrive, hearing, tagged

from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.records import Reason, Tag

UNKNOWN = Reason("unknown", "No tag is sure enough.")


def unknown(index: Index, path: str, content: str | None = None) -> None:
    (file_id,) = arrive(index, path)
    index.files.heard(file_id, hearing(content or path, kick=0.3), {})
    index.files.set_note(file_id, UNKNOWN)


def test_doubtful_sounds_count_once_until_somebody_speaks(index: Index) -> None:
    unknown(index, "/a.wav", "same")
    unknown(index, "/copy of a.wav", "same")
    unknown(index, "/b.wav")
    tagged(index, "/c.wav", "kick")
    assert index.review.count() == 2
    found = index.review.doubtful("model", 10)
    assert {candidate.content for candidate in found} == {"same", "/b.wav"}
    assert found[0].scores == {"kick": 0.3}
    assert found[0].note == UNKNOWN.message
    index.labels.put("same", [Label("instrument", "kick", says=True)])
    assert index.review.count() == 1
    assert [c.content for c in index.review.doubtful("model", 10)] == ["/b.wav"]


def test_tagged_sounds_come_by_certainty(index: Index) -> None:
    for path, score in (("/low.wav", 0.5), ("/high.wav", 0.99)):
        file_id = tagged(index, path)
        index.files.set_tags(file_id, [Tag("kick", "instrument", score, "model")])
    assert [c.path for c in index.review.least_sure("model", 1)] == ["/low.wav"]
    assert [c.path for c in index.review.surest("model", 1)] == ["/high.wav"]
