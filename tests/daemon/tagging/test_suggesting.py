from __future__ import annotations

import pytest

from earmark_daemon.tagging.suggesting import MOST, Why, suggest

SCORES = {"kick": 0.2, "snare": 0.7, "tom": 0.1}


def offered(path: str, *texts: str, own: tuple[str, ...] = ()) -> list[tuple[str, Why]]:
    return [(each.tag, each.why) for each in suggest(path, texts, own, SCORES)]


@pytest.mark.parametrize(
    ("path", "texts", "first"),
    [
        ("/p/Drums/03_RimDusty.wav", (), ("dusty rim", Why.NAME)),
        ("/p/Dusty rims/a.wav", (), ("dusty rim", Why.FOLDER)),
        ("/p/Drums/a.wav", ("dusty rims, 1973",), ("dusty rim", Why.TEXT)),
        ("/p/Loud/kick 3.wav", (), ("kick", Why.NAME)),
        ("/p/Kicks/a.wav", (), ("kick", Why.FOLDER)),
        ("/p/808/a.wav", ("deep kick",), ("kick", Why.TEXT)),
        ("/p/Drums/a.wav", (), ("snare", Why.SOUND)),
    ],
)
def test_what_speaks_plainest_comes_first(
    path: str, texts: tuple[str, ...], first: tuple[str, Why]
) -> None:
    assert offered(path, *texts, own=("dusty rim", "rim"))[0] == first


def test_a_folder_is_a_new_word_only_where_it_says_something_new() -> None:
    assert ("wobbly things", Why.FOLDER) in offered("/p/Wobbly Things 2/a.wav")
    for folder in ("Kicks", "808", "Closed Hats"):
        assert {why for _, why in offered(f"/p/{folder}/a.wav")} <= {Why.FOLDER, Why.SOUND}
        assert folder.lower() not in [tag for tag, _ in offered(f"/p/{folder}/a.wav")]


def test_each_tag_is_offered_once_with_its_score_and_no_more_than_there_are_digits() -> None:
    many = {f"tag {number}": number / 20 for number in range(20)}
    found = suggest("/p/Kicks/kick.wav", (), (), {**many, "kick": 0.4})
    assert len(found) == MOST
    assert [each.tag for each in found].count("kick") == 1
    assert found[0].score == 0.4
    assert [each.tag for each in found[1:3]] == ["tag 19", "tag 18"]
