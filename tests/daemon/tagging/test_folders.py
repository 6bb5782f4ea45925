from itertools import cycle, islice

import numpy as np
import pytest

from earmark_daemon.tagging.folders import FOLDERS_REMEMBERED, Folders, View, Witness
from earmark_daemon.tagging.names import evidence

KINDS = ("kick", "snare", "clap", "woodwind", "vocal", "guitar")


def witnesses(pairs: list[tuple[str, str]], sureness: float) -> list[Witness]:
    """Files that sound like the first of each pair, and are called like the second."""
    found = []
    for number, (sound, name) in enumerate(pairs):
        rest = (1.0 - sureness) / (len(KINDS) - 1)
        scores = {kind: sureness if kind == sound else rest for kind in KINDS}
        path = f"{name} {number:02}.wav"
        found.append(Witness(path, f"{number * 7919 % 1009:04}", scores, evidence(path)))
    return found


def seen(pairs: list[tuple[str, str]], sureness: float = 0.6) -> View:
    folders = Folders()
    folders.remember("pack", witnesses(pairs, sureness))
    return folders.view("pack")


def shuffled(count: int) -> list[tuple[str, str]]:
    sounds = list(islice(cycle(KINDS), count))
    names = np.random.default_rng(3).permutation(sounds).tolist()
    return list(zip(sounds, names, strict=True))


def test_a_folder_is_believed_before_anything_was_heard_in_it() -> None:
    assert Folders().view("pack") == View(believed=True, kind=None)


def test_names_that_fit_their_sounds_are_believed() -> None:
    assert seen([(kind, kind) for kind in KINDS * 5]).believed


def test_names_that_fit_a_third_of_the_sounds_are_believed() -> None:
    honest = [(kind, kind) for kind in KINDS * 5]
    assert seen(honest + [("kick", name) for name in KINDS * 10]).believed


def test_shuffled_names_are_not_believed() -> None:
    assert not seen(shuffled(48)).believed


def test_one_folder_says_nothing_of_another() -> None:
    folders = Folders()
    folders.remember("shuffled", witnesses(shuffled(48), 0.6))
    assert folders.view("honest").believed


def test_a_folder_of_one_kind_that_is_not_recognised_is_believed() -> None:
    assert seen([("vocal", "woodwind"), ("kick", "woodwind")] * 20).believed


@pytest.mark.parametrize("name", ["staccato", "breathy"])
def test_names_that_are_all_alike_tell_no_sounds_apart_and_are_not_judged(name: str) -> None:
    assert seen([(kind, name) for kind in KINDS * 6]).believed


def test_a_handful_of_files_decides_nothing() -> None:
    assert seen(shuffled(6)).believed


def test_a_model_that_hears_nothing_in_particular_speaks_against_no_name() -> None:
    assert seen(shuffled(48), 1.0 / len(KINDS)).believed


def test_most_sounds_of_a_folder_say_what_it_holds() -> None:
    nameless = [("guitar", "x")] * 8 + [("vocal", "x")] * 2
    assert seen(nameless).kind == "guitar"
    assert seen([(kind, "x") for kind in KINDS * 3]).kind is None


def test_names_say_what_a_folder_holds_as_long_as_they_are_believed() -> None:
    at_a_loss = 1.0 / len(KINDS)
    assert seen([("kick", "guitar")] * 10, at_a_loss).kind == "guitar"
    names = islice(cycle(KINDS), 60)
    mostly_guitars = [*["guitar"] * 42, *islice(cycle(KINDS), 18)]
    at_random = np.random.default_rng(5).permutation(mostly_guitars).tolist()
    view = seen(list(zip(at_random, names, strict=True)), 0.8)
    assert (view.believed, view.kind) == (False, "guitar")


def test_sounds_whose_names_begin_alike_are_of_their_own_kind_in_a_mixed_folder() -> None:
    view = seen([("guitar", "zub"), ("vocal", "wib"), ("kick", "zub deep")] * 8)
    assert view.kind is None
    assert view.kind_of("pack/wib 99.wav") == "vocal"
    assert view.kind_of("pack/zub deep 99.wav") == "kick"
    assert view.kind_of("pack/zub high 99.wav") is None
    assert view.kind_of("pack/nub 99.wav") is None
    assert view.kind_of("pack/99.wav") is None


def test_a_file_without_a_family_that_is_of_a_kind_has_its_folder_for_company() -> None:
    view = seen([("guitar", "zub")] * 20 + [("vocal", "wib")] * 5)
    assert view.kind == "guitar"
    assert view.kind_of("pack/99.wav") == view.kind_of("pack/nub.wav") == "guitar"
    assert view.kind_of("pack/wib.wav") == "vocal"


def test_names_without_a_word_are_no_family() -> None:
    assert seen([("guitar", "1")] * 5 + [("vocal", "C#3")] * 4).families == {}


def test_a_sound_that_is_heard_again_counts_once() -> None:
    folders = Folders()
    for _ in range(20):
        folders.remember("pack", witnesses([("guitar", "x")], 0.9))
    assert folders.view("pack").kind is None


def test_silence_says_nothing() -> None:
    folders = Folders()
    folders.remember("pack", [Witness("a.wav", "1", {}, ()), Witness("b.wav", "2", {}, ())])
    assert folders.view("pack") == View()


def test_a_large_folder_looks_the_same_in_whatever_order_it_is_heard() -> None:
    files = witnesses([("guitar", "x")] * 450 + [("vocal", "x")] * 300, 0.7)
    views = []
    for order in (files, files[::-1]):
        folders = Folders()
        for file in order:
            folders.remember("pack", [file])
        views.append(folders.view("pack"))
    assert views[0] == views[1] != View()


def test_folders_not_seen_for_long_are_forgotten() -> None:
    folders = Folders()
    folders.remember("pack", witnesses(shuffled(48), 0.6))
    for number in range(FOLDERS_REMEMBERED):
        folders.remember(f"other {number}", witnesses([("kick", "kick")], 0.6))
    assert not folders.knows("pack")
    assert folders.view("pack").believed
