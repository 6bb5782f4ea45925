"""An index in which a tag was kept in two spellings that look the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.db.sounds import tagged

from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.merges import Word
from earmark_db.models import ModelRecord
from earmark_db.records import Step, Verdict

PARTS, WHOLE = "cafe\u0301", "caf\u00e9"
"""An e and its accent as macOS writes names, and as one letter."""

Migrate = Callable[[Index], Index]


@pytest.fixture
def migrated(tmp_path: Path) -> Migrate:
    """Has an index be opened as one that was made before tags were composed."""

    def again(index: Index) -> Index:
        index.close()
        with sqlite3.connect(path) as connection:
            connection.execute("delete from _sqlite_migrations where name = 'm011_composed'")
        connection.close()
        return Index.for_writing(path)

    path = tmp_path / "index.sqlite"
    return again


def said(index: Index, content: str) -> set[tuple[str, bool]]:
    return {(label.tag, label.says) for label in index.labels.of(content)}


def test_what_was_said_of_both_was_said_of_one_and_the_newest_word_holds(
    index: Index, migrated: Migrate
) -> None:
    for path in ("/a.wav", "/b.wav", "/c.wav", "/d.wav"):
        tagged(index, path, "kick")
    index.labels.put("/a.wav", [Label("own", PARTS, True)])
    index.labels.put("/b.wav", [Label("own", WHOLE, True)])
    index.labels.put("/c.wav", [Label("own", WHOLE, True)])
    index.labels.put("/c.wav", [Label("own", PARTS, False)])
    index.labels.put("/d.wav", [Label("own", PARTS, False), Label("own", "plain", True)])
    index.labels.put("/d.wav", [Label("own", WHOLE, True)])
    index = migrated(index)
    assert said(index, "/a.wav") == said(index, "/b.wav") == {(WHOLE, True)}
    assert said(index, "/c.wav") == {(WHOLE, False)}
    assert said(index, "/d.wav") == {(WHOLE, True), ("plain", True)}
    index.close()


def test_sounds_are_tagged_anew_that_carry_it_in_parts_or_were_labelled_so(
    index: Index, migrated: Migrate
) -> None:
    carries = tagged(index, "/a.wav", PARTS, "kick")
    labelled = tagged(index, "/b.wav", WHOLE)
    tagged(index, "/c.wav", WHOLE, "kick")
    gone = tagged(index, "/d.wav", PARTS)
    index.files.gone(["/d.wav"])
    index.labels.put("/b.wav", [Label("own", PARTS, False)])
    index = migrated(index)
    due = {task.file_id for task in index.queue.due(Step.RETAG, 10)}
    assert due == {carries, labelled}
    assert gone not in due
    index.close()


def test_tags_lie_where_they_lay_and_in_no_ring(index: Index, migrated: Migrate) -> None:
    for tag, top in ((PARTS, "place"), ("bar", PARTS), ("place", WHOLE), ("tre\u0301s", "a")):
        assert index.nesting.put(tag, top)
    index = migrated(index)
    above = index.nesting.above()
    assert above["bar"] == WHOLE
    assert above["tr\u00e9s"] == "a"
    assert {*above, *above.values()} == {"bar", WHOLE, "place", "tr\u00e9s", "a"}
    for tag, top in above.items():
        assert not index.nesting.put(top, tag)
    index.close()


def test_renamings_can_be_taken_back(index: Index, migrated: Migrate) -> None:
    tagged(index, "/a.wav", "kick")
    index.labels.put("/a.wav", [Label("own", PARTS, True)])
    index.merges.merge(Word("own", PARTS), Word("own", "bar"))
    index.labels.put("/a.wav", [Label("own", PARTS, True)])
    index.merges.merge(Word("own", PARTS), Word("own", WHOLE))
    index = migrated(index)
    (merge,) = index.merges.all()
    assert (merge.old.tag, merge.new.tag) == (WHOLE, "bar")
    index.merges.undo(merge.id)
    assert said(index, "/a.wav") == {(WHOLE, True)}
    index.close()


def test_what_a_model_said_keeps_its_scores(index: Index, migrated: Migrate) -> None:
    tagged(index, "/a.wav", "kick")
    for digest, labels in ("one", [PARTS, "b"]), ("both", [PARTS, WHOLE]):
        summary = json.dumps({"labels": labels})
        index.models.add(ModelRecord(digest, "own", "own", "local", 0.0, summary))
        index.verdicts.put("/a.wav", [Verdict(digest, dict.fromkeys(labels, 0.5))])
    index.models.add(ModelRecord("odd", "own", "own", "local", 0.0, "no JSON"))
    index.models.set_giving(json.dumps({"off": [PARTS], "sure_from": {PARTS: 0.8}}))
    index = migrated(index)
    assert index.verdicts.scores("/a.wav", "one") == {WHOLE: 0.5, "b": 0.5}
    assert index.verdicts.scores("/a.wav", "both") == {PARTS: 0.5, WHOLE: 0.5}
    assert json.loads(index.models.giving() or "") == {"off": [WHOLE], "sure_from": {WHOLE: 0.8}}
    index.close()
