import pytest

from earmark_daemon.tagging.evidence import (
    Pooling,
    combine,
    disagreement,
    fitted,
    named,
    sure_of,
    thresholds_with,
)
from earmark_daemon.tagging.lexicon import Grade, lexicon
from earmark_daemon.tagging.names import Place, evidence

LABELS = sorted(fitted().thresholds)
THRESHOLDS = dict.fromkeys(LABELS, 0.6)


def heard(**scores: float) -> dict[str, float]:
    """Scores over all labels: those given, and the rest spread evenly."""
    rest = (1.0 - sum(scores.values())) / (len(LABELS) - len(scores))
    return {label: scores.get(label, rest) for label in LABELS}


def test_no_clue_leaves_the_scores_as_they_were_heard() -> None:
    scores = heard(kick=0.7)
    assert combine(scores, ()) == scores
    assert combine(scores, evidence("misc.wav")) == scores


def test_agreement_raises_confidence() -> None:
    scores = heard(kick=0.6, tom=0.3)
    assert combine(scores, evidence("Kick 1.wav"))["kick"] > 0.95


def test_disagreement_lowers_confidence() -> None:
    scores = heard(kick=0.9)
    assert combine(scores, evidence("Snare 1.wav"))["kick"] < 0.8


def test_pooled_scores_are_a_distribution() -> None:
    pooled = combine(heard(kick=0.9), evidence("Drums/Snares/Kick Bass 3.wav"))
    assert sum(pooled.values()) == pytest.approx(1.0)


def test_names_decide_where_the_sound_knows_nothing() -> None:
    scores = heard()
    assert max(combine(scores, evidence("Conga 1.wav")).items(), key=lambda x: x[1])[0] == (
        "percussion"
    )


def test_the_rule_is_the_stated_one() -> None:
    rule = Pooling(0.5, 0.0, {(Place.NAME, Grade.SURE): 2.0}, {})
    pooled = combine({"kick": 0.25, "snare": 0.75}, evidence("kick.wav"), rule)
    odds = (0.25 / 0.75) ** 0.5 * 2.718281828459045**2
    assert pooled["kick"] / pooled["snare"] == pytest.approx(odds)


def test_clues_for_labels_that_the_model_does_not_have_do_not_count() -> None:
    scores = {"dusty": 0.4, "clean": 0.6}
    assert combine(scores, evidence("kick.wav")) == scores


def test_the_fitted_rule_knows_every_place_and_grade_and_a_plainer_word_never_weighs_less() -> None:
    rule = fitted()
    for place in (Place.NAME, Place.FOLDER, Place.FARTHER):
        weights = [rule.weights[place, grade] for grade in Grade]
        assert weights == sorted(weights)
        assert weights[-1] > 1.0
    assert rule.weights[Place.NOTE, Grade.HINT] >= 0.0
    assert len(rule.thresholds) == 16


def test_a_rule_comes_back_from_the_form_in_which_it_is_stored() -> None:
    assert Pooling.from_dict(fitted().to_dict()) == fitted()


def test_every_label_of_the_words_is_one_that_the_rule_knows() -> None:
    spoken = {clue for word in ("kick", "drums") for clue in lexicon().find([word])[0].meaning}
    assert spoken <= set(fitted().thresholds)


def test_names_alone_are_sure_of_a_plain_word() -> None:
    assert sure_of(named(heard(), evidence("Snare.wav")), THRESHOLDS) == "snare"


def test_they_disagree_where_each_alone_would_give_another_tag() -> None:
    told = disagreement(heard(kick=0.9), evidence("Snare.wav"), THRESHOLDS)
    assert told == ("snare", "kick")


@pytest.mark.parametrize(
    ("scores", "name"),
    [
        (heard(kick=0.9), "Kick.wav"),
        (heard(kick=0.9), "misc.wav"),
        (heard(kick=0.3), "Snare.wav"),
        ({}, "Snare.wav"),
    ],
)
def test_they_do_not_disagree_where_one_is_unsure_silent_or_of_the_same_mind(
    scores: dict[str, float], name: str
) -> None:
    assert disagreement(scores, evidence(name), THRESHOLDS) is None


def test_a_label_that_a_name_speaks_for_has_the_threshold_of_the_rule() -> None:
    rule = Pooling(1.0, 0.0, {}, {"kick": 0.5, "snare": 0.5})
    with_name = thresholds_with({"kick": 0.99, "snare": 0.99}, evidence("kick.wav"), rule)
    assert with_name == {"kick": 0.5, "snare": 0.99}
