"""Opens the search window with its map and notes in a file where on the screen each sound is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from miniaudio import Backend
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton

from earmark_daemon.api import local_client
from earmark_tray.sound.player import Player
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.map_view import MapView
from earmark_tray.windows.opening import application
from earmark_tray.windows.search_window import SearchWindow


def main() -> None:
    """Show it until the process is ended; a line of JSON is added whenever the map has moved."""
    app = application()
    window = SearchWindow(Asker(local_client()), player=Player([Backend.NULL]))
    window.show()
    window.move(0, 60)
    next(each for each in window.findChildren(QPushButton) if each.text() == "Map").click()
    (view,) = window.findChildren(MapView)
    noted = ""

    def look() -> None:
        nonlocal noted
        spots = zip(view._scene.spots, view._scene.points, strict=True)
        places = {spot.row.path: view.mapToGlobal(point).toTuple() for spot, point in spots}
        line = json.dumps(places)
        if places and view.isVisible() and line != noted:
            noted = line
            with Path(sys.argv[1]).open("a") as file:
                print(line, file=file)

    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    app.exec()


if __name__ == "__main__":
    main()
