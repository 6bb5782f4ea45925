"""Which sounds to label next, with the real daemon."""

from __future__ import annotations

import os

from tests.e2e.living import LivingDaemon, earmark
from tests.e2e.own_tags import DRUMS, MELODIC, NEW, labelled, take
from tests.waiting import until


def test_sounds_to_label_next_are_named_and_not_again_once_labelled(daemon: LivingDaemon) -> None:
    drums, melodic = labelled(daemon)
    others = take(daemon, [*DRUMS[NEW], *MELODIC[NEW]])
    named = daemon.client.call("next_to_label", limit=4)
    paths = [sound["path"] for sound in named]
    assert len(set(paths)) == 4
    assert set(paths) <= set(others)
    assert all(set(sound["scores"]) == {"beaty", "tuney"} for sound in named)
    doubt = [min(abs(score - 0.5) for score in sound["scores"].values()) for sound in named]
    assert doubt[0] == min(doubt)
    earmark("label", paths[0], "--remove", "beaty")
    said = earmark("tags", "next", "--limit", "100").stdout
    assert not any(path in said for path in (paths[0], *drums, *melodic))
    assert all(path in said for path in others if path != paths[0])
    assert "earmark tags next" in earmark("tags", "overview").stdout
    os.remove(others[0])
    until(
        lambda: (
            others[0]
            not in [sound["path"] for sound in daemon.client.call("next_to_label", limit=100)]
        ),
        "a sound that is gone is not named",
    )


def test_without_labels_sounds_that_differ_are_named(daemon: LivingDaemon) -> None:
    assert "No sound has been heard yet" in earmark("tags", "next").stdout
    paths = take(daemon, [DRUMS[0], DRUMS[1], MELODIC[0]])
    named = daemon.client.call("next_to_label")
    assert sorted(sound["path"] for sound in named) == sorted(paths)
    assert all(sound["scores"] == {} for sound in named)
