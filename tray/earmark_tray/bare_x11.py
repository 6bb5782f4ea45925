"""What pystray leaves undone on X11 without GTK.

There its icon is a pixel wide in some trays, hears no click, has edges of wrong colours, cannot
bear a title beyond Latin-1, asks to be taken in again and again, and does not notice a tray that
comes up after it. What other threads ask of it waits at times for an event that has come already.

Reaches into pystray's own icon, for it has no other way in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Final

from PIL import Image

PANEL: Final = {"dark": (43, 43, 46, 255), "light": (236, 236, 238, 255)}
_SMALLEST: Final = 24
_NO_TRAY: Final = "Failed to dock icon"
"""What pystray logs, with a traceback, as long as there is none."""

Work = Callable[[], None]


def is_bare(icon: Any) -> bool:
    """Whether an icon of pystray's is a plain X11 window."""
    return type(icon).__module__ == "pystray._xorg"


def opaque(picture: Image.Image, *, light: bool) -> Image.Image:
    """A picture on the colour of a panel, for the window lets nothing shine through."""
    panel = Image.new("RGBA", picture.size, PANEL["light" if light else "dark"])
    return Image.alpha_composite(panel, picture).convert("RGB")


def latin(title: str) -> str:
    """A title that the window can have."""
    return title.replace("…", "...").encode("latin-1", "replace").decode("latin-1")


class BareIcon:
    """Has an icon do its work in the thread that shows it, and brings it into every tray."""

    def __init__(self, icon: Any) -> None:
        """Take over an icon that is not shown yet."""
        from Xlib import X, Xutil
        from Xlib.display import Display

        self._icon = icon
        self._works: SimpleQueue[Work] = SimpleQueue()
        self._display = Display()
        self._asking = threading.Lock()
        self._wake = self._display.intern_atom("_EARMARK_WAKE")
        self._of_pystray = icon._message_handlers[X.ClientMessage]
        icon._message_handlers[X.ClientMessage] = self._take
        icon._window.set_wm_normal_hints(
            flags=Xutil.PMinSize, min_width=_SMALLEST, min_height=_SMALLEST
        )
        wanted = X.ExposureMask | X.StructureNotifyMask | X.ButtonPressMask
        icon._window.change_attributes(event_mask=wanted)
        icon._display.sync()
        icon._log.addFilter(lambda record: record.msg != _NO_TRAY)
        self._dock_of_pystray = icon._dock_window
        icon._dock_window = self._dock

    def do(self, work: Work) -> None:
        """Have something done in the icon's own thread, soon; from any thread."""
        from Xlib import X
        from Xlib.protocol.event import ClientMessage

        self._works.put(work)
        with self._asking:
            window = self._display.create_resource_object("window", self._icon._window.id)
            told = ClientMessage(
                window=window, client_type=self._wake, data=(32, [X.CurrentTime] * 5)
            )
            window.send_event(told)
            self._display.flush()

    def follow_trays(self) -> None:
        """Whenever a tray comes up from now on, ask it to take the icon in.

        A tray says so to all windows: freedesktop.org, "System Tray Protocol", 0.4.
        """
        from Xlib import X
        from Xlib.display import Display

        display = Display()
        announced = display.intern_atom("MANAGER")
        tray = display.intern_atom(f"_NET_SYSTEM_TRAY_S{display.get_default_screen()}")
        display.screen().root.change_attributes(event_mask=X.StructureNotifyMask)
        display.sync()

        def listen() -> None:
            while True:
                event = display.next_event()
                said = event.type == X.ClientMessage and event.client_type == announced
                if said and event.data[1][1] == tray:
                    self.do(self._icon._update_icon)

        threading.Thread(target=listen, name="trays", daemon=True).start()

    def _take(self, event: Any) -> None:
        if event.client_type != self._wake:
            self._of_pystray(event)
        while not self._works.empty():
            self._works.get()()

    def _dock(self) -> None:
        """Ask a tray once; asked twice, some take the icon in twice, and out again."""
        there, known = self._icon._get_systray_manager(), self._icon._systray_manager
        if there is not None and (known is None or known.id != there.id):
            self._dock_of_pystray()
