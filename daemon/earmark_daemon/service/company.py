"""Folders as the index knows them: what their files say together, and whom it concerns."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from earmark_daemon.service.models.lineup import LineUp
from earmark_daemon.tagging.folders import FILES_REMEMBERED, Folders, View, Witness
from earmark_daemon.tagging.names import Evidence, evidence, vendor_texts
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.records import Step


class Company:
    """Knows what lies beside a sound.

    The built-in model judges, whichever else is in use: its labels are those of the lexicon. A
    person's word counts for more than what it heard.
    """

    def __init__(
        self, index: Index, lineup: Callable[[], LineUp], telling: Callable[[str], str]
    ) -> None:
        """Prepare.

        Args:
            index: where files are known.
            lineup: the models in use at the moment.
            telling: the part of a path that may speak of its sound.
        """
        self._telling = telling
        self._index = index
        self._lineup = lineup
        self._folders = Folders()

    def view(self, folder: str, without: Collection[str] = ()) -> View:
        """What the files of a folder say together; read from the index where it was forgotten."""
        if not self._folders.knows(folder):
            known = known_in(self._index, folder, self._lineup(), without, self._telling)
            self._folders.remember(folder, known)
        return self._folders.view(folder)

    def forget(self) -> None:
        """Read every folder from the index anew, for its names say something else now."""
        self._folders = Folders()

    def take_note(self, files: Iterable[Witness]) -> None:
        """Remember what is new; where their folder looks different now, queue whom it concerns."""
        together: defaultdict[str, list[Witness]] = defaultdict(list)
        for file in files:
            together[os.path.dirname(file.path)].append(file)
        for folder, some in together.items():
            new = {file.path for file in some}
            before = self.view(folder, without=new)
            self._folders.remember(folder, some)
            after = self._folders.view(folder)
            if after != before:
                others = self._index.lookup.heard_in(folder)
                concerned = [
                    known
                    for known, path in others
                    if path not in new and _differs(path, before, after)
                ]
                self._index.queue.add(Step.RETAG, concerned, first=True)

    def witness(
        self, path: str, content: str, scores: Mapping[str, float], clues: Evidence
    ) -> Witness:
        """A file, and what the built-in model said of it unless a person knows better."""
        heard = Witness(path, content, scores, clues)
        return corrected(heard, self._index.labels.of(content), self._lineup())


def corrected(heard: Witness, labels: Iterable[Label], lineup: LineUp) -> Witness:
    """The witness, but where people said what it is, that alone and for certain.

    Args:
        heard: with the scores of the built-in model.
        labels: what people said of its sound.
        lineup: the models in use.
    """
    ours = lineup.base.info.tag_set
    said = next((word.tag for word in labels if word.set == ours and word.says), None)
    return replace(heard, scores=_certain(heard.scores, said))


def _differs(path: str, before: View, after: View) -> bool:
    """Whether a file of the folder is seen in another light than it was."""
    return before.believed != after.believed or before.kind_of(path) != after.kind_of(path)


def known_in(
    index: Index,
    folder: str,
    lineup: LineUp,
    without: Collection[str],
    telling: Callable[[str], str],
) -> list[Witness]:
    """A fair sample of what the index knows of the files right in a folder.

    Args:
        index: where to look.
        folder: a path.
        lineup: the models in use.
        without: paths of files that are left out.
        telling: the part of a path that may speak of its sound.
    """
    base = lineup.base.info
    known = index.verdicts.in_folder(
        folder, base.digest, base.tag_set, FILES_REMEMBERED + len(without)
    )
    return [
        Witness(
            file.path,
            file.content,
            _certain(file.scores, file.said),
            evidence(telling(file.path), vendor_texts(file.metadata)),
        )
        for file in known
        if file.path not in without
    ]


def _certain(scores: Mapping[str, float], said: str | None) -> Mapping[str, float]:
    if said not in scores:
        return scores
    return {label: float(label == said) for label in scores}
