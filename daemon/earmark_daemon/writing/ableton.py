"""Keywords for Ableton Live, in the XMP file that it keeps in every folder of sounds.

Keywords of others and everything else in the file stay; which ones are ours stands in an element
of our own beside them. A file that is not as Live writes it is left alone. Source: sidecars as
Live 11 and 12 write them (``Drums|Kick``, one entry a sound, by its name in the folder).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from earmark_daemon.writing import record
from earmark_daemon.writing.copying import replace_whole
from earmark_daemon.writing.disk import Disk
from earmark_daemon.writing.merge import merge_words
from earmark_daemon.writing.record import Mark

FOLDER = "Ableton Folder Info"
FILE = "dc66a3fa-0fe1-5352-91cf-3ec237e9ee90.xmp"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LIVE = "https://ns.ableton.com/xmp/fs-resources/1.0/"
_OURS = "https://earmark.invalid/ns/1.0/"
_DRUMS = frozenset({"kick", "snare", "hihat", "cymbal", "tom", "percussion", "clap"})
_KEYWORDS = "Ableton.keywords"
_LARGEST = 1 << 26
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
    """A sidecar as it should be.

    Attributes:
        path: of the sidecar.
        before: keywords of the sound now.
        after: keywords that it will have.
        ours: those of them that are ours now.
        content: the whole sidecar with them in it.
    """

    path: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    ours: tuple[str, ...]
    content: bytes


def keywords_for(terms: tuple[str, ...]) -> tuple[str, ...]:
    """Terms as Live groups them: drums where Live has them, all others under our own name."""
    return tuple(
        f"{'Drums' if term.casefold() in _DRUMS else 'Earmark'}|{term[:1].upper()}{term[1:]}"
        for term in terms
    )


def plan_keywords(target: str, keywords: tuple[str, ...], disk: Disk) -> KeywordPlan | None:
    """What to change so that Live finds a sound by these keywords; None where nothing changes.

    Raises:
        OSError: the sidecar cannot be read.
    """
    folder, name = os.path.split(target)
    path = os.path.join(folder, FOLDER, FILE)
    document = _read(path, bool(keywords), disk)
    bag = _bag(document) if document else None
    if document is None or bag is None:
        return None
    item = next((each for each in _children(bag, _RDF, "li") if _name(each) == name), None)
    before = _keywords(item)
    old = _mark(item)
    after, mark = merge_words(before, old, keywords)
    mark = mark if keywords else Mark()
    if (before, old) == (after, mark):
        return None
    if item is None:
        item = _add(bag, "rdf:li", _RDF)
        item.setAttributeNS(_RDF, "rdf:parseType", "Resource")
        _add(item, "ablFR:filePath", _LIVE, name)
    _set(item, after, mark)
    if not after and not any(node.localName not in (None, "filePath") for node in item.childNodes):
        bag.removeChild(item)
    return KeywordPlan(path, before, after, old.words, document.toxml("utf-8"))


def write_keywords(target: str, keywords: tuple[str, ...], disk: Disk) -> None:
    """Let Live find a sound by these keywords, and by none of ours besides.

    Raises:
        OSError: the sidecar cannot be written; it is as it was.
    """
    plan = plan_keywords(target, keywords, disk)
    if plan is not None:
        disk.make_folder(os.path.dirname(plan.path))
        replace_whole(disk, plan.path, plan.content)


def _read(path: str, create: bool, disk: Disk) -> minidom.Document | None:
    try:
        if disk.status(path).st_size > _LARGEST:
            return None
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return minidom.parseString(_EMPTY) if create else None
    if b"<!DOCTYPE" in data or not (create or _OURS.encode() in data):
        return None
    try:
        return minidom.parseString(data)
    except (ExpatError, ValueError):
        return None


def _bag(document: minidom.Document) -> minidom.Element | None:
    items = document.getElementsByTagNameNS(_LIVE, "items")
    return _child(items[0], _RDF, "Bag") if len(items) == 1 else None


def _children(parent: minidom.Element, namespace: str, name: str) -> list[minidom.Element]:
    return [
        node
        for node in parent.childNodes
        if isinstance(node, minidom.Element)
        and (node.namespaceURI, node.localName) == (namespace, name)
    ]


def _child(parent: minidom.Element, namespace: str, name: str) -> minidom.Element | None:
    return next(iter(_children(parent, namespace, name)), None)


def _text(element: minidom.Element | None) -> str:
    nodes = element.childNodes if element else []
    return "".join(node.data for node in nodes if isinstance(node, minidom.Text)).strip()


def _name(item: minidom.Element) -> str:
    return _text(_child(item, _LIVE, "filePath"))


def _keywords(item: minidom.Element | None) -> tuple[str, ...]:
    keywords = _child(item, _LIVE, "keywords") if item else None
    bag = _child(keywords, _RDF, "Bag") if keywords else None
    return tuple(_text(each) for each in _children(bag, _RDF, "li")) if bag else ()


def _mark(item: minidom.Element | None) -> Mark:
    own = _child(item, _OURS, "record") if item else None
    return record.load(_text(own)).get(_KEYWORDS, Mark())


def _set(item: minidom.Element, keywords: tuple[str, ...], mark: Mark) -> None:
    for namespace, name in ((_LIVE, "keywords"), (_OURS, "record")):
        for old in _children(item, namespace, name):
            item.removeChild(old)
    if keywords:
        bag = _add(_add(item, "ablFR:keywords", _LIVE), "rdf:Bag", _RDF)
        for each in keywords:
            _add(bag, "rdf:li", _RDF, each)
    if mark:
        own = _add(item, "earmark:record", _OURS, record.dump({_KEYWORDS: mark}))
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
