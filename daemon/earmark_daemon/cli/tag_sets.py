"""Names of tag sets as people type them, and what is said where one cannot be read."""

from __future__ import annotations

import typer

from earmark_daemon.tag_names import is_text


def tag_set(text: str) -> str:
    """Reads the name of a tag set."""
    if not is_text(text):
        raise typer.BadParameter(f"“{text}” is no tag set: its letters are not in UTF-8.")
    return text
