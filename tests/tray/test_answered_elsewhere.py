"""Two windows, or a window and the command line, over the same sounds at the same time."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from tests.e2e.living import earmark
from tests.tray.stage import COUNT, Stage, says, stage

from earmark_tray.windows.review_queue import ReviewQueue, Sound, Verdict, request_back

__all__ = ["stage"]


def coming(window: Any) -> list[str]:
    return [sound.path for sound in window._answering.queue.coming]


def ready(stage: Stage, name: str) -> Any:
    window = stage.open(name)
    stage.wait(lambda: len(coming(window)) == COUNT)
    return window


def test_what_was_answered_in_one_review_window_is_left_out_of_the_other(
    stage: Stage, qtbot: QtBot
) -> None:
    one, other = ready(stage, "review"), ready(stage, "review")
    first, second, third, *_ = coming(one)
    assert coming(other) == coming(one)
    tag = other.choices[1]
    qtbot.keyClick(other, Qt.Key.Key_2)
    qtbot.keyClick(other, Qt.Key.Key_1)
    stage.wait(lambda: second not in coming(one))
    assert one.asked_about == first, "it does not go from under the finger"
    assert says(one, f"Answered elsewhere meanwhile: {tag}")
    qtbot.keyClick(one, Qt.Key.Key_S)
    assert one.asked_about == third
    assert not says(one, "Answered elsewhere")
    assert len(coming(other)) == COUNT - 2, "one's own answers change nothing"


def test_what_was_answered_from_the_command_line_is_left_out_until_it_is_taken_back(
    stage: Stage, qtbot: QtBot
) -> None:
    window = ready(stage, "review")
    _, second, third, *_ = coming(window)
    earmark("label", second, "--remove", "kick")
    earmark("label", third, "--add", "wobbly")
    stage.wait(lambda: len(coming(window)) == COUNT - 2)
    assert not {second, third} & set(coming(window))
    earmark("label", third, "--forget", "wobbly")
    stage.wait(lambda: len(window._answering.queue.others) == 1)
    qtbot.keyClick(window, Qt.Key.Key_S)  # so few are left that it asks for more
    stage.wait(lambda: third in coming(window))
    assert second not in coming(window)


def test_the_label_window_says_so_and_its_way_back_leads_there(stage: Stage, qtbot: QtBot) -> None:
    window = ready(stage, "label")
    first, second, *_ = coming(window)
    earmark("label", second, "--add", "wobbly")
    qtbot.keyClick(window, Qt.Key.Key_S)
    stage.wait(lambda: says(window, "Answered elsewhere meanwhile: wobbly"))
    assert window.asked_about == second, "what one brought is asked about all the same"
    earmark("label", second, "--add", "grainy")
    stage.wait(lambda: says(window, "meanwhile: grainy, wobbly"))
    said = window.choices[0]
    qtbot.keyClick(window, Qt.Key.Key_Return)
    stage.wait(lambda: said in stage.said(second))
    qtbot.keyClick(window, Qt.Key.Key_Z)
    stage.wait(lambda: said not in stage.said(second))
    assert sorted(stage.said(second)) == ["grainy", "wobbly"]
    assert first not in coming(window)


def sound(content: str) -> Sound:
    return Sound(f"/{content}.wav", content, 1.0, None, None, (), (), "kick", ("kick",))


def test_the_echo_of_ones_own_answer_takes_nothing_away() -> None:
    queue = ReviewQueue()
    queue.extend([sound("a"), sound("b"), sound("c")])
    queue.answer(Verdict.IS, "kick")
    queue.back()
    queue.answer(Verdict.SKIPPED, None)
    queue.back()
    queue.answered_by_others({"a": ("kick",), "c": ("kick",)})
    assert [each.content for each in queue.coming] == ["a", "b"]
    assert set(queue.others) == {"c"}
    queue.extend([sound("c")])
    assert len(queue.coming) == 2, "an answer to a question of before brings it back no more"
    queue.answered_by_others({"a": None, "c": None})
    queue.extend([sound("c")])
    assert [each.content for each in queue.coming] == ["a", "b", "c"]


def test_taking_an_answer_back_brings_back_what_others_said() -> None:
    queue = ReviewQueue()
    queue.extend([sound("a")])
    queue.answered_by_others({"a": ("snare",)}, {"a": ("kick", "clap")})
    said = queue.answer(Verdict.IS, "kick")
    assert said is not None
    back = {"paths": ["/a.wav"], "forget": ["kick"], "add": ["snare"], "remove": ["kick"]}
    assert request_back(said) == back
