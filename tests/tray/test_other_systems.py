"""The icon on Windows and macOS, as far as these can be acted out here."""

from __future__ import annotations

import os
import subprocess
import sys


def test_the_icon_is_changed_in_the_main_thread_on_macos() -> None:
    """AppKit ends a program that changes a status item in another thread."""
    program = """
import sys, types
later = []
sys.modules["PyObjCTools"] = types.SimpleNamespace(
    AppHelper=types.SimpleNamespace(callAfter=later.append))
from earmark_tray import pystray_shell
from earmark_tray.state import State
shell = object.__new__(pystray_shell.Shell)
shell._shown, shell._items, shell._bare, shell._light = (), (), None, False
shell._icon = types.SimpleNamespace()
pystray_shell.sys = types.SimpleNamespace(platform="darwin")
shell.show(State())
assert shell._shown == (), "changed in this thread"
(work,) = later
work()
assert shell._shown
"""
    in_a_program_of_its_own(program)


def test_a_notice_is_no_longer_than_windows_has_room_for() -> None:
    """pystray fills a structure; what does not fit raises, and ends the thread that follows."""
    in_a_program_of_its_own("""
import types
from earmark_tray import pystray_shell
from earmark_tray.notices import Notice
def notify(text, title):
    for room, words in ((255, text), (63, title)):
        units = len(words.encode("utf-16-le")) // 2
        assert units <= room, f"string too long ({units}, maximum length {room})"
        told.append(words)
told = []
shell = object.__new__(pystray_shell.Shell)
shell._icon = types.SimpleNamespace(notify=notify, HAS_NOTIFICATION=True)
pystray_shell.sys = types.SimpleNamespace(platform="win32")
pack = "Function Loops - Melodic Techno and Progressive House Essentials Vol. 2"
shell.notify(Notice(f"“{pack}” is tagged", "1,024 sounds"))
shell.notify(Notice("😀" * 40, "x" * 254 + "😀"))
assert told[1].startswith("“Function Loops") and told[2] == "x" * 254 and told[3] == "😀" * 31
""")


def in_a_program_of_its_own(program: str) -> None:
    path = os.pathsep.join(sys.path)
    environment = {**os.environ, "PYSTRAY_BACKEND": "dummy", "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
