from dataclasses import replace

from earmark_daemon.tagging.decide import Context, TagSet, Word, decide
from earmark_daemon.tagging.names import evidence
from earmark_db.records import Tag

EXCLUSIVE = TagSet("instrument", True, dict.fromkeys(("kick", "snare", "tom"), 0.6))
INDEPENDENT = TagSet("mood", False, {"kick": 0.5, "snare": 0.5, "tom": 0.5})


def test_the_surest_label_of_an_exclusive_set_is_given_from_its_threshold_on() -> None:
    scores = {"kick": 0.7, "snare": 0.2, "tom": 0.1}
    assert decide(scores, EXCLUSIVE, Word()) == (Tag("kick", "instrument", 0.7, "model"),)
    assert decide({**scores, "kick": 0.5}, EXCLUSIVE, Word()) == ()


def test_every_label_of_an_independent_set_is_judged_by_itself() -> None:
    tags = decide({"kick": 0.6, "snare": 0.9, "tom": 0.1}, INDEPENDENT, Word())
    assert [tag.tag for tag in tags] == ["snare", "kick"]


def test_what_people_said_outranks_sound_and_name() -> None:
    word = Word(yes=["tom"], no=[])
    tags = decide(
        {"kick": 0.9, "snare": 0.1, "tom": 0.0}, EXCLUSIVE, word, Context(evidence("kick.wav"))
    )
    assert tags == (Tag("tom", "instrument", 1.0, "person"),)


def test_a_name_cannot_bring_back_what_people_refused() -> None:
    word = Word(no=["kick"])
    tags = decide(
        {"kick": 0.9, "snare": 0.1, "tom": 0.0}, EXCLUSIVE, word, Context(evidence("kick.wav"))
    )
    assert tags == ()


def test_a_tag_that_the_sound_alone_would_not_give_comes_from_the_name() -> None:
    tags = decide(
        {"kick": 0.4, "snare": 0.3, "tom": 0.3}, EXCLUSIVE, Word(), Context(evidence("Snare 1.wav"))
    )
    assert [(tag.tag, tag.source) for tag in tags] == [("snare", "name")]


def test_a_tag_that_name_and_sound_agree_on_comes_from_both_and_is_surer() -> None:
    scores = {"kick": 0.7, "snare": 0.2, "tom": 0.1}
    (tag,) = decide(scores, EXCLUSIVE, Word(), Context(evidence("Kick 1.wav")))
    assert (tag.tag, tag.source) == ("kick", "model+name")
    assert tag.score > 0.7


def test_a_tag_that_no_name_mentions_comes_from_the_model() -> None:
    scores = {"kick": 0.999, "snare": 0.0005, "tom": 0.0005}
    (tag,) = decide(scores, EXCLUSIVE, Word(), Context(evidence("Drum stick.wav")))
    assert (tag.tag, tag.source) == ("kick", "model+name")
    (tag,) = decide(scores, EXCLUSIVE, Word(), Context(evidence("misc.wav")))
    assert (tag.tag, tag.source) == ("kick", "model")


def test_names_do_not_count_in_independent_sets() -> None:
    scores = {"kick": 0.4, "snare": 0.1, "tom": 0.1}
    assert decide(scores, INDEPENDENT, Word(), Context(evidence("kick.wav"))) == ()


def test_silence_gets_no_tag_whatever_its_name_says() -> None:
    assert decide({}, EXCLUSIVE, Word(), Context(evidence("kick.wav"))) == ()


def test_a_doubtful_sound_is_taken_for_what_its_folder_is() -> None:
    scores = {"kick": 0.45, "snare": 0.4, "tom": 0.15}
    assert decide(scores, EXCLUSIVE, Word()) == ()
    (tag,) = decide(scores, EXCLUSIVE, Word(), Context(kind="snare"))
    assert (tag.tag, tag.source) == ("snare", "folder")


def test_a_sure_sound_is_a_guest_in_its_folder() -> None:
    scores = {"kick": 0.95, "snare": 0.04, "tom": 0.01}
    (tag,) = decide(scores, EXCLUSIVE, Word(), Context(kind="snare"))
    assert (tag.tag, tag.source) == ("kick", "model")


def test_a_folder_cannot_bring_back_what_people_refused() -> None:
    scores = {"kick": 0.45, "snare": 0.4, "tom": 0.15}
    assert decide(scores, EXCLUSIVE, Word(no=["snare"]), Context(kind="snare")) == ()


def test_company_does_not_count_in_independent_sets_nor_for_labels_of_others() -> None:
    scores = {"kick": 0.4, "snare": 0.1, "tom": 0.1}
    assert decide(scores, INDEPENDENT, Word(), Context(kind="kick")) == ()
    assert decide(scores, EXCLUSIVE, Word(), Context(kind="flute")) == ()


def test_how_sure_people_want_a_tag_outranks_model_and_names() -> None:
    scores = {"kick": 0.7, "snare": 0.2, "tom": 0.1}
    named = Context(evidence("Kick 1.wav"))
    (by_both,) = decide(scores, EXCLUSIVE, Word(), named)
    wanted = replace(EXCLUSIVE, sure_from={"kick": 0.75})
    assert decide(scores, wanted, Word()) == ()
    assert 0.75 < by_both.score < 0.999
    assert decide(scores, wanted, Word(), named) == (replace(by_both, source="name"),)
    wanted = replace(EXCLUSIVE, sure_from={"kick": 0.999})
    assert decide(scores, wanted, Word(), named) == ()
    assert decide(scores, wanted, Word(yes=["kick"]), named)[0].source == "person"
    assert decide({**scores, "kick": 0.5}, replace(EXCLUSIVE, sure_from={"kick": 0.4}), Word()) == (
        Tag("kick", "instrument", 0.5, "model"),
    )
