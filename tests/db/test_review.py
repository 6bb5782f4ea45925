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
    assert [c.path for c in index.review.doubtful("model", 1, ["/b.wav"])] == ["/copy of a.wav"]
    index.labels.put("same", [Label("instrument", "kick", says=True)])
    assert index.review.count() == 1
    assert [c.content for c in index.review.doubtful("model", 10)] == ["/b.wav"]


def test_tagged_sounds_come_by_certainty(index: Index) -> None:
    for path, score in (("/low.wav", 0.5), ("/high.wav", 0.99)):
        file_id = tagged(index, path)
        index.files.set_tags(file_id, [Tag("kick", "instrument", score, "model")])
    assert [c.path for c in index.review.least_sure("model", 1)] == ["/low.wav"]
    assert [c.path for c in index.review.surest("model", 1)] == ["/high.wav"]
    assert [c.path for c in index.review.least_sure("model", 1, ["/low.wav"])] == ["/high.wav"]
    assert [c.path for c in index.review.surest("model", 1, ["/high.wav"])] == ["/low.wav"]


def test_a_tag_that_was_not_sure_enough_to_be_written_is_asked_about(index: Index) -> None:
    file_id = tagged(index, "/unsure.wav", "kick")
    index.files.set_note(file_id, Reason("unsure", "Its tag is not sure enough to be written."))
    (candidate,) = index.review.least_sure("model", 1)
    assert candidate.note == "Its tag is not sure enough to be written."
    index.files.set_note(file_id, Reason("silent", "It is silent."))
    assert index.review.least_sure("model", 1) == []


def test_what_is_doubtful_or_was_spoken_of_does_not_stand_in_the_way_of_sure_ones(
    index: Index,
) -> None:
    for number in range(5):
        unknown(index, f"/doubtful {number}.wav")
        doubtful = index.lookup.by_path(f"/doubtful {number}.wav")
        assert doubtful is not None
        index.files.set_tags(doubtful.id, [Tag("kick", "instrument", 0.1, "model")])
    tagged(index, "/sure.wav", "kick")
    tagged(index, "/said.wav", "kick")
    index.labels.put("/said.wav", [Label("instrument", "kick", says=True)])
    assert [c.path for c in index.review.least_sure("model", 1)] == ["/sure.wav"]


def test_no_file_is_looked_at_that_is_not_asked_for(index: Index) -> None:
    """With 300,000 sounds a table that is read or sorted as a whole is felt at every key."""
    steps: list[str] = []
    index.review._store.connection.set_trace_callback(steps.append)
    index.review.count()
    index.review.doubtful("model", 10)
    index.review.least_sure("model", 10)
    index.review.surest("model", 10)
    index.review._store.connection.set_trace_callback(None)
    with index.transaction() as connection:
        plans = [row[3] for sql in steps for row in connection.execute(f"explain query plan {sql}")]
    assert len(steps) == 4
    assert [p for p in plans if "TEMP B-TREE" in p or ("SCAN" in p and "INDEX" not in p)] == []
