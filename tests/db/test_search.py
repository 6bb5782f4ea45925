from __future__ import annotations

from itertools import permutations

import pytest
from tests.db.sounds import tagged

from earmark_db import search
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.queries import as_words
from earmark_db.records import Tag


def names(index: Index, query: str) -> list[str]:
    return [hit.path.rsplit("/", 1)[1] for hit in index.search.find(query)]


@pytest.fixture
def library(index: Index) -> Index:
    tagged(index, "/Vendor Drums/DeepKick01.wav", "kick")
    tagged(index, "/Vendor Drums/SD_rim-03.wav", "snare")
    tagged(index, "/Vocals/café Ooh.wav", "vocal", genre="Deep House", comment=["warm", "wet"])
    tagged(index, "/Vocals/kick drum loop.wav")
    return index


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kick", {"DeepKick01.wav", "kick drum loop.wav"}),
        ("tag:kick", {"DeepKick01.wav"}),
        ("name:kick name:drum", {"kick drum loop.wav"}),
        ("folder:vendor", {"DeepKick01.wav", "SD_rim-03.wav"}),
        ("kick -loop", {"DeepKick01.wav"}),
        ("deep kick 01", {"DeepKick01.wav"}),
        ("rim", {"SD_rim-03.wav"}),
        ("sna", {"SD_rim-03.wav"}),
        ("cafe", {"café Ooh.wav"}),
        ("CAFÉ", {"café Ooh.wav"}),
        ('"deep house"', {"café Ooh.wav"}),
        ("warm", {"café Ooh.wav"}),
        ("DeepKick01.wav", {"DeepKick01.wav"}),
        ("DeepKick01.WA", {"DeepKick01.wav"}),
        ('"kick drum loop.wav"', {"kick drum loop.wav"}),
        ("kick drum loop.", {"kick drum loop.wav"}),
        ("-SD_rim-03.wav kick", {"DeepKick01.wav", "kick drum loop.wav"}),
        ("deep.kick", {"DeepKick01.wav"}),
        ("deep.txt", set()),
        ("trombone", set()),
        ("-kick", {"SD_rim-03.wav", "café Ooh.wav"}),
        ("-kick -tag:vocal", {"SD_rim-03.wav"}),
        ("-folder:vocals length:>1", {"DeepKick01.wav", "SD_rim-03.wav"}),
        ("-o -kick -rim", set()),
        ("-trombone", {"DeepKick01.wav", "SD_rim-03.wav", "café Ooh.wav", "kick drum loop.wav"}),
        ("-", set()),
        ("()*:^", set()),
    ],
)
def test_finds(library: Index, query: str, found: set[str]) -> None:
    assert set(names(library, query)) == found
    assert library.search.count(query) == len(found)
    assert library.search.count(query, 1) == min(1, len(found))


def test_a_tag_outweighs_a_name(library: Index) -> None:
    assert names(library, "kick")[0] == "DeepKick01.wav"


def _as_sure(index: Index, **scores: float) -> None:
    """Kicks of these names, each tagged as surely as told."""
    for name, score in scores.items():
        file_id = tagged(index, f"/{name}.wav")
        index.files.set_tags(file_id, [Tag("kick", "instrument", score, "model")])


@pytest.mark.parametrize("query", ["kick", "tag:kick", "kick length:>1"])
@pytest.mark.parametrize("most", [0, 10_000])
def test_the_surest_come_first(
    index: Index, query: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_RANKED", most)
    _as_sure(index, doubtful=0.35, sure=1.0, likely=0.7)
    assert names(index, query) == ["sure.wav", "likely.wav", "doubtful.wav"]


def test_of_too_much_to_be_weighed_the_surest_of_the_first_come_first(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    _as_sure(index, a=0.4, b=0.5, c=0.9, d=0.6, e=1.0)
    monkeypatch.setattr(search, "MOST_RANKED", 0)
    monkeypatch.setattr(search, "MOST_SORTED", 3)
    for limit in (1, 2, 3, 4):
        pages = [index.search.find("kick", limit, offset) for offset in range(0, 6, limit)]
        found = [hit.path[1] for page in pages for hit in page]
        assert found == ["c", "b", "a", "d", "e"]


def test_a_doubtful_tag_weighs_less_than_a_name(index: Index) -> None:
    _as_sure(index, doubtful=0.35)
    tagged(index, "/a kick.wav", "snare")
    assert names(index, "kick") == ["a kick.wav", "doubtful.wav"]


def test_an_empty_query_shows_the_newest_first(library: Index) -> None:
    assert names(library, "")[0] == "kick drum loop.wav"
    assert library.search.count(" ") == 4


@pytest.mark.parametrize("query", ["", "length:>1"])
@pytest.mark.parametrize("most", [0, 10_000])
def test_without_words_the_newest_that_are_there_come_page_by_page(
    library: Index, query: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_RANKED", most)
    library.files.gone(["/Vocals/café Ooh.wav"])
    pages = [library.search.find(query, limit=2, offset=n) for n in (0, 2)]
    assert [[hit.path.rsplit("/", 1)[1] for hit in page] for page in pages] == [
        ["kick drum loop.wav", "SD_rim-03.wav"],
        ["DeepKick01.wav"],
    ]
    assert library.search.count(query) == 3


def _steps(index: Index, query: str) -> int:
    """How many steps SQLite takes to find the first sounds."""
    taken: list[None] = []
    index.search._store.connection.set_progress_handler(lambda: taken.append(None), 1)
    index.search.find(query)
    index.search._store.connection.set_progress_handler(None, 1)
    return len(taken)


def test_of_very_many_below_a_path_only_those_that_are_shown_are_looked_at(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_RANKED", 0)
    for number in range(60):
        tagged(index, f"/Loops/{number}.wav")
    before = _steps(index, "/Loops")
    for number in range(60, 240):
        tagged(index, f"/Loops/{number}.wav")
    assert _steps(index, "/Loops") == before
    tagged(index, "/Shots/a.wav")
    assert names(index, "/Loops")[:2] == ["239.wav", "238.wav"]


def test_for_a_whole_tag_no_more_than_what_has_its_words_is_looked_at(index: Index) -> None:
    """Each by its own tags: four times as many take four times as long."""
    for number in range(60):
        tagged(index, f"/{number}.wav", "dark")
    before = _steps(index, "tag:=dark")
    for number in range(60, 240):
        tagged(index, f"/{number}.wav", "dark")
    assert _steps(index, "tag:=dark") < 4.5 * before


def test_for_a_tag_of_signs_no_file_without_it_is_looked_at(index: Index) -> None:
    tagged(index, "/drum.wav", "🥁")
    before = _steps(index, "tag:🥁")
    for number in range(200):
        tagged(index, f"/{number}.wav", "dark")
    assert _steps(index, "tag:🥁") < before + 200


def test_pages_follow_one_another(library: Index) -> None:
    first = library.search.find("kick", limit=1)
    second = library.search.find("kick", limit=1, offset=1)
    assert {first[0].path, second[0].path} == {
        hit.path for hit in library.search.find("kick", limit=2)
    }


BROAD = (
    "vendor",
    "vendor -rim",
    "folder:vendor",
    "d",
    "deep kick",
    "name:kick -loop",
    "d length:>1",
    '"deep house"',
)


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("query", BROAD)
def test_what_matches_too_much_to_be_weighed_is_the_same(
    library: Index, query: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighed = names(library, query)
    matches = len(weighed) if told else None
    monkeypatch.setattr(search, "MOST_RANKED", 0)
    pages = [
        library.search.find(query, limit=1, offset=n, matches=matches)
        for n in range(len(weighed) + 1)
    ]
    found = [hit.path.rsplit("/", 1)[1] for page in pages for hit in page]
    assert found in [list(order) for order in permutations(weighed)]


def test_of_too_much_to_be_weighed_tags_and_names_come_first(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged(index, "/Kicks/one.wav")
    tagged(index, "/Kicks/two.wav", "kick")
    tagged(index, "/Others/a kick.wav")
    monkeypatch.setattr(search, "MOST_RANKED", 2)
    assert names(index, "kick") == ["two.wav", "a kick.wav", "one.wav"]


@pytest.mark.parametrize("query", ["kick -loop", "kick -folder:loops", "kick -loop length:>1"])
def test_what_is_excluded_is_nowhere_in_what_matches_too_much_to_be_weighed(
    index: Index, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged(index, "/Loops/a kick.wav", "kick")
    tagged(index, "/Shots/b kick.wav", "kick")
    tagged(index, "/Kicks/c.wav")
    tagged(index, "/Kicks/Loops/d.wav")
    monkeypatch.setattr(search, "MOST_RANKED", 0)
    for limit in (1, 2, 3):
        pages = [index.search.find(query, limit, offset) for offset in range(0, 4, limit)]
        assert [hit.path for page in pages for hit in page] == ["/Shots/b kick.wav", "/Kicks/c.wav"]


def test_words_to_leave_out_alone_show_the_newest_first_page_by_page(
    library: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged(library, "/Vendor Drums/clap.wav")
    for most in (0, 10_000):
        monkeypatch.setattr(search, "MOST_RANKED", most)
        pages = [library.search.find("-kick", limit=2, offset=n) for n in (0, 2)]
        assert [[hit.path.rsplit("/", 1)[1] for hit in page] for page in pages] == [
            ["clap.wav", "café Ooh.wav"],
            ["SD_rim-03.wav"],
        ]


def test_the_beginning_of_a_path_is_followed_by_any_letter(index: Index) -> None:
    tagged(index, "/pack/snare.wav")
    tagged(index, "/pack/sübass.wav")
    assert set(names(index, "/pack/s")) == {"snare.wav", "sübass.wav"}


def test_a_sound_outside_of_watched_folders_is_taken_to_be_there(index: Index) -> None:
    tagged(index, "/pack/kick.wav")
    root = index.roots.add("/disk")
    tagged(index, "/disk/kick.wav", root=root)
    index.roots.set_online(root, online=False)
    assert {hit.path: hit.online for hit in index.search.find("kick")} == {
        "/pack/kick.wav": True,
        "/disk/kick.wav": False,
    }


def test_tag_counts(library: Index) -> None:
    tagged(library, "/Vocals/aah.wav", "vocal", "breath")
    library.files.gone(["/Vendor Drums/SD_rim-03.wav", "/Vocals/café Ooh.wav"])
    tagged(library, "/Vendor Drums/kick 2.wav", "kick")
    assert library.tags.counts() == [
        ("instrument", "kick", 2),
        ("instrument", "breath", 1),
        ("instrument", "vocal", 1),
    ]


def test_how_sure_sounds_are_of_a_tag_is_counted_by_full_percent(index: Index) -> None:
    scores = (0.29, 0.2999, 0.58, 1.0, 1.0)
    for number, score in enumerate(scores):
        file_id = tagged(index, f"/pack/{number}.wav")
        source = "person" if number == 4 else "model"
        tags = [Tag("clap", "instrument", score, source), Tag("wide", "own", 0.1, "model")]
        index.files.set_tags(file_id, tags)
    tagged(index, "/pack/gone.wav", "clap")
    index.files.gone(["/pack/gone.wav"])
    said, percents = index.tags.sureness("clap")
    assert said == 1
    assert {percent: count for percent, count in enumerate(percents) if count} == {
        29: 2,
        58: 1,
        100: 1,
    }
    assert index.tags.sureness("kick") == (0, [0] * 101)


def test_a_sound_is_found_with_what_it_was_said_not_to_be(library: Index) -> None:
    words = [Label("own", "dusty", says=False), Label("own", "rim", says=True)]
    library.labels.put("/Vendor Drums/SD_rim-03.wav", words)
    (found,) = library.search.find("rim")
    assert found.denied == ("dusty",)
    (other,) = library.search.find("tag:kick")
    assert other.denied == ()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ṣẹ̀kẹ̀rẹ̀", ["Ṣẹ̀kẹ̀rẹ̀ 1.wav"]),
        ("sekere", ["Ṣẹ̀kẹ̀rẹ̀ 1.wav"]),
        ("-ṣẹ̀kẹ̀", ["2.wav"]),
        ('tag:"i̇stanbul"', ["2.wav"]),
        ("tag:🔥", ["2.wav"]),
        ("ṣẹ̀kẹ̀rẹ̀ -tag:🔥", ["Ṣẹ̀kẹ̀rẹ̀ 1.wav"]),
        ("wav -tag:🔥", []),
        ("tag:❄", []),
    ],
)
def test_finds_letters_with_marks_of_their_own_and_tags_without_letters(
    index: Index, query: str, found: list[str]
) -> None:
    tagged(index, "/a/Ṣẹ̀kẹ̀rẹ̀ 1.wav")
    tagged(index, "/a/2.wav", "i̇stanbul", "🔥")
    assert names(index, query) == found


def test_a_long_text_with_slashes_takes_no_long_expression() -> None:
    assert len(as_words("a/" * 2_000).wanted) < 2_000_000
