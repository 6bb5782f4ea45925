"""What pystray leaves undone on X11 without GTK.

There its icon is a pixel wide in some trays, hears no click, has edges of wrong colours, and cannot
bear a title beyond Latin-1.

Reaches into pystray's own window, for it has no other way in.
"""

from __future__ import annotations

from typing import Any, Final

from PIL import Image

_SMALLEST: Final = 24
PANEL: Final = {"dark": (43, 43, 46, 255), "light": (236, 236, 238, 255)}


def is_bare(icon: Any) -> bool:
    """Whether an icon of pystray's is a plain X11 window."""
    return type(icon).__module__ == "pystray._xorg"


def prepare(icon: Any) -> None:
    """Give the icon's window a size, and let it hear the mouse; before it is shown."""
    from Xlib import X, Xutil

    icon._window.set_wm_normal_hints(
        flags=Xutil.PMinSize, min_width=_SMALLEST, min_height=_SMALLEST
    )
    wanted = X.ExposureMask | X.StructureNotifyMask | X.ButtonPressMask
    icon._window.change_attributes(event_mask=wanted)


def opaque(picture: Image.Image, *, light: bool) -> Image.Image:
    """A picture on the colour of a panel, for the window lets nothing shine through."""
    panel = Image.new("RGBA", picture.size, PANEL["light" if light else "dark"])
    return Image.alpha_composite(panel, picture).convert("RGB")


def latin(title: str) -> str:
    """A title that the window can have."""
    return title.replace("…", "...").encode("latin-1", "replace").decode("latin-1")
