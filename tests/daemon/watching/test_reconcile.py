from __future__ import annotations

from earmark_daemon.errors import Problem
from earmark_daemon.watching.facts import Found, Moved, Stamp, Trouble
from earmark_daemon.watching.reconcile import Change, Gone, reconcile, same_file

OWN, OTHER = 1, 2
PROBLEM = Problem("unreadable", "It cannot be read.")


def stamp(inode: int, size: int = 4, device: int = OWN) -> Stamp:
    return Stamp(size, 1000, inode, device)


def found(path: str, mark: Stamp) -> Found:
    return Found(path, mark, 1000)


def compare(
    disk: dict[str, Stamp], known: dict[str, Stamp], *troubles: Trouble, **options: object
) -> list[Change]:
    options.setdefault("beneath", lambda folder: frozenset([OWN]))
    scanned = [*troubles, *(found(path, mark) for path, mark in disk.items())]
    return list(reconcile(scanned, known.items(), **options))  # type: ignore[arg-type]


def test_nothing_to_tell_if_all_is_as_known() -> None:
    assert compare({"/a.wav": stamp(1)}, {"/a.wav": stamp(1)}) == []


def test_new_changed_and_gone() -> None:
    changes = compare(
        {"/new.wav": stamp(9), "/changed.wav": stamp(2, size=5)},
        {"/changed.wav": stamp(2), "/gone.wav": stamp(3)},
    )
    assert changes == [
        found("/new.wav", stamp(9)),
        found("/changed.wav", stamp(2, size=5)),
        Gone("/gone.wav"),
    ]


def test_a_move_is_certain_if_the_name_stayed() -> None:
    changes = compare(
        {"/x/a.wav": stamp(1), "/c.wav": stamp(2)}, {"/a.wav": stamp(1), "/b.wav": stamp(2)}
    )
    assert changes == [
        Moved("/a.wav", found("/x/a.wav", stamp(1)), certain=True),
        Moved("/b.wav", found("/c.wav", stamp(2)), certain=False),
    ]


def test_a_hard_link_is_new_and_not_moved() -> None:
    changes = compare({"/a.wav": stamp(1), "/b.wav": stamp(1)}, {"/a.wav": stamp(1)})
    assert changes == [found("/b.wav", stamp(1))]


def test_where_inodes_are_made_up_nothing_is_moved_and_nothing_changed() -> None:
    changes = compare(
        {"/a.wav": stamp(7), "/x.wav": stamp(2)},
        {"/a.wav": stamp(1), "/b.wav": stamp(2)},
        stable_inodes=False,
    )
    assert changes == [
        found("/x.wav", stamp(2)),
        Gone("/b.wav"),
    ]


def test_nothing_is_gone_from_a_folder_that_could_not_be_read() -> None:
    shut = Trouble("/shut", PROBLEM, folder=True)
    known = {"/shut/a.wav": stamp(1), "/shut/deep/b.wav": stamp(2), "/shutter.wav": stamp(3)}
    assert compare({}, known, shut) == [shut, Gone("/shutter.wav")]


def test_a_file_that_could_not_be_looked_at_is_not_gone() -> None:
    trouble = Trouble("/a.wav", PROBLEM, folder=False)
    assert compare({}, {"/a.wav": stamp(1)}, trouble) == [trouble]


def test_nothing_is_gone_from_a_disk_that_is_not_there() -> None:
    known = {"/usb/a.wav": stamp(1, device=OTHER)}
    assert compare({}, known) == []
    still = {"/usb/b.wav": stamp(2, device=OTHER)}
    assert compare(still, known | still) == [Gone("/usb/a.wav")]


def test_nothing_is_gone_from_a_disk_whose_number_another_one_has_now() -> None:
    known = {"/one/a.wav": stamp(1, device=OTHER), "/own.wav": stamp(3)}
    other = {"/two/b.wav": stamp(2, device=OTHER)}
    changes = compare(other, known)
    assert changes == [
        found("/two/b.wav", stamp(2, device=OTHER)),
        Gone("/own.wav"),
    ]


def test_a_device_with_a_new_number_does_not_change_its_files() -> None:
    assert same_file(stamp(1), stamp(1, device=OTHER))
    assert same_file(stamp(1), stamp(8, device=OTHER))
    assert not same_file(stamp(1), stamp(8))
    assert same_file(stamp(1), stamp(0))
