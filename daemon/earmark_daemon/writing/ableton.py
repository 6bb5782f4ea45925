"""Keywords for Ableton Live, in the XMP file that it keeps in every folder of sounds.

Keywords of others and everything else in the file stay; which ones are ours stands in an element
of our own beside them. A file that is not as Live writes it is left alone. Source: sidecars as
Live 11 and 12 write them (``Drums|Kick``, one entry a sound, by its name in the folder).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from earmark_daemon.errors import EarmarkError
from earmark_daemon.writing import record
from earmark_daemon.writing.copying import replace_whole
from earmark_daemon.writing.disk import Disk
from earmark_daemon.writing.merge import merge_words
from earmark_daemon.writing.record import ANYBODY, Record

FOLDER = "Ableton Folder Info"
FILE = "dc66a3fa-0fe1-5352-91cf-3ec237e9ee90.xmp"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LIVE = "https://ns.ableton.com/xmp/fs-resources/1.0/"
_OURS = "https://earmark.invalid/ns/1.0/"
_DRUMS = frozenset({"kick", "snare", "hihat", "cymbal", "tom", "percussion", "clap"})
_KEYWORDS = "Ableton.keywords"
_LARGEST = 1 << 26
_TRIES = 5
_UNSAYABLE = re.compile("[\\0-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
"""What XML cannot hold in a name, such as bytes that are not UTF-8."""

Wanted = tuple[tuple[str, ...], str]
"""The keywords that a sound shall have, and the id of the installation that writes them."""

_NOTHING: tuple[tuple[str, ...], str] = ((), "")
State = tuple[int, int, int, int, int]
_EMPTY = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 5.6.0">
   <rdf:RDF xmlns:rdf="{_RDF}">
      <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
            xmlns:ablFR="{_LIVE}">
         <dc:format>application/vnd.ableton.folder</dc:format>
         <ablFR:resource>folder</ablFR:resource>
         <ablFR:items><rdf:Bag/></ablFR:items>
      </rdf:Description>
   </rdf:RDF>
</x:xmpmeta>
"""


@dataclass(frozen=True)
class KeywordPlan:
    """Keywords of one sound as they should be.

    Attributes:
        before: those that it has now.
        after: those that it will have.
        ours: those of them that are ours now.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    ours: tuple[str, ...]


def keywords_for(terms: tuple[str, ...]) -> tuple[str, ...]:
    """Terms as Live groups them: drums where Live has them, all others under our own name."""
    return tuple(
        f"{'Drums' if term.casefold() in _DRUMS else 'Earmark'}|{term[:1].upper()}{term[1:]}"
        for term in terms
    )


def plan_keywords(
    target: str, keywords: tuple[str, ...], disk: Disk, writer: str = ANYBODY
) -> KeywordPlan | None:
    """What to change so that Live finds a sound by these keywords; None where nothing can.

    ``writer`` is the id of this installation, see `WriteOptions`.
    """
    folder, name = os.path.split(target)
    if _UNSAYABLE.search(name):
        return None
    path = os.path.join(folder, FOLDER, FILE)
    try:
        state = _state(path, disk)
        held = _held(path, state, bool(keywords)) if state else {}
    except OSError:
        return None
    if held is None:
        return None
    before, text = held.get(name, _NOTHING)
    old = record.load(text, writer)
    after, new = _merged(before, old, keywords)
    if (before, old) == (after, new):
        return None
    return KeywordPlan(before, after, old.mine(_KEYWORDS).words)


def write_keywords(wanted: Mapping[str, Wanted], disk: Disk) -> None:
    """Let Live find sounds by these keywords, and by none of ours besides.

    A sidecar that is not as Live writes it, or cannot be written, is as it was; others go on.

    Args:
        wanted: the keywords of each sound and who writes them, by its path.
        disk: what to write to.
    """
    folders: dict[str, dict[str, Wanted]] = {}
    for target, each in wanted.items():
        folder, name = os.path.split(target)
        if not _UNSAYABLE.search(name):
            folders.setdefault(folder, {})[name] = each
    for folder, named in folders.items():
        path = os.path.join(folder, FOLDER, FILE)
        with suppress(OSError, EarmarkError):  # the next write to each of these sounds tries again
            any(_written(path, named, disk) for _ in range(_TRIES))


def _written(path: str, wanted: Mapping[str, Wanted], disk: Disk) -> bool:
    """Whether keywords stand in a sidecar, as far as they can, and Live did not come between."""
    state = _state(path, disk)
    content = _changed(path, state, wanted)
    if content is None:
        return True
    disk.make_folder(os.path.dirname(path))
    return replace_whole(disk, path, content, lambda: _state(path, disk) == state)


def _changed(path: str, state: State | None, wanted: Mapping[str, Wanted]) -> bytes | None:
    """The sidecar with these keywords in it; None where it is to stay as it is."""
    more = any(keywords for keywords, _ in wanted.values())
    new = state is None and more
    document = minidom.parseString(_EMPTY) if new else _read(path, state, more)
    bag = _bag(document) if document else None
    if document is None or bag is None:
        return None
    items = {_name(each): each for each in reversed(_children(bag, _RDF, "li"))}
    changes = [_change(bag, items.get(name), name, *each) for name, each in wanted.items()]
    return document.toxml("utf-8") if any(changes) else None


def _change(
    bag: minidom.Element,
    item: minidom.Element | None,
    name: str,
    keywords: tuple[str, ...],
    writer: str,
) -> bool:
    """Give one sound its keywords; whether that changes anything."""
    before, old = _keywords(item), record.load(_record(item), writer)
    after, new = _merged(before, old, keywords)
    if (before, old) == (after, new):
        return False
    if item is None:
        item = _add(bag, "rdf:li", _RDF)
        item.setAttributeNS(_RDF, "rdf:parseType", "Resource")
        _add(item, "ablFR:filePath", _LIVE, name)
    _set(item, after, record.dump(new, writer))
    if not after and not any(node.localName not in (None, "filePath") for node in item.childNodes):
        bag.removeChild(item)
    return True


def _merged(
    before: tuple[str, ...], old: Record, keywords: tuple[str, ...]
) -> tuple[tuple[str, ...], Record]:
    after, mark = merge_words(before, old.mine(_KEYWORDS), keywords, old.of_others(_KEYWORDS))
    return after, old.with_own({_KEYWORDS: mark} if keywords else {})


def _state(path: str, disk: Disk) -> State | None:
    """By what one sees that a sidecar has changed; None where there is none."""
    try:
        status = disk.status(path)
    except FileNotFoundError:
        return None
    stamps = status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    return status.st_mode, status.st_size, *stamps


@lru_cache(maxsize=1)
def _held(path: str, state: State, more: bool) -> dict[str, tuple[tuple[str, ...], str]] | None:
    """Keywords of each sound in a sidecar, and whose they are; None where it is left alone.

    The last one is kept, for many sounds of one folder are planned one after the other.
    """
    document = _read(path, state, more)
    bag = _bag(document) if document else None
    if bag is None:
        return None
    items = reversed(_children(bag, _RDF, "li"))
    return {_name(item): (_keywords(item), _record(item)) for item in items}


def _read(path: str, state: State | None, more: bool) -> minidom.Document | None:
    """A sidecar to which more of our keywords may come, or else one that has any."""
    if state is None or not stat.S_ISREG(state[0]) or state[1] > _LARGEST:
        return None
    with open(path, "rb") as file:
        data = file.read()
    if b"<!DOCTYPE" in data or not (more or _OURS.encode() in data):
        return None
    try:
        return minidom.parseString(data)
    except (ExpatError, ValueError, LookupError):
        return None


def _bag(document: minidom.Document) -> minidom.Element | None:
    """Where the sounds stand, if it is named as Live names it."""
    items = document.getElementsByTagNameNS(_LIVE, "items")
    bag = _child(items[0], _RDF, "Bag") if len(items) == 1 else None
    named = bag and (items[0].tagName, bag.tagName) == ("ablFR:items", "rdf:Bag")
    return bag if named else None


def _children(parent: minidom.Element, namespace: str, name: str) -> list[minidom.Element]:
    return [
        node
        for node in parent.childNodes
        if isinstance(node, minidom.Element)
        and (node.namespaceURI, node.localName) == (namespace, name)
    ]


def _child(parent: minidom.Element, namespace: str, name: str) -> minidom.Element | None:
    return next(iter(_children(parent, namespace, name)), None)


def _raw_text(element: minidom.Element | None) -> str:
    nodes = element.childNodes if element else []
    return "".join(node.data for node in nodes if isinstance(node, minidom.Text))


def _text(element: minidom.Element | None) -> str:
    return _raw_text(element).strip()


def _name(item: minidom.Element) -> str:
    """The name that an item is about; spaces around it are its own unless they are indentation."""
    name = _raw_text(_child(item, _LIVE, "filePath"))
    return name.strip() if "\n" in name else name


def _keywords(item: minidom.Element | None) -> tuple[str, ...]:
    keywords = _child(item, _LIVE, "keywords") if item else None
    bag = _child(keywords, _RDF, "Bag") if keywords else None
    return tuple(_text(each) for each in _children(bag, _RDF, "li")) if bag else ()


def _record(item: minidom.Element | None) -> str:
    return _text(_child(item, _OURS, "record") if item else None)


def _set(item: minidom.Element, keywords: tuple[str, ...], whose: str) -> None:
    for namespace, name in ((_LIVE, "keywords"), (_OURS, "record")):
        for old in _children(item, namespace, name):
            item.removeChild(old)
    if keywords:
        bag = _add(_add(item, "ablFR:keywords", _LIVE), "rdf:Bag", _RDF)
        for each in keywords:
            _add(bag, "rdf:li", _RDF, each)
    if whose:
        own = _add(item, "earmark:record", _OURS, whose)
        own.setAttribute("xmlns:earmark", _OURS)


def _add(
    parent: minidom.Element, name: str, namespace: str, text: str | None = None
) -> minidom.Element:
    document = parent.ownerDocument
    assert document is not None
    element = document.createElementNS(namespace, name)
    if text is not None:
        element.appendChild(document.createTextNode(text))
    parent.appendChild(element)
    return element
