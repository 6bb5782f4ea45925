"""Finder tags, freedesktop tags and Ableton Live's keywords: merged, marked as ours, taken back."""

import errno
import os
import plistlib
from pathlib import Path
from typing import ClassVar
from xml.dom import minidom
from xml.etree import ElementTree

import pytest
from tests.daemon.writing.past import past
from tests.encoded import encoded, sample

from earmark_daemon.writing import (
    Prepared,
    Unchanged,
    Undone,
    WriteOptions,
    commit,
    commit_all,
    prepare,
    preview,
    read_metadata,
    undo,
)
from earmark_daemon.writing.ableton import FILE, FOLDER
from earmark_daemon.writing.desktop import FINDER, XDG, plan_desktop
from earmark_daemon.writing.disk import Disk
from earmark_db.records import Stamp

DESKTOP = WriteOptions(finder_tags=True, xdg_tags=True)
LIVE = WriteOptions(ableton=True)
NONE = WriteOptions()

SIDECAR = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 5.6.0">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:ablFR="https://ns.ableton.com/xmp/fs-resources/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/">
   <ablFR:items>
    <rdf:Bag>
     <rdf:li rdf:parseType="Resource">
      <ablFR:filePath>other &amp; one.wav</ablFR:filePath>
      <ablFR:keywords><rdf:Bag><rdf:li>Type|Loop</rdf:li></rdf:Bag></ablFR:keywords>
     </rdf:li>
     <rdf:li rdf:parseType="Resource">
      <ablFR:filePath>tone.wav</ablFR:filePath>
      <ablFR:colors><rdf:Bag><rdf:li>2</rdf:li></rdf:Bag></ablFR:colors>
      <ablFR:keywords><rdf:Bag><rdf:li>Genres|Techno</rdf:li></rdf:Bag></ablFR:keywords>
     </rdf:li>
    </rdf:Bag>
   </ablFR:items>
   <xmp:CreatorTool>Updated by Ableton Index 12.0</xmp:CreatorTool>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def write(path: str, *terms: str, options: WriteOptions) -> Prepared:
    prepared = prepare(path, terms, options)
    assert isinstance(prepared, Prepared), prepared
    commit(prepared)
    return prepared


def take_back(path: str, written: Prepared) -> Undone:
    return undo(past(path, written)).kind


class Crammed(Disk):
    """Has room for files, and for no more attributes of them."""

    def set_attribute(self, descriptor: int, name: str, value: bytes | None) -> None:
        if name == XDG:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().set_attribute(descriptor, name, value)


def test_where_attributes_have_no_room_the_file_is_tagged_without(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    written = prepare(path, ("kick",), DESKTOP, Crammed())
    assert isinstance(written, Prepared), written
    commit(written)
    assert b"kick" in Path(path).read_bytes()
    assert XDG not in os.listxattr(path)


def test_a_sidecar_of_others_is_not_parsed_where_live_is_of_no_interest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sample(tmp_path, "wav")
    sidecar = tmp_path / FOLDER / FILE
    sidecar.parent.mkdir()
    sidecar.write_text(SIDECAR)
    monkeypatch.setattr(minidom, "parseString", lambda _: pytest.fail("it takes long"))
    write(path, "kick", options=NONE)
    assert sidecar.read_text() == SIDECAR


def finder_tags(path: str) -> list[str]:
    return plistlib.loads(os.getxattr(path, FINDER))


def give_tags(path: str) -> None:
    colours = plistlib.dumps(["Red\n6", "Favourite\n0"], fmt=plistlib.FMT_BINARY)
    try:
        os.setxattr(path, FINDER, colours)
    except OSError:
        pytest.skip("needs a file system with extended attributes")
    os.setxattr(path, XDG, b"mine,kick")


def test_tags_join_a_persons_own(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    give_tags(path)
    write(path, "kick", "dark", options=DESKTOP)
    assert finder_tags(path) == ["Red\n6", "Favourite\n0", "kick\n0", "dark\n0"]
    assert os.getxattr(path, XDG) == b"mine,kick,dark"
    assert prepare(path, ("kick", "dark"), DESKTOP) == Unchanged(path)
    assert read_metadata(path).desktop == ("Red", "Favourite", "mine")


def test_taking_tags_out_leaves_a_persons_own(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    give_tags(path)
    before = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    write(path, "kick", "dark", options=DESKTOP)
    write(path, options=NONE)
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == before


def test_undo_restores_attributes_and_bytes(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    first = write(path, "kick", options=NONE)
    second = write(path, "kick", options=DESKTOP)
    assert second.digest_before == second.digest_after
    assert take_back(path, second) is Undone.RESTORED
    assert os.listxattr(path) == []
    assert take_back(path, second) is Undone.NOTHING_TO_DO
    assert take_back(path, first) is Undone.RESTORED
    assert Path(path).read_bytes() == encoded("wav")


def test_undo_keeps_tags_that_a_person_gave_since(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    written = write(path, "kick", options=DESKTOP)
    os.setxattr(path, XDG, b"kick,mine")
    assert take_back(path, written) is Undone.RESTORED
    assert os.getxattr(path, XDG) == b"mine"
    assert os.listxattr(path) == [XDG]


def test_the_package_for_macos_does_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package that macOS needs runs on Linux as well, with the same calls."""
    package = pytest.importorskip("xattr")
    path = sample(tmp_path, "wav")
    give_tags(path)
    before = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    monkeypatch.setattr("earmark_daemon.writing.disk.system_attributes", lambda: package)
    written = write(path, "kick", options=DESKTOP)
    assert finder_tags(path) == ["Red\n6", "Favourite\n0", "kick\n0"]
    assert take_back(path, written) is Undone.RESTORED
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == before


class Strict(Disk):
    """Heeds the mode of a file even for root."""

    def may_write(self, path: str) -> bool:
        return bool(os.stat(path).st_mode & 0o200)


def test_an_attribute_that_is_no_list_of_tags_is_left_alone() -> None:
    lists = plistlib.dumps({"a": 1}), plistlib.dumps([1])
    dates = plistlib.dumps(["a"]).replace(b"<string>a</string>", b"<date>a</date>")
    coded = plistlib.dumps(["a"]).replace(b"UTF-8", b"KOI-9")
    for broken in (b"\xff\xfe", b"<plist>", *lists, dates, coded):
        planned = plan_desktop({FINDER: broken}, ("kick",), DESKTOP)
        assert FINDER not in planned.attributes


def keywords(folder: Path) -> dict[str, list[str]]:
    live = "{https://ns.ableton.com/xmp/fs-resources/1.0/}"
    rdf = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
    bag = ElementTree.parse(folder / FOLDER / FILE).find(f".//{live}items/{rdf}Bag")
    assert bag is not None
    return {
        item.findtext(f"{live}filePath", ""): [
            each.text or "" for each in item.findall(f"{live}keywords/{rdf}Bag/{rdf}li")
        ]
        for item in bag
    }


def test_live_finds_sounds_in_a_new_sidecar(tmp_path: Path) -> None:
    path, other = sample(tmp_path, "wav", "a & b"), sample(tmp_path, "mp3", "c")
    write(path, "kick", "dark", options=LIVE)
    write(other, "snare", options=LIVE)
    assert keywords(tmp_path) == {
        "a & b.wav": ["Drums|Kick", "Earmark|Dark"],
        "c.mp3": ["Drums|Snare"],
    }
    assert prepare(path, ("kick", "dark"), LIVE) == Unchanged(path)
    write(path, "tom", options=LIVE)
    assert keywords(tmp_path)["a & b.wav"] == ["Drums|Tom"]


def test_keywords_join_what_stands_there_and_are_taken_back(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    sidecar = tmp_path / FOLDER / FILE
    sidecar.parent.mkdir()
    sidecar.write_text(SIDECAR)
    written = write(path, "kick", options=LIVE)
    assert keywords(tmp_path) == {
        "other & one.wav": ["Type|Loop"],
        "tone.wav": ["Genres|Techno", "Drums|Kick"],
    }
    text = sidecar.read_text()
    for part in ("<ablFR:colors><rdf:Bag><rdf:li>2<", "CreatorTool>Updated by", "<?xpacket end"):
        assert part in text
    assert take_back(path, written) is Undone.RESTORED
    assert keywords(tmp_path)["tone.wav"] == ["Genres|Techno"]
    assert "earmark" not in sidecar.read_text().lower()
    assert os.listdir(sidecar.parent) == [FILE]


def test_a_keyword_that_a_person_took_out_stays_out(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    sidecar = tmp_path / FOLDER / FILE
    write(path, "kick", "dark", options=LIVE)
    sidecar.write_text(sidecar.read_text().replace("<rdf:li>Earmark|Dark</rdf:li>", ""))
    prepared = prepare(path, ("kick", "dark", "snare"), LIVE)
    assert isinstance(prepared, Prepared)
    commit(prepared)
    assert keywords(tmp_path) == {"tone.wav": ["Drums|Kick", "Drums|Snare"]}


def test_sounds_of_one_folder_share_one_write_of_its_sidecar(tmp_path: Path) -> None:
    class Counting(Disk):
        replaced: ClassVar[list[str]] = []

        def replace(self, source: str, target: str) -> None:
            self.replaced.append(os.path.basename(target))
            super().replace(source, target)

    prepared = [prepare(sample(tmp_path, "wav", name), (name,), LIVE) for name in ("kick", "tom")]
    stamps = commit_all([each for each in prepared if isinstance(each, Prepared)], Counting())
    assert stamps == [Stamp.of(os.stat(each.path)) for each in prepared]
    assert Counting.replaced == ["kick.wav", "tom.wav", FILE]
    assert keywords(tmp_path) == {"kick.wav": ["Drums|Kick"], "tom.wav": ["Drums|Tom"]}


def test_what_live_writes_at_the_same_moment_stays(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    sidecar = tmp_path / FOLDER / FILE
    sidecar.parent.mkdir()
    sidecar.write_text(SIDECAR)

    class Live(Disk):
        """Writes the sidecar too, while a new one is being written."""

        comes = 2

        def create(self, path: str) -> int:
            if os.path.dirname(path) == str(sidecar.parent) and self.comes:
                self.comes -= 1
                sidecar.write_text(SIDECAR.replace("Techno", f"Dub {self.comes}"))
            return super().create(path)

    prepared = prepare(path, ("kick",), LIVE)
    assert isinstance(prepared, Prepared)
    commit(prepared, Live())
    assert keywords(tmp_path)["tone.wav"] == ["Genres|Dub 0", "Drums|Kick"]
    assert os.listdir(sidecar.parent) == [FILE]


OTHER_NAMES = SIDECAR.replace("ablFR:", "live:").replace("xmlns:ablFR", "xmlns:live")


@pytest.mark.parametrize("text", ["", "<broken", "<!DOCTYPE x []><x/>", "<x/>", OTHER_NAMES])
def test_a_sidecar_that_is_not_as_live_writes_it_is_left_alone(tmp_path: Path, text: str) -> None:
    path = sample(tmp_path, "wav")
    sidecar = tmp_path / FOLDER / FILE
    sidecar.parent.mkdir()
    sidecar.write_text(text)
    write(path, "kick", options=LIVE)
    assert sidecar.read_text() == text


def test_a_preview_shows_desktop_tags_and_keywords(tmp_path: Path) -> None:
    path = sample(tmp_path, "flac")
    options = WriteOptions(genre=False, comment=False, xdg_tags=True, ableton=True)
    changes = preview(path, ("kick",), options)
    assert isinstance(changes, tuple)
    assert [(c.place, c.field, c.after) for c in changes] == [
        ("XDG", "tags", "kick"),
        ("Ableton Live", "keywords", "Drums|Kick"),
    ]
    assert not (tmp_path / FOLDER).exists()


@pytest.mark.parametrize("name", [b"K\xe4se", b" kick", b"ki\x01ck"])
def test_a_sidecar_stays_readable_whatever_a_sound_is_called(tmp_path: Path, name: bytes) -> None:
    other, path = sample(tmp_path, "wav", "c"), sample(tmp_path, "wav", os.fsdecode(name))
    write(other, "snare", options=LIVE)
    for terms in (("kick",), ("tom",), ()):
        write(path, *terms, options=LIVE)
        mine = [words for each, words in keywords(tmp_path).items() if each != "c.wav"]
        assert len(mine) <= 1
    assert keywords(tmp_path) == {"c.wav": ["Drums|Snare"]}


@pytest.mark.parametrize("harm", ["a pipe", "no file", "protected", "two names"])
def test_a_sidecar_that_must_not_be_replaced_is_left_alone(tmp_path: Path, harm: str) -> None:
    path, sidecar = sample(tmp_path, "wav"), tmp_path / FOLDER / FILE
    sidecar.parent.mkdir()
    if harm == "a pipe":
        os.mkfifo(sidecar)
    elif harm == "no file":
        sidecar.mkdir()
    else:
        sidecar.write_text(SIDECAR)
    if harm == "protected":
        sidecar.chmod(0o444)
    if harm == "two names":
        os.link(sidecar, tmp_path / "other.xmp")
    before = sidecar.lstat()
    prepared = prepare(path, ("kick",), LIVE)
    assert isinstance(prepared, Prepared)
    commit(prepared, Strict())
    assert sidecar.lstat() == before
    assert os.listdir(sidecar.parent) == [FILE]


def test_a_sidecar_keeps_its_mode_and_a_link_to_it(tmp_path: Path) -> None:
    path, real = sample(tmp_path, "wav"), tmp_path / "real.xmp"
    real.write_text(SIDECAR)
    real.chmod(0o660)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / FILE).symlink_to(real)
    write(path, "kick", options=LIVE)
    assert (tmp_path / FOLDER / FILE).is_symlink()
    assert real.stat().st_mode & 0o777 == 0o660
    assert b"Drums|Kick" in real.read_bytes()


def test_what_lies_beside_a_file_goes_where_a_person_put_its_bytes_back(tmp_path: Path) -> None:
    path, options = sample(tmp_path, "wav"), WriteOptions(xdg_tags=True, ableton=True)
    original = Path(path).read_bytes()
    first = write(path, "kick", options=options)
    Path(path).write_bytes(original)
    assert take_back(path, first) is Undone.RESTORED
    assert Path(path).read_bytes() == original
    assert not [name for name in os.listxattr(path) if name.startswith("user.")]
    assert keywords(tmp_path) == {}
    assert take_back(path, first) is Undone.NOTHING_TO_DO


def test_what_an_older_write_left_beside_a_file_stays_where_a_newer_one_is_back(
    tmp_path: Path,
) -> None:
    path, options = sample(tmp_path, "wav"), WriteOptions(xdg_tags=True, ableton=True)
    write(path, "kick", options=options)
    before = os.getxattr(path, XDG), keywords(tmp_path)
    second = write(path, "kick", "dark", options=options)
    assert take_back(path, second) is Undone.RESTORED
    assert take_back(path, second) is Undone.NOTHING_TO_DO
    assert (os.getxattr(path, XDG), keywords(tmp_path)) == before


def test_what_a_person_added_beside_a_file_stays_where_its_bytes_are_back(tmp_path: Path) -> None:
    path = sample(tmp_path, "wav")
    written = write(path, "kick", options=WriteOptions(xdg_tags=True))
    Path(path).write_bytes(encoded("wav"))
    os.setxattr(path, XDG, b"kick,mine")
    assert take_back(path, written) is Undone.RESTORED
    assert os.getxattr(path, XDG) == b"mine"
