"""How one finds what a window shows, and what the daemon took down."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget
from tests.e2e.living import LivingDaemon


def button(window: QWidget, text: str) -> QPushButton:
    """The button in sight with this text."""
    found = [each for each in window.findChildren(QPushButton) if each.text() == text]
    return next(each for each in found if each.isVisible())


def box(window: QWidget, text: str) -> QCheckBox:
    """The check box with this text."""
    return next(each for each in window.findChildren(QCheckBox) if each.text() == text)


def said_of(daemon: LivingDaemon, path: str | Path) -> list[str]:
    """The tags that people gave a sound."""
    answer = daemon.client.call("show", path=str(path))
    return [tag["tag"] for tag in answer["tags"] if tag["source"] == "person"]
