"""What is told to a trainer: digests and labels, and no name."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.daemon.learning.endpoint.paired import (
    FRONTEND,
    LABELS,
    examples_of,
    lesson_of,
    toy_spectra,
)

from earmark_daemon.errors import EarmarkError
from earmark_daemon.hearing.spectra import unpack
from earmark_daemon.learning.endpoint import orders
from earmark_daemon.learning.endpoint.orders import Plan, plan
from earmark_daemon.learning.endpoint.pictures import Pictures
from earmark_daemon.learning.examples import Example, Examples
from earmark_daemon.learning.place import LIBRARY, Lesson, Wish
from earmark_trainer.jobs.orders import Order

KEY = b"k" * 32


def planned(
    examples: Examples, spectra: dict[str, bytes], key: bytes = KEY, epochs: int = 7
) -> Plan:
    lesson = replace(lesson_of(spectra), examples=examples)
    return plan(lesson, Pictures(spectra.get, unpack), Wish(most_epochs=epochs), key)


def test_the_trainer_takes_the_order_and_finds_no_name_in_it() -> None:
    spectra = toy_spectra(3)
    made = planned(examples_of(spectra), spectra)
    order = Order.model_validate(json.loads(json.dumps(made.order)))
    assert order.labels == LABELS
    assert order.epochs == 7
    assert (order.architecture, order.start) == ("compact", "builtin")
    assert order.frontend.shape == (FRONTEND.n_mels, FRONTEND.frames)
    assert set(order.digests) == set(made.places)
    text = json.dumps(made.order)
    assert "My Pack" not in text
    assert "low 1" not in text
    assert len({example.pack for example in order.examples}) == 1
    assert len({example.group for example in order.examples}) == 9


def test_another_network_than_the_built_in_one_starts_from_scratch() -> None:
    spectra = toy_spectra(3)
    pictures, wish = Pictures(spectra.get, unpack), Wish("mel-2d")
    order = plan(lesson_of(spectra), pictures, wish, KEY).order
    assert (order["architecture"], order["start"]) == ("mel-2d", "scratch")


def test_the_trainer_takes_the_longest_name_of_a_set() -> None:
    spectra = toy_spectra(3)
    made = planned(replace(examples_of(spectra), tag_set="x" * orders.LONGEST_NAME), spectra)
    order = Order.model_validate(json.loads(json.dumps(made.order)))
    assert len(order.tag_set) == orders.LONGEST_NAME


def test_a_sound_of_two_tags_is_not_told_where_it_can_have_one_only() -> None:
    spectra = toy_spectra(3)
    first, *others = examples_of(spectra).items
    both = replace(first, yes=("low", "high"))
    made = planned(Examples("own", True, LABELS, (both, *others)), spectra)
    assert len(made.order["examples"]) == len(others)


def test_more_than_a_trainer_takes_is_not_ordered(monkeypatch: pytest.MonkeyPatch) -> None:
    spectra = toy_spectra(3)
    monkeypatch.setattr(orders, "MOST_EXAMPLES", 8)
    with pytest.raises(EarmarkError, match="fewer tags at once") as raised:
        planned(examples_of(spectra), spectra)
    assert raised.value.problem.code == "too-many-examples"


@pytest.mark.parametrize("now", [toy_spectra(1, seed=2)["low 0"], None])
def test_what_has_changed_since_it_was_ordered_is_not_sent(now: bytes | None) -> None:
    spectra: dict[str, bytes | None] = dict(toy_spectra(3))
    pictures = Pictures(spectra.get, unpack)
    places = plan(lesson_of(toy_spectra(3)), pictures, Wish(), KEY).places
    assert len(list(pictures.blobs(places, places))) == len(places)
    spectra["low 0"] = now
    with pytest.raises(EarmarkError, match="Train again") as raised:
        list(pictures.blobs(places, places))
    assert raised.value.problem.code == "sounds-changed"


def test_hashes_need_the_key() -> None:
    spectra = toy_spectra(3)
    mine, again, other = (
        planned(examples_of(spectra), spectra, key).order["examples"][0]["group"]
        for key in (KEY, KEY, b"o" * 32)
    )
    assert mine == again
    assert mine != other


def test_near_copies_stay_together() -> None:
    spectra = toy_spectra(2)
    examples = examples_of(spectra).grouped({"low 0": "same", "high 1": "same"})
    told = planned(examples, spectra).order["examples"]
    assert len({entry["group"] for entry in told}) == 5


def test_only_what_nobody_said_anything_of_is_unknown() -> None:
    spectra = toy_spectra(2)
    items = (
        Example("low 0", ("low",), ("high",), "a", ""),
        Example("low 1", ("low", "high"), (), "b", ""),
        Example("high 0", ("high",), (), "c", ""),
        Example("high 1", (), ("low",), "d", ""),
    )
    told = planned(Examples("own", False, ("high", "low"), items), spectra).order["examples"]
    said = [(entry["labels"], entry["unknown"]) for entry in told]
    assert said == [
        (["low"], []),
        (["high", "low"], []),
        (["high"], []),
        ([], ["high"]),
    ]


def test_the_library_is_shown_where_a_sound_may_be_none_of_the_tags() -> None:
    spectra = toy_spectra(3)
    beside = {f"nobody {name}": blob for name, blob in toy_spectra(9).items()}
    asked: list[int] = []

    def library(limit: int) -> list[str]:
        asked.append(limit)
        return sorted(beside)

    examples = examples_of(spectra)
    pictures = Pictures({**spectra, **beside}.get, unpack)
    made_orders = []
    for exclusive in (False, True):
        own = replace(examples, exclusive=exclusive)
        lesson = Lesson(own, spectra.get, FRONTEND.to_dict(), library)
        made = plan(lesson, pictures, Wish(), KEY)
        made_orders.append(Order.model_validate(json.loads(json.dumps(made.order))))
        assert set(made_orders[-1].digests) == set(made.places)
        assert "nobody" not in json.dumps(made.order)
    assert asked == [LIBRARY]
    shown = [example for example in made_orders[0].examples if example.library]
    assert len(shown) == len(beside)
    assert {example.labels for example in shown} == {()}
    assert not any(example.library for example in made_orders[1].examples)


def test_the_library_takes_no_room_from_what_was_labelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spectra = toy_spectra(3)
    asked: list[int] = []

    def library(limit: int) -> list[str]:
        asked.append(limit)
        return []

    examples = replace(examples_of(spectra), exclusive=False)
    lesson = Lesson(examples, spectra.get, FRONTEND.to_dict(), library)
    for most in (9, 11):
        monkeypatch.setattr(orders, "MOST_EXAMPLES", most)
        made = plan(lesson, Pictures(spectra.get, unpack), Wish(), KEY)
        assert len(made.order["examples"]) == 9
    assert asked == [2]


def test_a_tag_with_one_sound_is_left_out_with_the_reason() -> None:
    spectra = toy_spectra(3)
    del spectra["high 1"], spectra["high 2"]
    examples = examples_of(toy_spectra(3))
    made = planned(examples, spectra)
    assert made.order["labels"] == ["low", "middle"]
    assert "has 1" in made.left_out["high"]
    assert len(made.order["examples"]) == 6


def test_a_tag_that_no_model_can_hold_is_left_out_with_the_reason() -> None:
    spectra = toy_spectra(3)
    joined, long, turned = "👩\u200d🎤", "x" * 65, "low\u202eer"
    items = tuple(
        replace(item, yes=(*item.yes, joined, long, turned)) if "high" not in item.yes else item
        for item in examples_of(spectra).items
    )
    labels = (*LABELS, joined, long, turned)
    made = planned(Examples("own", False, labels, items), spectra)
    order = Order.model_validate(json.loads(json.dumps(made.order)))
    assert order.labels == (*LABELS, joined)
    assert "65 letters" in made.left_out[long]
    assert "cannot be seen" in made.left_out[turned]


def test_of_too_many_tags_those_with_the_fewest_sounds_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spectra = toy_spectra(3)
    del spectra["middle 0"]
    monkeypatch.setattr(orders, "MOST_LABELS", 2)
    made = planned(examples_of(spectra), spectra)
    assert made.order["labels"] == ["low", "high"]
    assert "2 tags at most" in made.left_out["middle"]


def test_as_many_tags_are_ordered_as_the_trainer_takes() -> None:
    (most,) = [
        each for each in Order.model_fields["labels"].metadata if hasattr(each, "max_length")
    ]
    assert most.max_length == orders.MOST_LABELS


def test_no_more_epochs_are_ordered_than_the_trainer_takes() -> None:
    spectra = toy_spectra(3)
    (most,) = [each.le for each in Order.model_fields["epochs"].metadata if hasattr(each, "le")]
    for wanted in (most, most + 1):
        made = planned(examples_of(spectra), spectra, epochs=wanted)
        assert Order.model_validate(json.loads(json.dumps(made.order))).epochs == most


@pytest.mark.parametrize("others", [(), (Example("high 0", (), ("else",), "a", ""),)])
def test_a_tag_that_each_sound_carries_is_learnt_beside_a_library_only(
    others: tuple[Example, ...],
) -> None:
    """Of the other sound nobody has said whether it carries the tag."""
    spectra = toy_spectra(4)
    low = [Example(name, ("low",), (), name, "") for name in spectra if name.startswith("low")]
    middle = [name for name in spectra if name.startswith("middle")]
    examples = Examples("own", False, ("low", "else"), (*low, *others))
    heard: list[str] = []
    lesson = Lesson(examples, spectra.get, FRONTEND.to_dict(), lambda _: heard)
    told = (lesson, Pictures(spectra.get, unpack), Wish(), KEY)
    for library in ([], middle[:2]):
        heard[:] = library
        with pytest.raises(EarmarkError, match="nothing to tell these sounds from") as raised:
            plan(*told)
        assert raised.value.problem.code == "nothing-beside"
    heard[:] = middle
    assert plan(*told).order["labels"] == ["low"]


def test_nothing_to_learn_is_said() -> None:
    with pytest.raises(EarmarkError, match="Label more sounds"):
        planned(examples_of({}), {})
