"""What the index forgets of sounds that are gone, and what it never forgets."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.db.sounds import arrive, tagged

from earmark_db.forgetting import KEPT_SECONDS
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.models import ModelRecord
from earmark_db.records import Reason, Verdict

NOW = 1_700_000_000.0
LATER = NOW + KEPT_SECONDS
YEAR = 365 * 86_400.0
HEARD = {"verdicts", "spectrograms"}


def forget(index: Index, *times: float) -> None:
    """Walk through all sounds at each of these times."""
    for now in times:
        after: int | None = 0
        while after is not None:
            after = index.forgetting.some(after, 2, now)


def known(index: Index, content: str) -> bool:
    """Whether a sound is as it was when it was heard; half of that is a mistake."""
    parts = {
        index.verdicts.scores(content, "model") is not None,
        index.verdicts.embedding(content, "model") is not None,
        index.verdicts.spectrogram(content, "frontend") is not None,
    }
    assert len(parts) == 1
    return parts.pop()


def everything(path: Path) -> dict[str, list[Any]]:
    """All rows of all tables but those that hold what was heard, less the mark of who has left."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update contents set left_at = null")
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        return {
            name: connection.execute(f"select * from {name}").fetchall()
            for (name,) in tables.fetchall()
            if name not in HEARD
        }


@pytest.fixture
def index(index: Index) -> Index:
    """One in which a sound was heard last that is there."""
    tagged(index, "/pack/there.wav")
    return index


def bounced(index: Index, name: str = "bounce") -> str:
    """A sound that came and is gone, before the last that was heard; its content."""
    path = f"/pack/{name}.wav"
    tagged(index, path, "kick", content=name)
    index.files.gone([path])
    tagged(index, "/pack/there.wav")
    return name


def write(index: Index, path: str, file_id: int | None) -> None:
    index.journal.intend(
        path,
        file_id=file_id,
        batch="one",
        digests=("before", "after"),
        terms=("kick",),
        details={},
        patch=b"patch",
    )


def test_what_is_gone_for_long_is_forgotten_and_not_sooner(index: Index) -> None:
    bounced(index)
    forget(index, NOW, LATER - 1.0)
    assert known(index, "bounce")
    forget(index, LATER)
    assert not known(index, "bounce")
    assert known(index, "/pack/there.wav")
    tagged(index, "/elsewhere/bounce.wav", "kick", content="bounce")
    forget(index, LATER, LATER + YEAR)
    assert known(index, "bounce")


def test_a_sound_that_was_back_for_less_than_a_day_counts_as_gone_from_then_on(
    index: Index,
) -> None:
    bounced(index)
    forget(index, NOW)
    bounced(index)
    forget(index, LATER)
    assert known(index, "bounce")
    forget(index, LATER + KEPT_SECONDS)
    assert not known(index, "bounce")


def test_nothing_goes_but_what_was_heard(index: Index, tmp_path: Path) -> None:
    bounced(index)
    record = index.lookup.by_path("/pack/bounce.wav")
    assert record is not None
    write(index, "/pack/bounce.wav", record.id)
    index.jobs.begin("here", "own", {})
    labelled = bounced(index, "labelled")
    index.labels.put(labelled, [Label("own", "dusty", True)])
    path = tmp_path / "index.sqlite"
    before = everything(path)
    forget(index, NOW, LATER)
    assert not known(index, "bounce")
    assert everything(path) == before


@pytest.mark.parametrize("says", [True, False])
def test_a_sound_that_people_said_something_of_keeps_all(index: Index, says: bool) -> None:
    index.labels.put(bounced(index), [Label("own", "dusty", says)])
    forget(index, NOW, LATER, LATER + YEAR)
    assert known(index, "bounce")
    assert index.examples.embeddings(["bounce"], "model")


def offline(index: Index) -> None:
    root = index.roots.add("/disk")
    tagged(index, "/disk/bounce.wav", content="bounce", root=root)
    index.roots.set_online(root, online=False)


def failing(index: Index) -> None:
    index.files.failed(
        tagged(index, "/pack/broken.wav", content="bounce"), Reason("broken", "It is.", "")
    )


def waiting(index: Index) -> None:
    tagged(index, "/pack/changed.wav", content="bounce")
    arrive(index, "/pack/changed.wav")


@pytest.mark.parametrize("there", [offline, failing, waiting])
def test_a_sound_of_which_a_file_may_be_there_keeps_all(
    index: Index, there: Callable[[Index], None]
) -> None:
    there(index)
    bounced(index)
    forget(index, NOW, LATER, LATER + YEAR)
    assert known(index, "bounce")


def test_what_a_file_was_before_it_was_saved_again_is_forgotten(index: Index) -> None:
    tagged(index, "/pack/bounce.wav", content="first take")
    tagged(index, "/pack/bounce.wav", content="second take")
    tagged(index, "/pack/there.wav")
    forget(index, NOW, LATER)
    assert [known(index, f"{each} take") for each in ("first", "second")] == [False, True]


def test_what_comes_back_meanwhile_counts_anew(index: Index) -> None:
    bounced(index)
    forget(index, NOW)
    tagged(index, "/pack/bounce.wav", content="bounce")
    tagged(index, "/pack/there.wav")
    forget(index, LATER)
    assert known(index, "bounce")
    bounced(index)
    forget(index, LATER + KEPT_SECONDS)
    assert known(index, "bounce")
    forget(index, LATER + 2 * KEPT_SECONDS)
    assert not known(index, "bounce")


def test_a_clock_that_was_ahead_makes_nothing_wait_for_longer(index: Index) -> None:
    bounced(index)
    forget(index, NOW + YEAR, NOW)
    assert known(index, "bounce")
    forget(index, LATER)
    assert not known(index, "bounce")


def test_a_clock_that_jumps_ahead_costs_what_can_be_heard_again(
    index: Index, tmp_path: Path
) -> None:
    index.labels.put(bounced(index, "labelled"), [Label("own", "dusty", True)])
    bounced(index)
    path = tmp_path / "index.sqlite"
    before = everything(path)
    forget(index, NOW, NOW + YEAR, NOW)
    assert everything(path) == before
    assert known(index, "labelled")
    assert known(index, "/pack/there.wav")


def test_no_row_is_given_twice(index: Index) -> None:
    """Whoever keeps a copy of embeddings knows them by their rows."""
    for name in "abc":
        tagged(index, f"/pack/{name}.wav", content=name)
    index.files.gone(f"/pack/{name}.wav" for name in "abc")
    forget(index, NOW, LATER)
    assert [known(index, name) for name in "abc"] == [False, False, True]
    tagged(index, "/pack/d.wav", content="d")
    forget(index, LATER)
    assert not known(index, "c")
    (row, *_), *_ = index.verdicts.embeddings_after(1, "model")
    assert row == 5


def test_each_call_looks_at_some(index: Index) -> None:
    names = [bounced(index, name) for name in "abc"]
    forget(index, NOW)
    after = index.forgetting.some(0, 2, LATER)
    assert after is not None
    assert [known(index, name) for name in names] == [False, True, True]
    assert index.forgetting.some(after, 3, LATER) is None
    assert not any(map(known, [index] * 3, names))


def said_by(index: Index, content: str, *models: str) -> None:
    index.verdicts.put(content, [Verdict(each, {}, b"\0\0", "frontend") for each in models])


def test_what_a_former_built_in_model_said_is_forgotten(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)
    tagged(index, "/pack/not yet heard anew.wav", content="not yet")
    tagged(index, "/pack/heard.wav", content="heard")
    index.models.add(ModelRecord("own", "own", "Own", "local", NOW, "{}"))
    said_by(index, "heard", "own", "new")
    tagged(index, "/pack/newest.wav")
    index.models.set_backbone("new")
    forget(index, LATER - 1.0)
    assert set(index.verdicts.of("heard")) == {"model", "own", "new"}
    forget(index, LATER)
    assert set(index.verdicts.of("heard")) == {"own", "new"}
    assert set(index.verdicts.of("not yet")) == {"model"}
    assert index.verdicts.spectrogram("heard", "frontend") is not None
