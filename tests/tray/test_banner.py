"""What a window says above all else: that Earmark is missing, or that something was refused."""

from __future__ import annotations

import subprocess

import pytest
from pytestqt.qtbot import QtBot
from tests.tray.parts import REFUSED, button, words
from tests.tray.told import Told, asking, settle

from earmark_daemon.api import NotRunning
from earmark_tray.windows.banner import Banner


def test_earmark_is_started_from_where_it_says_that_it_is_missing(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.append(command))
    with asking(Told()) as asker:
        shown = Banner(asker, lambda: None)
        qtbot.addWidget(shown)
        shown.complain(NotRunning())
        button(shown, "Start Earmark").click()
        assert [command[-1] for command in started] == ["start"]


def test_a_problem_that_was_read_goes_and_a_refused_word_is_looked_up_anew(qtbot: QtBot) -> None:
    looked: list[None] = []
    with asking(Told(label=REFUSED)) as asker:
        shown = Banner(asker, lambda: looked.append(None))
        qtbot.addWidget(shown)
        asker.tell("label", paths=["/a.wav"], add=["kick"])
        settle(asker, qtbot)
        assert "What you said was not saved." in words(shown)
        assert len(looked) == 1, "what looks taken down is not"
        assert not asker.untaken
        button(shown, "OK").click()
        assert shown.isHidden()
