"""The icon on the screen: the only module that imports pystray, which touches the display."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from PIL import Image

from earmark_tray import bare_x11, icon, panel
from earmark_tray.bare_x11 import BareIcon
from earmark_tray.menu import SEPARATOR, Item, headline, menu
from earmark_tray.notices import Notice
from earmark_tray.state import State

# GTK would load the graphics driver, half of the tray's memory, for a menu that needs none. What
# the tray starts is not to inherit this.
_OURS = "GDK_GL" not in os.environ
os.environ.setdefault("GDK_GL", "disable")
import pystray  # noqa: E402

if _OURS:
    del os.environ["GDK_GL"]

_SIZE = 64
_LONGEST_TITLE = 120
_LONGEST_NOTICE = 63, 255
"""What Windows has room for, in title and text; pystray fails where there is more."""


class Shell:
    """Shows states as icon and menu until it is closed."""

    def __init__(self, chosen: Callable[[Item], None]) -> None:
        """Prepare the icon.

        Args:
            chosen: called with the item that was chosen.
        """
        self._chosen = chosen
        self._light = panel.is_light()
        self._closing = False
        self._shown: tuple[object, ...] = ()
        self._items: tuple[Item, ...] = ()
        self._icon = pystray.Icon("earmark", title="Earmark")
        self._bare = BareIcon(self._icon) if bare_x11.is_bare(self._icon) else None
        self._show(State())

    def run(self, ready: Callable[[], None]) -> None:
        """Show the icon and serve the desktop until `close`; ``ready`` is called once it is up."""

        def appear() -> None:
            self._icon.visible = True

        def set_up(_icon: Any) -> None:
            if self._bare:
                self._bare.follow_trays()
            self._do(appear)
            ready()

        try:
            self._icon.run(setup=set_up)
        except Exception:
            # Without a notification service on the desktop, pystray stumbles while it ends.
            if not self._closing:
                raise

    def close(self) -> None:
        """Take the icon away; `run` returns."""
        self._closing = True
        self._do(self._icon.stop)

    def show(self, state: State) -> None:
        """Show a state; what has not changed is not drawn again."""
        self._do(partial(self._show, state))

    def _do(self, work: Callable[[], None]) -> None:
        if self._bare:
            self._bare.do(work)
        elif sys.platform == "darwin":
            from PyObjCTools import AppHelper

            AppHelper.callAfter(work)  # AppKit ends a program that does this in another thread
        else:
            work()

    def _show(self, state: State) -> None:
        steps = None if state.progress is None else round(state.progress * 40)
        looks = (state.condition, steps)
        if looks != self._shown:
            self._shown = looks
            self._icon.icon = self._picture(state)
        items = menu(state)
        if items != self._items:
            self._items = items
            self._icon.title = self._title(state)
            self._icon.menu = self._menu(items)

    def notify(self, notice: Notice) -> None:
        """Show a notification, by the desktop's own command where the icon cannot."""
        text = notice.markup if sys.platform == "linux" else notice.text
        if sys.platform == "win32":
            title, text = map(_cut, (notice.title, text), _LONGEST_NOTICE)
            self._icon.notify(text, title)
        elif self._icon.HAS_NOTIFICATION:
            with suppress(subprocess.SubprocessError):  # by osascript on macOS
                self._icon.notify(text, notice.title)
        elif shutil.which("notify-send"):
            subprocess.run(["notify-send", "--app-name=Earmark", notice.title, text], check=False)

    def _title(self, state: State) -> str:
        title = f"Earmark: {headline(state)}"[:_LONGEST_TITLE]
        return bare_x11.latin(title) if self._bare else title

    def _picture(self, state: State) -> Image.Image:
        picture = icon.draw(state.condition, _SIZE, state.progress, light=self._light)
        return bare_x11.opaque(picture, light=self._light) if self._bare else picture

    def _menu(self, items: tuple[Item, ...]) -> Any:
        return pystray.Menu(*map(self._item, items))

    def _item(self, item: Item) -> Any:
        if item == SEPARATOR:
            return pystray.Menu.SEPARATOR
        text = item.text.replace("&", "&&") if sys.platform == "win32" else item.text
        if item.children:
            return pystray.MenuItem(text, self._menu(item.children))
        checked = None if item.checked is None else (lambda _item: bool(item.checked))
        return pystray.MenuItem(
            text,
            lambda _icon, _item: self._chosen(item),
            checked=checked,
            default=item.default,
            enabled=item.action is not None,
        )


def _cut(text: str, most: int) -> str:
    """The beginning of a text, as far as ``most`` of Windows' characters of 16 bits reach."""
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * most]
    return units.decode("utf-16-le", "ignore")
