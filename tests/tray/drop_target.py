"""A program into which files can be dropped, as into a DAW; notes in a file what comes over it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget


class Target(QWidget):
    """Takes whatever comes."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        files = [url.toLocalFile() for url in event.mimeData().urls()]
        _note({"files": files, "action": event.dropAction().name})

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        _note({"over": [event.position().x(), event.position().y()]})


def _note(what: dict[str, Any]) -> None:
    with Path(sys.argv[1]).open("a") as file:
        print(json.dumps(what), file=file)


def main() -> None:
    """Show it on the right of the screen until the process is ended."""
    app = QApplication([])
    target = Target(acceptDrops=True)
    target.setWindowTitle("Drop here")
    target.resize(300, 300)
    target.move(1200, 200)
    target.show()
    app.exec()


if __name__ == "__main__":
    main()
