"""Two tags that people gave become one, and are parted again."""

from __future__ import annotations

from tests.db.sounds import tagged

from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.merges import Word
from earmark_db.models import ModelRecord

OLD, NEW = Word("own", "lofi"), Word("own", "lo-fi")


def say(index: Index, content: str, **words: bool) -> None:
    """``own_lo_fi=True``: a person said that a sound is "lo-fi", a tag of the set "own"."""
    tagged(index, f"/pack/{content}.wav", content=content)
    for name, says in words.items():
        tag_set, tag = name.split("_", 1)
        index.labels.put(content, [Label(tag_set, tag.replace("_", "-"), says)])


def said(index: Index, content: str) -> dict[str, bool]:
    return {f"{each.set}:{each.tag}": each.says for each in index.labels.of(content)}


def test_where_people_said_yes_and_no_yes_holds(index: Index) -> None:
    say(index, "one", own_lofi=True, own_dusty=False)
    say(index, "both", own_lofi=True, own_lo_fi=False)
    say(index, "other", own_lofi=False, own_lo_fi=True)
    say(index, "neither", own_lofi=False)
    say(index, "apart", own_dusty=True, own_lo_fi=False)
    merge = index.merges.merge(OLD, NEW)
    assert merge is not None
    assert merge.sounds == ("both", "neither", "one", "other")
    assert merge.said == ("both", "one")
    assert said(index, "one") == {"own:lo-fi": True, "own:dusty": False}
    assert said(index, "both") == said(index, "other") == {"own:lo-fi": True}
    assert said(index, "neither") == {"own:lo-fi": False}
    assert said(index, "apart") == {"own:dusty": True, "own:lo-fi": False}


def test_what_was_said_before_comes_back_and_what_was_said_since_stays(index: Index) -> None:
    say(index, "both", own_lofi=True, own_lo_fi=False)
    merge = index.merges.merge(OLD, NEW)
    assert merge is not None
    index.labels.put("both", [Label("own", "dusty", True)])
    say(index, "new", own_lo_fi=True)
    assert index.merges.undo(merge.id) == merge
    assert said(index, "both") == {"own:lofi": True, "own:lo-fi": False, "own:dusty": True}
    assert said(index, "new") == {"own:lo-fi": True}
    assert index.merges.all() == []
    assert index.merges.undo(merge.id) is None


def test_of_an_exclusive_set_a_sound_keeps_the_tag_that_it_has(index: Index) -> None:
    say(index, "kick", own_thump=True, drums_kick=True)
    say(index, "free", own_thump=True, drums_kick=False)
    say(index, "no", own_thump=False, drums_kick=True)
    index.merges.merge(Word("own", "thump"), Word("drums", "tom"), exclusive=True)
    assert said(index, "kick") == {"drums:kick": True}
    assert said(index, "free") == {"drums:kick": False, "drums:tom": True}
    assert said(index, "no") == {"drums:kick": True, "drums:tom": False}


def test_a_new_name_in_an_exclusive_set_takes_the_old_ones_place(index: Index) -> None:
    say(index, "one", drums_thump=True)
    say(index, "kick", drums_thump=True, drums_kick=True)
    index.merges.merge(Word("drums", "thump"), Word("drums", "thud"), exclusive=True)
    assert said(index, "one") == {"drums:thud": True}
    assert said(index, "kick") == {"drums:kick": True}


def test_a_tag_of_which_nobody_spoke_is_not_merged(index: Index) -> None:
    say(index, "one", own_lo_fi=True)
    assert index.merges.merge(OLD, NEW) is None
    assert index.merges.all() == []


def test_a_word_that_was_corrected_since_stays_corrected(index: Index) -> None:
    say(index, "one", own_lofi=True)
    merge = index.merges.merge(OLD, NEW)
    assert merge is not None
    say(index, "one", own_lo_fi=False)
    index.merges.undo(merge.id)
    assert said(index, "one") == {"own:lofi": False}


def test_a_word_that_was_given_beside_the_old_one_is_not_taken_for_it(index: Index) -> None:
    say(index, "both", own_lofi=True, own_lo_fi=True)
    merge = index.merges.merge(OLD, NEW)
    assert merge is not None
    say(index, "both", own_lo_fi=False)
    index.merges.undo(merge.id)
    assert said(index, "both") == {"own:lofi": True, "own:lo-fi": True}


def test_a_no_to_what_stood_for_both_is_a_no_to_each(index: Index) -> None:
    say(index, "one", own_lofi=True)
    say(index, "before", own_lo_fi=False)
    say(index, "third", own_dusty=False)
    merge = index.merges.merge(OLD, NEW)
    assert merge is not None
    say(index, "since", own_lo_fi=False)
    merged(index, "dusty", "lo-fi")
    index.merges.undo(merge.id)
    assert said(index, "since") == {"own:lofi": False, "own:lo-fi": False}
    assert said(index, "before") == said(index, "third") == {"own:lo-fi": False}


def learnt(index: Index, digest: str, at: float, origin: str = "local") -> None:
    index.models.add(ModelRecord(digest, "own", digest, origin, at, "{}"))


def test_a_model_is_told_of_what_was_renamed_since_it_learnt(index: Index) -> None:
    say(index, "one", own_alfa=True)
    job = index.jobs.begin("endpoint", "own", {})
    merged(index, "alfa", "bravo")
    first = index.merges.all()[0].at
    learnt(index, "older", 0.0)
    learnt(index, "of the job", first + 1e-6, "endpoint")
    learnt(index, "a file", first + 1e-6, "file")
    merged(index, "bravo", "charly")
    index.jobs.change(job, "succeeded", {}, ended=True)
    learnt(index, "newer", index.merges.all()[0].at + 1.0)
    both = [("alfa", "bravo"), ("bravo", "charly")]
    assert index.merges.since_learnt() == {
        "older": both,
        "of the job": both,
        "a file": both[1:],
    }
    index.merges.undo(2)
    assert index.merges.since_learnt() == {"older": both[:1], "of the job": both[:1]}


def merged(index: Index, old: str, new: str) -> int:
    merge = index.merges.merge(Word("own", old), Word("own", new))
    assert merge is not None
    return merge.id


def since(index: Index, merge: int) -> int | None:
    later = index.merges.since(merge)
    return None if later is None else later.id


def test_what_became_of_a_word_since_is_undone_before_it(index: Index) -> None:
    say(index, "one", own_alfa=True, own_echo=True)
    say(index, "other", own_foxtrot=True)
    first, second = merged(index, "alfa", "bravo"), merged(index, "bravo", "charly")
    merged(index, "echo", "delta")
    merged(index, "foxtrot", "bravo")
    assert since(index, first) == second
    assert since(index, second) is None
    index.merges.undo(second)
    assert since(index, first) is None
    third = merged(index, "delta", "bravo")
    assert since(index, first) == third


def test_what_became_of_a_broader_tag_since_is_undone_before_it(index: Index) -> None:
    index.nesting.put("kick", "drums")
    first, second = merged(index, "drums", "beats"), merged(index, "beats", "hits")
    assert since(index, first) == second
    index.merges.undo(second)
    index.merges.undo(first)
    assert index.nesting.above() == {"kick": "drums"}
