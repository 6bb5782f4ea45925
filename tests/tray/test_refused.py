"""What the daemon refused can be asked for again."""

from __future__ import annotations

from pytestqt.qtbot import QtBot
from tests.tray.parts import REFUSED, button, words
from tests.tray.told import MILLISECONDS, Told, asking, settle

from earmark_tray.windows.comparison import Comparison
from earmark_tray.windows.own_tags import OwnTags
from earmark_tray.windows.training_result import TrainingResult


def test_what_could_not_be_compared_is_tried_again(qtbot: QtBot) -> None:
    told = Told(compare_model=REFUSED)
    with asking(told) as asker:
        comparison = Comparison(asker)
        qtbot.addWidget(comparison)
        with qtbot.waitSignal(comparison.answered, timeout=MILLISECONDS):
            comparison.compare("digest")
        assert "There is no such model." in words(comparison)
        told.answers["compare_model"] = {"tags": [], "sounds": 1200}
        with qtbot.waitSignal(comparison.answered, timeout=MILLISECONDS):
            comparison.compare("digest")
        assert "Tried on 1,200 of your sounds: none of them would change." in words(comparison)


def test_a_model_that_was_refused_can_be_asked_for_again(qtbot: QtBot) -> None:
    model = {"digest": "new", "in_use": False, "training": {}}
    told = Told(models=[model], use_model=REFUSED, compare_model={"tags": [], "sounds": 1})
    with asking(told) as asker:
        troubles: list[object] = []
        asker.troubled.connect(troubles.append)
        result = TrainingResult(asker)
        qtbot.addWidget(result)
        result.show_job({"id": 1, "model": "new", "tag_set": "own", "metrics": {}})
        settle(asker, qtbot)
        result.decision.click()
        assert not result.decision.isEnabled()
        settle(asker, qtbot)
        assert result.decision.isEnabled()
        assert len(troubles) == 1


def test_a_merge_that_was_not_undone_can_be_undone_later(qtbot: QtBot) -> None:
    lofi = {"yes": 2, "off": False, "strength": 0.5, "advice": "Label more.", "above": None}
    overview = {"tags": [{"tag": "lofi", "sure_from": 0.795, **lofi}]}
    merged = {"merge": 7, "from": "lo-fi", "into": "lofi"}
    told = Told(dataset_overview=overview, merge_tags=merged, undo_merge=REFUSED)
    with asking(told) as asker:
        tags = OwnTags(asker)
        qtbot.addWidget(tags)
        tags.merge("lo-fi", "lofi")
        settle(asker, qtbot)
        settle(asker, qtbot)
        assert "Given from 80 % on. Label more." in words(tags)
        undo = button(tags, "Undo")
        for _ in range(2):
            undo.click()
            assert undo.isHidden()
            settle(asker, qtbot)
            assert not undo.isHidden()
        told.answers["undo_merge"] = merged
        undo.click()
        settle(asker, qtbot)
        assert undo.isHidden()
        assert told.asked.count(("undo_merge", {"id": 7})) == 3
