"""Tags of one's own, heard together with what lies beside, with a real index and the real job."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from tests.db.sounds import arrive
from tests.made_models import BASE

from earmark_daemon.hearing.modelfile import BUILTIN
from earmark_daemon.processes import Workers
from earmark_daemon.service.deciding import Deciding, Known, Opinion
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.models.lineup import LineUp, Member
from earmark_daemon.service.stages.retagging_job import RetaggingJob
from earmark_daemon.tagging.names import evidence
from earmark_db.index import Index
from earmark_db.records import Hearing, Step, Verdict

DUSTY = replace(
    BASE,
    digest="mine",
    tag_set="own",
    labels=("dusty",),
    exclusive=False,
    thresholds={"dusty": 0.5},
    backbone=BASE.digest,
)
LINEUP = LineUp(Member(BUILTIN, BASE), (Member(Path("mine.onnx"), DUSTY),))
SURE, DOUBTFUL = 0.95, 0.45


@pytest.fixture
def deciding(index: Index) -> Deciding:
    return Deciding(index, Feed(), lambda: LINEUP, lambda path: True)


def towards(degrees: float) -> bytes:
    """An embedding in this direction, as it is stored."""
    return np.array(
        [np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], np.float16
    ).tobytes()


def hear(
    index: Index,
    deciding: Deciding,
    path: str,
    degrees: float,
    score: float | None,
    *,
    blind: bool = False,
) -> None:
    """Let a file be heard that sounds so, and that the own model is so sure of, if it is asked."""
    (file_id,) = arrive(index, path)
    own = () if score is None else (Verdict("mine", {"dusty": score}, b"", "f", b""),)
    scores = dict.fromkeys(BASE.labels, 1 / len(BASE.labels))
    said = Verdict(BASE.digest, scores, towards(degrees), "f")
    heard = Hearing(path, 0.5, 44_100, 1, (said, *own))
    with index.transaction():
        index.files.heard(file_id, heard, {})
        clues = None if blind else evidence(path)
        opinion = Opinion(path, index.verdicts.of(path), clues)
        deciding.heard([Known(file_id, path, opinion)])


def retag(index: Index, deciding: Deciding) -> list[str]:
    """Do all that waits to be tagged anew; the paths in their order."""
    job = RetaggingJob(index, Feed(), lambda: LINEUP, deciding, lambda path, problem: None)
    workers, paths = Workers(1), []
    try:
        while tasks := index.queue.due(Step.RETAG, 100):
            answers = job.begin(workers, tasks).result()
            job.finish(list(zip(tasks, answers, strict=True)))
            paths += [task.path for task in tasks]
    finally:
        workers.close()
    return paths


def source_of(index: Index, path: str) -> str | None:
    """Who says that a file is dusty, if anybody does."""
    record = index.lookup.by_path(path)
    assert record is not None
    return next((tag.source for tag in record.tags if tag.tag == "dusty"), None)


def is_dusty(index: Index, path: str) -> bool:
    return source_of(index, path) is not None


def test_a_doubtful_take_is_what_the_others_are(index: Index, deciding: Deciding) -> None:
    hear(index, deciding, "/Pack/doubtful.wav", 0, DOUBTFUL)
    assert not is_dusty(index, "/Pack/doubtful.wav")
    for number in range(3):
        hear(index, deciding, f"/Pack/take {number}.wav", number, SURE)
    assert retag(index, deciding) == [
        "/Pack/doubtful.wav",
        *[f"/Pack/take {n}.wav" for n in (0, 1)],
    ]
    assert is_dusty(index, "/Pack/doubtful.wav")
    assert source_of(index, "/Pack/doubtful.wav") == "folder"
    assert source_of(index, "/Pack/take 0.wav") == "model"


def test_what_lies_elsewhere_says_nothing(index: Index, deciding: Deciding) -> None:
    for folder in ("/Other", "/Pack/Deeper", "/"):
        hear(index, deciding, f"{folder.rstrip('/')}/sure.wav", 0, SURE)
    hear(index, deciding, "/Pack/doubtful.wav", 0, DOUBTFUL)
    assert retag(index, deciding) == []
    assert not is_dusty(index, "/Pack/doubtful.wav")


def test_all_end_with_the_same_tags_in_whatever_order_they_come(
    index: Index, deciding: Deciding
) -> None:
    sounds = [(0, SURE), (2, DOUBTFUL), (4, SURE), (100, 0.05), (103, 0.55)]
    outcomes = set()
    for number, order in enumerate(permutations(sounds)):
        if number % 20:
            continue
        for degrees, score in order:
            hear(index, deciding, f"/{number}/{degrees}.wav", degrees, score)
        retag(index, deciding)
        outcomes.add(tuple(is_dusty(index, f"/{number}/{one[0]}.wav") for one in sounds))
    assert len(outcomes) == 1


def test_a_sound_that_is_to_be_judged_alone_is(index: Index, deciding: Deciding) -> None:
    for number in range(3):
        hear(index, deciding, f"/Pack/take {number}.wav", number, SURE)
    hear(index, deciding, "/Pack/alone.wav", 0, DOUBTFUL, blind=True)
    assert not is_dusty(index, "/Pack/alone.wav")


def test_a_folder_that_was_forgotten_is_read_again(index: Index, deciding: Deciding) -> None:
    for number in range(3):
        hear(index, deciding, f"/Pack/take {number}.wav", number, SURE)
    later = Deciding(index, Feed(), lambda: LINEUP, lambda path: True)
    hear(index, later, "/Pack/doubtful.wav", 0, DOUBTFUL)
    assert is_dusty(index, "/Pack/doubtful.wav")


def test_what_a_new_model_says_of_one_is_told_of_those_beside_it(
    index: Index, deciding: Deciding
) -> None:
    """As when a model came into use: each is asked in its turn, then those it concerns again."""
    hear(index, deciding, "/Pack/doubtful.wav", 0, DOUBTFUL)
    hear(index, deciding, "/Pack/unasked.wav", 1, None)
    retag(index, deciding)
    assert not is_dusty(index, "/Pack/doubtful.wav")
    record = index.lookup.by_path("/Pack/unasked.wav")
    assert record is not None
    verdict = Verdict("mine", {"dusty": SURE}, b"", "f", b"")
    with index.transaction():
        index.verdicts.put("/Pack/unasked.wav", [verdict])
        opinion = deciding.opinion(record)
        known = Known(record.id, record.path, opinion)
        deciding.again([known], [known])
    assert retag(index, deciding) == ["/Pack/doubtful.wav"]
    assert is_dusty(index, "/Pack/doubtful.wav")
