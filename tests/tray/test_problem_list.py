"""Files that could not be tagged."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from tests.tray.parts import button, words
from tests.tray.told import Told, asking, settle

from earmark_tray.windows.problem_list import ProblemList


def test_problems_are_counted_tried_again_and_gone_once_all_is_well(qtbot: QtBot) -> None:
    files = [{"path": f"/{name}.wav", "reason": "It is empty."} for name in "ab"]
    told = Told(problems={"files": files, "total": 102})
    with asking(told) as asker:
        problems = ProblemList(asker)
        qtbot.addWidget(problems)
        problems.refresh()
        settle(asker, qtbot)
        assert all(text in words(problems) for text in ("a.wav", "b.wav", "and 100 more"))
        button(problems, "Try all again").click()
        settle(asker, qtbot)
        assert ("retry", {}) in told.asked
        assert "They are tried again." in words(problems)
        told.answers["problems"] = {"files": [], "total": 0}
        problems.refresh()
        settle(asker, qtbot)
        assert words(problems) == "All is well."
        assert button(problems, "Try all again").isHidden()
