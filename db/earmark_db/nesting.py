"""Which tag lies under which: a kick is a drum. Each under one at most, and none under itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from earmark_db.store import Store

Moves = dict[str, tuple[str | None, str | None]]
"""Tag to what it lay under before a change, and after it; None is on top."""


class Nesting:
    """Keeps what people put under what."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def above(self) -> dict[str, str]:
        """Tag to the next broader one; what lies under nothing is not in it."""
        with self._store.reading() as connection:
            return dict(connection.execute("select tag, above from nesting order by tag"))

    def put(self, tag: str, above: str | None) -> bool:
        """Put a tag under another, or on top; False where it would lie under itself."""
        with self._store.transaction():
            before = self.above()
            if above is not None and tag in (above, *broader(above, before)):
                return False
            self._write(before, moved(before, tag, above))
            return True

    def rename(self, old: str, new: str) -> Moves:
        """Have one tag take another's place, above and below; returns what that moved."""
        with self._store.transaction():
            before = self.above()
            return self._write(before, renamed(before, old, new))

    def take_back(self, moves: Moves) -> None:
        """Have tags lie where they lay before; what was moved again since stays there."""
        with self._store.transaction():
            now = self.above()
            self._write(now, taken_back(now, moves))

    def _write(self, before: Mapping[str, str], after: Mapping[str, str]) -> Moves:
        moves: Moves = {
            tag: (before.get(tag), after.get(tag))
            for tag in sorted({*before, *after})
            if before.get(tag) != after.get(tag)
        }
        with self._store.transaction() as connection:
            connection.executemany("delete from nesting where tag = ?", [[tag] for tag in moves])
            connection.executemany(
                "insert into nesting values (?, ?)",
                [[tag, above] for tag, (_, above) in moves.items() if above is not None],
            )
        return moves


def broader(tag: str, above: Mapping[str, str]) -> Iterator[str]:
    """The tags above a tag, the nearest first."""
    while tag in above:
        tag = above[tag]
        yield tag


def with_narrower(tags: Collection[str], above: Mapping[str, str]) -> set[str]:
    """These tags and all that lie under one of them."""
    return {*tags, *(tag for tag in above if not set(tags).isdisjoint(broader(tag, above)))}


def moved(above: Mapping[str, str], tag: str, to: str | None) -> dict[str, str]:
    """The same with one tag elsewhere; None is on top."""
    others = {name: top for name, top in above.items() if name != tag}
    return others if to is None else {**others, tag: to}


def renamed(above: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """Where tags lie once ``new`` has taken the place of ``old``.

    Where it has a place it keeps it, unless that is below ``old``.
    """
    place = above.get(new)
    if old in broader(new, above) or (place is None and new not in broader(old, above)):
        place = above.get(old)
    after = {tag: new if top == old else top for tag, top in above.items() if tag not in (old, new)}
    return moved(after, new, place)


def taken_back(above: Mapping[str, str], moves: Moves) -> dict[str, str]:
    """Where tags lie once moves are undone, but for those of tags that were moved again since.

    A tag that would come to lie under itself is put on top.
    """
    places = {tag: before for tag, (before, after) in moves.items() if above.get(tag) == after}
    back = {tag: top for tag, top in above.items() if tag not in places}
    for tag, place in places.items():
        if place is not None and tag not in (place, *broader(place, back)):
            back[tag] = place
    return back
