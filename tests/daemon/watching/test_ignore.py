from __future__ import annotations

import pytest

from earmark_daemon.errors import EarmarkError
from earmark_daemon.watching.ignore import Rules, is_sound, skips_folder

SOUNDS = """a.wav A.WAV b.Aif b.aiff b.aifc c.flac d.mp3 e.ogg f.opus g.caf h.m4a i.wv j.w64
two.dots.wav 🥁.wav \udcff.wav part.wav"""
NOT_SOUNDS = """a.wav.crdownload a.wav.part a.wav.tmp a.wav.download ._a.wav .a.wav
.wav wav a.txt a .earmark-0123abcd.wav"""


@pytest.mark.parametrize("name", SOUNDS.split())
def test_sounds(name: str) -> None:
    assert is_sound(name)


@pytest.mark.parametrize("name", ["", *NOT_SOUNDS.split()])
def test_names_left_alone(name: str) -> None:
    assert not is_sound(name)


@pytest.mark.parametrize(
    "name", ["__MACOSX", ".git", "Pack.download", "Pack.part", "$RECYCLE.BIN", "lost+found"]
)
def test_folders_left_alone(name: str) -> None:
    assert skips_folder(name)


@pytest.mark.parametrize("name", ["Drums", "kick.wav", "party", "tmp"])
def test_folders_entered(name: str) -> None:
    assert not skips_folder(name)


@pytest.mark.parametrize(
    ("patterns", "excluded", "taken"),
    [
        (["*.mp3"], ["a.mp3", "x/y/a.MP3"], ["a.wav", "mp3/a.wav"]),
        (["Loops/"], ["loops/a.wav", "x/Loops/y/a.wav"], ["loops.wav", "x/myloops/a.wav"]),
        (["/Loops"], ["Loops/a.wav"], ["x/Loops/a.wav"]),
        (["x/*/b.wav"], ["x/y/b.wav"], ["x/b.wav", "x/y/z/b.wav", "w/x/y/b.wav"]),
        (["x/**/b.wav"], ["x/b.wav", "x/y/z/b.wav"], ["b.wav"]),
        (["**/old/*.wav"], ["old/a.wav", "x/old/a.wav"], ["old/x/a.wav"]),
        (["x/**"], ["x/a.wav", "x/y/a.wav"], ["a.wav"]),
        (["kick?.wav"], ["kick1.wav"], ["kick.wav", "kick12.wav"]),
        (["[a-c]*.wav"], ["b1.wav"], ["d1.wav"]),
        (["[!a-c]*.wav"], ["d1.wav"], ["b1.wav"]),
        (["*.wav", "!kick.wav"], ["snare.wav"], ["kick.wav", "x/kick.wav"]),
        (["# nothing.wav", "", "  "], [], ["# nothing.wav"]),
        ([r"\#1.wav"], ["#1.wav"], ["1.wav"]),
        (["a+b (1).wav"], ["a+b (1).wav"], ["aab (1).wav"]),
    ],
)
def test_exclude_patterns(patterns: list[str], excluded: list[str], taken: list[str]) -> None:
    rules = Rules(tuple(patterns))
    assert [path for path in excluded if rules.takes(path)] == []
    assert [path for path in taken if not rules.takes(path)] == []


def test_no_pattern_takes_in_what_is_always_left_alone() -> None:
    rules = Rules(("!*", "!**/.hidden/*"))
    assert not rules.takes(".hidden/a.wav")
    assert not rules.takes("__MACOSX/a.wav")


def test_a_pattern_that_cannot_be_read_is_refused_in_words() -> None:
    with pytest.raises(EarmarkError, match="cannot be read") as error:
        Rules(("[z-a].wav",))
    assert error.value.problem.code == "bad-pattern"
