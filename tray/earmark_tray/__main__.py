"""`earmark-tray`: the tray icon, or with a name one of the windows."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from earmark_daemon.program import how_to_install, lacking_for_tray

WINDOWS = ("search", "review", "label", "train", "settings", "welcome")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tray or a window; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="earmark-tray", description="Earmark's tray icon, or one of its windows."
    )
    parser.add_argument("window", nargs="?", choices=WINDOWS, help="open this window instead")
    parser.add_argument("page", nargs="?", default="", help="where in the window to begin")
    chosen = parser.parse_args(arguments)
    if lacking := lacking_for_tray():
        needs = f"The tray icon and the windows need {', '.join(lacking)}."
        _complain(f"{needs}\nInstall that. {how_to_install('tray')}")
        return 1
    if chosen.window is None:
        from earmark_tray.tray import run

        return run()
    from earmark_tray.windows.opening import open_window

    page = os.path.abspath(chosen.page) if chosen.page and chosen.window == "label" else chosen.page
    return open_window(chosen.window, page)


def _complain(text: str) -> None:
    """Say what is wrong where it is seen: without a console, Windows has a box for it."""
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n")
    elif sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(0, text, "Earmark", 0)


if __name__ == "__main__":
    sys.exit(main())
