from __future__ import annotations

from pathlib import Path

import pytest

from earmark_daemon.errors import EarmarkError
from earmark_daemon.settings import Folder, Settings, Tags
from earmark_daemon.settings_file import TEMPLATE, add_folder, change_value, load, remove_folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def test_without_a_file_the_defaults_hold_and_the_template_says_the_same(path: Path) -> None:
    assert load(path) == Settings()
    path.parent.mkdir()
    path.write_text(TEMPLATE)
    assert load(path) == Settings()


def test_folders_come_and_go_and_comments_stay(path: Path) -> None:
    add_folder(path, Folder("/pack"))
    path.write_text(path.read_text().replace("genre = true", "genre = true # as I like it"))
    add_folder(path, Folder("/other", write_tags=False, exclude=("*.bak",)))
    settings = add_folder(path, Folder("/pack", exclude=("x",)))
    assert set(settings.folders) == {
        Folder("/pack", exclude=("x",)),
        Folder("/other", False, ("*.bak",)),
    }
    settings = remove_folder(path, "/pack")
    assert settings.folders == (Folder("/other", False, ("*.bak",)),)
    text = path.read_text()
    assert "# as I like it" in text
    assert "# Which fields" in text


def test_after_the_last_folder_there_may_be_a_first_one_again(path: Path) -> None:
    add_folder(path, Folder("/pack"))
    assert add_folder(path, Folder("/pack", write_tags=False)).folders == (Folder("/pack", False),)
    assert remove_folder(path, "/pack").folders == ()
    assert add_folder(path, Folder("/other")).folders == (Folder("/other"),)
    assert load(path).folders == (Folder("/other"),)


def test_a_value_is_changed_in_place(path: Path) -> None:
    settings = change_value(path, "writing", "genre", False)
    assert settings.writing.genre is False
    assert load(path) == settings


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[writing]\ngenre = 1", "genre in .writing. must be true or false"),
        ("[writing]\ngenres = true", "knows no 'genres'"),
        ("[wrting]\n", "no section .wrting."),
        ("writing = 3", "not a section"),
        ("[watching]\nquiet_seconds = -1", "must not be below 0"),
        ("[watching]\nexclude = 'x'", "a list of texts"),
        ("[work]\nprocesses = true", "a whole number"),
        ("[[folder]]\nwrite_tags = true", "has no path"),
        ("[[folder]]\npath = 'relative'", "not a full path"),
        ("[writing\n", "not valid TOML"),
        ("[tags]\nsure_from = 0.8", "numbers by name, such as { clap = 0.8 }"),
        ("[tags]\nsure_from = { clap = 80 }", "clap in sure_from .* number from 0 to 1, not 80"),
        ("[tags]\nsure_from = { clap = true }", "number from 0 to 1, not True"),
    ],
)
def test_a_mistake_is_named_and_the_file_left_alone(path: Path, text: str, complaint: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(EarmarkError, match=complaint):
        load(path)
    with pytest.raises(EarmarkError, match=complaint):
        add_folder(path, Folder("/pack"))
    assert path.read_text() == text


def test_a_change_that_would_not_validate_is_refused(path: Path) -> None:
    add_folder(path, Folder("/pack"))
    before = path.read_text()
    with pytest.raises(EarmarkError, match="must be true or false"):
        change_value(path, "writing", "genre", "often")
    assert path.read_text() == before
    assert [item.name for item in path.parent.iterdir()] == ["settings.toml"]


def test_the_innermost_folder_decides() -> None:
    settings = Settings(folders=(Folder("/pack"), Folder("/pack/raw", write_tags=False)))
    assert settings.folder_of("/pack/a.wav") == Folder("/pack")
    assert settings.folder_of("/pack/raw/a.wav") == Folder("/pack/raw", write_tags=False)
    assert settings.folder_of("/pack2/a.wav") is None


def test_numbers_by_name_are_kept_in_one_line(path: Path) -> None:
    wanted = {"deep house": 0.85, "clap": 0.7}
    add_folder(path, Folder("/pack"))
    assert change_value(path, "tags", "sure_from", wanted).tags.sure_from == wanted
    assert load(path).tags == Tags(sure_from=wanted)
    assert 'sure_from = {"deep house" = 0.85, clap = 0.7}' in path.read_text().splitlines()
    assert change_value(path, "tags", "sure_from", {}).tags == Tags()
    assert "# How sure a tag must be, from 0 to 1, before it is given" in path.read_text()
    assert load(path).folders == (Folder("/pack"),)
