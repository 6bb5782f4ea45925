from itertools import cycle, islice

import numpy as np

from earmark_daemon.tagging.names import evidence
from earmark_daemon.tagging.trust import FOLDERS_REMEMBERED, Trust

KINDS = ("kick", "snare", "clap", "woodwind", "vocal", "guitar")


def remember(trust: Trust, folder: str, pairs: list[tuple[str, str]], sureness: float) -> None:
    """Files that sound like the first of each pair, and are called like the second."""
    for number, (sound, name) in enumerate(pairs):
        rest = (1.0 - sureness) / (len(KINDS) - 1)
        scores = {kind: sureness if kind == sound else rest for kind in KINDS}
        trust.remember(folder, scores, evidence(f"{name} {number:02}.wav"))


def shuffled(count: int) -> list[tuple[str, str]]:
    sounds = list(islice(cycle(KINDS), count))
    names = np.random.default_rng(3).permutation(sounds).tolist()
    return list(zip(sounds, names, strict=True))


def test_a_folder_is_believed_before_anything_was_heard_in_it() -> None:
    assert Trust().believes("pack")


def test_names_that_fit_their_sounds_are_believed() -> None:
    trust = Trust()
    remember(trust, "pack", [(kind, kind) for kind in KINDS * 5], 0.6)
    assert trust.believes("pack")


def test_names_that_fit_a_third_of_the_sounds_are_believed() -> None:
    trust = Trust()
    honest = [(kind, kind) for kind in KINDS * 5]
    mistaken = [("kick", name) for name in KINDS * 10]
    remember(trust, "pack", honest + mistaken, 0.6)
    assert trust.believes("pack")


def test_shuffled_names_are_not_believed() -> None:
    trust = Trust()
    remember(trust, "pack", shuffled(48), 0.6)
    assert not trust.believes("pack")


def test_one_folder_says_nothing_of_another() -> None:
    trust = Trust()
    remember(trust, "shuffled", shuffled(48), 0.6)
    assert trust.believes("honest")


def test_a_folder_of_one_kind_that_is_not_recognised_is_believed() -> None:
    trust = Trust()
    remember(trust, "Flutes", [("vocal", "woodwind"), ("kick", "woodwind")] * 20, 0.6)
    assert trust.believes("Flutes")


def test_a_handful_of_files_decides_nothing() -> None:
    trust = Trust()
    remember(trust, "pack", shuffled(6), 0.6)
    assert trust.believes("pack")


def test_a_model_that_hears_nothing_in_particular_speaks_against_no_name() -> None:
    trust = Trust()
    remember(trust, "pack", shuffled(48), 1.0 / len(KINDS))
    assert trust.believes("pack")


def test_belief_comes_back_with_honest_names() -> None:
    trust = Trust()
    remember(trust, "pack", shuffled(48), 0.6)
    remember(trust, "pack", [(kind, kind) for kind in KINDS * 30], 0.6)
    assert trust.believes("pack")


def test_folders_not_seen_for_long_are_forgotten() -> None:
    trust = Trust()
    remember(trust, "pack", shuffled(48), 0.6)
    for number in range(FOLDERS_REMEMBERED):
        remember(trust, f"other {number}", [("kick", "kick")], 0.6)
    assert trust.believes("pack")
