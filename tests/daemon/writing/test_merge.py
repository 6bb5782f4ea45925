"""Words of others are never replaced, moved or lost; only ours come and go."""

from hypothesis import given
from hypothesis import strategies as st

from earmark_daemon.writing import record
from earmark_daemon.writing.block import without_block
from earmark_daemon.writing.formats.base import Store
from earmark_daemon.writing.merge import merge, merge_comment, merge_words
from earmark_daemon.writing.outcomes import WriteOptions
from earmark_daemon.writing.record import Mark, Record
from earmark_daemon.writing.terms import clean

ALL = WriteOptions()
WORDS = st.text("abc DEF'üキ-", min_size=1, max_size=6)


def joined(genre: str, comment: str = "") -> Store:
    return Store("ID3", (genre,) if genre else (), comment)


def rewrite(store: Store, known: Record, *terms: str) -> tuple[Store, Record]:
    stores, known = merge((store,), known, terms, ALL)
    return stores[0], record.load(record.dump(known))


def test_words_follow_what_stands_there() -> None:
    store, _ = rewrite(joined("Vendor", "Recorded in Berlin"), Record(), "snare", "dark")
    assert store.genre == ("Vendor; snare; dark",)
    assert store.comment == "Recorded in Berlin [earmark: snare, dark]"


def test_words_of_ours_that_another_program_joined_with_others_are_known() -> None:
    mark = Mark(("kick", "dusty"))
    joined = ("Techno;kick;dusty",)
    assert merge_words(joined, mark, ("kick", "dusty")) == (joined, mark)
    assert merge_words(joined, mark, ("kick",)) == (("Techno", "kick"), Mark(("kick",)))
    assert merge_words(joined, mark, ()) == (("Techno",), Mark())
    assert merge_words(("Drum; Bass",), mark, ()) == (("Drum; Bass",), Mark((), mark.words))


def test_a_word_among_several_in_one_value_of_others_is_not_ours() -> None:
    assert merge_words(("Kick; drums",), Mark(), ("kick", "dark")) == (
        ("Kick; drums", "dark"),
        Mark(("dark",)),
    )
    doubled = ("kick; drums", "kick")
    for terms in ((), ("kick",)):
        assert merge_words(doubled, Mark(("kick",)), terms) == (("kick; drums",), Mark())
    assert merge_words(doubled, Mark(("kick",)), ("snare",))[0] == ("kick; drums", "snare")


def test_other_words_replace_ours_in_their_place() -> None:
    store, marks = rewrite(joined("Vendor", "Text"), Record(), "snare", "dark")
    store, marks = rewrite(store, marks, "dark", "bright")
    assert store.genre == ("Vendor; dark; bright",)
    assert store.comment == "Text [earmark: dark, bright]"
    store, _ = rewrite(store, marks)
    assert store == joined("Vendor", "Text")


def test_a_word_that_stood_there_is_not_ours() -> None:
    store, marks = rewrite(joined("Kick; 808"), Record(), "kick")
    assert store.genre == ("Kick; 808",)
    store, _ = rewrite(store, marks)
    assert store.genre == ("Kick; 808",)


def test_what_a_person_took_out_stays_out() -> None:
    _, marks = rewrite(joined(""), Record(), "kick", "dark")
    store, marks = rewrite(joined("dark", "[earmark: kick, dark]"), marks, "kick", "dark")
    assert store.genre == ("dark",)
    store, _ = rewrite(store, marks, "kick", "dark", "boomy")
    assert store.genre == ("dark; boomy",)


def test_what_a_person_wrote_instead_is_kept() -> None:
    _, marks = rewrite(joined("Vendor"), Record(), "kick")
    store, marks = rewrite(joined("Techno", "My favourite"), marks, "kick")
    assert (store.genre, store.comment) == (("Techno",), "My favourite")
    store, _ = rewrite(store, marks)
    assert (store.genre, store.comment) == (("Techno",), "My favourite")


def test_a_block_that_a_person_edited_is_theirs() -> None:
    comment, mark = merge_comment(
        "A [earmark: kick, mine]", Mark(("kick", "dark")), ("kick", "dark")
    )
    assert comment == "A [earmark: kick, mine]"
    assert mark == Mark((), ("dark",))


def test_a_block_that_another_program_carried_over_is_ours() -> None:
    comment, _ = merge_comment("A [earmark: kick]", None, ("snare",))
    assert comment == "A [earmark: snare]"


def test_words_that_another_program_carried_over_without_the_record_are_ours() -> None:
    carried = joined("Techno; kick; dark", "A [earmark: kick, dark]")
    store, _ = rewrite(carried, Record(), "dark", "mine")
    assert store == joined("Techno; dark; mine", "A [earmark: dark, mine]")
    vendors = joined("kick; Techno; dark", "A [earmark: kick, dark]")
    assert rewrite(vendors, Record())[0] == joined("kick; Techno", "A")
    for comment in ("A", "[earmark: kick] [earmark: kick]"):
        other = joined("Techno; kick", comment)
        assert rewrite(other, Record())[0].genre == other.genre


def test_a_word_that_a_place_cannot_hold_is_left_out_there_alone() -> None:
    info = Store("INFO", (), "", codec="cp1252")
    stores, _ = merge((info, joined("")), Record(), ("größe", "キック"), ALL)
    assert stores[0].genre == ("größe",)
    assert stores[1].genre == ("größe; キック",)


def test_separators_and_control_characters_are_taken_out_of_words() -> None:
    assert clean(["lo-fi; dusty", "a\0b", " ", "[x]", "Kick", "kick"]) == (
        "lo-fi dusty",
        "a b",
        "x",
        "Kick",
    )


def test_a_record_that_is_not_ours_is_no_record() -> None:
    texts = ("", "x", "[]", "{}", '{"v":2,"fields":{}}', '{"v":1,"fields":{"a":[1,2]}}', "null")
    for text in (*texts, '{"v":1,"fields":{"a":["kick",[3]]}}', "[" * 100_000):
        assert record.load(text) in (Record(), Record(({"a": Mark(("k", "i", "c", "k"))},))), text


def test_a_comment_is_shown_without_our_block() -> None:
    assert without_block("Vendor text [earmark: kick]") == "Vendor text"
    assert without_block("Two  spaces") == "Two  spaces"


@given(
    st.lists(WORDS, max_size=4).map(";".join),
    st.text("abc []:,\n", max_size=20),
    st.lists(st.lists(WORDS, max_size=4), max_size=4),
)
def test_whatever_was_written_can_be_taken_out(
    genre: str, comment: str, rounds: list[list[str]]
) -> None:
    store, marks = joined(genre, comment), Record()
    for terms in rounds:
        store, marks = rewrite(store, marks, *clean(terms))
        again, _ = rewrite(store, marks, *clean(terms))
        assert again == store
    store, marks = rewrite(store, marks)
    assert not marks
    assert (store.genre, store.comment) == (joined(genre).genre, comment)


@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=5))
def test_values_of_others_keep_their_order(
    theirs: list[str], ours: list[str], terms: list[str]
) -> None:
    values = tuple(theirs)
    merged, mark = merge_words(values, Mark(), clean(ours))
    again, _ = merge_words(merged, mark, clean(terms))
    assert [v for v in again if v in values][: len(values)] == list(values)
