"""From what the models said of a file to its tags in the index, for every tag set at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from earmark_daemon.hearing.modelfile import ModelInfo
from earmark_daemon.service.company import Company
from earmark_daemon.service.feed import Feed
from earmark_daemon.service.fellowship import Fellowship, heard_together
from earmark_daemon.service.models.lineup import LineUp
from earmark_daemon.settings import Settings
from earmark_daemon.tagging.broader import with_broader
from earmark_daemon.tagging.decide import NOTHING_BESIDE, Context, TagSet, Word, decide
from earmark_daemon.tagging.evidence import disagreement
from earmark_daemon.tagging.fellows import Fellow, Scores
from earmark_daemon.tagging.folders import View
from earmark_daemon.tagging.names import Evidence, evidence, vendor_texts
from earmark_db.index import Index
from earmark_db.labels import Label
from earmark_db.records import FileRecord, FileState, Reason, Step, Tag

_SILENT = Reason("silent", "It is silent: nothing rises above -90 dBFS.")
_UNKNOWN = Reason("unknown", "No tag is sure enough.", "Review it to say what it is.")
Event = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Opinion:
    """What is known of a file before its tags are decided.

    Attributes:
        content: digest of its audio.
        scores: what each model said; no labels for silence.
        clues: what its names say; None where it is to be judged by its sound alone.
    """

    content: str
    scores: Scores
    clues: Evidence | None


@dataclass(frozen=True)
class Known:
    """A file that was heard, and what is known of it."""

    file_id: int
    path: str
    opinion: Opinion


class Deciding:
    """Decides tags by the models in use; every call is part of the caller's transaction."""

    def __init__(
        self,
        index: Index,
        feed: Feed,
        lineup: Callable[[], LineUp],
        wants_writing: Callable[[str], bool],
        telling: Callable[[str], str] = str,
    ) -> None:
        """Prepare.

        Args:
            index: where tags go.
            feed: who is told.
            lineup: the models in use at the moment.
            wants_writing: whether tags are to be written into the file at a path.
            telling: the part of a path that may speak of its sound.
        """
        self._index = index
        self._feed = feed
        self._lineup = lineup
        self._wants_writing = wants_writing
        self._telling = telling
        self._company = Company(index, lineup, telling)
        self._fellowship = Fellowship(index, lineup)

    def opinion(self, record: FileRecord) -> Opinion:
        """What the index knows of a file that was heard."""
        content = record.content or ""
        clues = self.clues(record.path, record.metadata)
        return Opinion(content, self._index.verdicts.of(content), clues)

    def clues(self, path: str, metadata: Mapping[str, Any]) -> Evidence:
        """What the names of a file and its maker's texts say."""
        return evidence(self._telling(path), vendor_texts(metadata))

    def follow_names(self, before: Settings, after: Settings) -> None:
        """Decide anew the sounds whose names count from another folder on than before.

        What lies in a folder that is watched no more is left as it is.
        """
        folders = {each.path for each in before.folders} ^ {each.path for each in after.folders}
        concerned = {
            file_id
            for folder in folders
            for file_id, path in self._index.lookup.heard_below(folder)
            if before.telling(path) != after.telling(path) and after.folder_of(path)
        }
        if concerned:
            self._company.forget()
            self._index.queue.add(Step.RETAG, concerned, afresh=False, last=True)

    def heard(self, files: Sequence[Known]) -> list[Event]:
        """Tag files that were heard just now; returns what there is to tell."""
        self._take_note(files)
        self._fellowship.take_note((f.path, f.opinion.content, f.opinion.scores) for f in files)
        told = []
        for file in files:
            told.append(_told(file.path, self._tag(file)))
            self._catch_up(file)
        return told

    def again(self, files: Sequence[Known], gained: Sequence[Known] = ()) -> None:
        """Tag files that were heard before, touching only those whose tags change.

        Args:
            files: all of them.
            gained: those of them of which a model has spoken just now.
        """
        self._fellowship.take_note((f.path, f.opinion.content, f.opinion.scores) for f in gained)
        for file in files:
            self._tag(file, only_changes=True)

    def reconsider(self, file_id: int) -> None:
        """Decide the tags of a file that was heard before anew, as when a person said something."""
        record = self._index.lookup.by_id(file_id)
        if record is None or record.content is None or record.state is not FileState.HEARD:
            return
        known = Known(file_id, record.path, self.opinion(record))
        self._take_note([known])
        tags = self._tag(known)
        said = self._index.labels.of(record.content)
        denied = [label.tag for label in said if not label.says]
        kind, told = _told(record.path, tags)
        told |= {"content": record.content, "labelled": bool(said), "denied": denied}
        self._feed.tell(kind, **told)

    def would_tag(
        self, record: FileRecord, lineup: LineUp, further: Scores, near: Sequence[Fellow]
    ) -> tuple[Tag, ...]:
        """The tags that a file would have if these models were in use; changes nothing.

        Args:
            record: a file that was heard.
            lineup: the models.
            further: what those of them said of it that the index does not know of.
            near: who lies beside it, with what the models said of these.
        """
        opinion = self.opinion(record)
        labels = self._index.labels.of(opinion.content)
        beside = self._beside(record.path, opinion)
        together = heard_together({**opinion.scores, **further}, near, lineup)
        return decide_all(together, lineup, labels, beside)

    def _tag(self, file: Known, *, only_changes: bool = False) -> tuple[Tag, ...]:
        """Decide a file's tags and queue their writing."""
        beside, opinion = self._beside(file.path, file.opinion), file.opinion
        scores = opinion.scores
        if opinion.clues is not None:
            scores = self._fellowship.scores(file.path, opinion.content, scores)
        labels = self._index.labels.of(opinion.content)
        tags = decide_all(scores, self._lineup(), labels, beside, alone=opinion.scores)
        if only_changes and set(tags) == set(self._index.files.tags(file.file_id)):
            return tags
        self._index.files.set_tags(file.file_id, tags)
        self._index.files.set_note(file.file_id, note_on(file.opinion, self._lineup(), tags))
        if self._wants_writing(file.path) and self._index.files.may_be_written(file.file_id):
            self._index.queue.add(Step.WRITE, [file.file_id])
        return tags

    def _beside(self, path: str, opinion: Opinion) -> Context:
        return context(path, opinion.clues, self._company.view(os.path.dirname(path)))

    def _catch_up(self, file: Known) -> None:
        """Where a model came into use while the file was heard, have it asked afterwards."""
        if self._lineup().lacking(file.opinion.scores):
            self._index.queue.add(Step.RETAG, [file.file_id], afresh=False)
        else:
            self._index.queue.done(Step.RETAG, file.file_id)

    def _take_note(self, files: Sequence[Known]) -> None:
        """What is judged by its sound alone neither counts among its company nor is counted."""
        base = self._lineup().base.info.digest
        self._company.take_note(
            self._company.witness(
                file.path,
                file.opinion.content,
                file.opinion.scores.get(base, {}),
                file.opinion.clues,
            )
            for file in files
            if file.opinion.clues is not None
        )


def note_on(opinion: Opinion, lineup: LineUp, tags: Sequence[Tag]) -> Reason | None:
    """What a person should know of how a file was tagged; nothing where they spoke themselves.

    Args:
        opinion: what its tags were decided from.
        lineup: the models in use.
        tags: those it was given.
    """
    if any(tag.source == "person" for tag in tags):
        return None
    model = lineup.answering[0]
    scores = lineup.said(model, opinion.scores.get(model.digest, {}))
    clues = opinion.clues if opinion.clues and model.exclusive else ()
    apart = disagreement(scores, clues, model.thresholds)
    if apart is not None:
        return _disagree(*apart)
    if tags:
        return None
    return _UNKNOWN if any(opinion.scores.values()) else _SILENT


def _disagree(by_name: str, by_sound: str) -> Reason:
    message = f"It is named like “{by_name}”, but sounds like “{by_sound}”."
    return Reason("disagreement", message, "Review it to say what it is.")


def context(path: str, clues: Evidence | None, view: View) -> Context:
    """What counts beside the sound of a file, as its folder is; nothing where ``clues`` is None."""
    if clues is None:
        return NOTHING_BESIDE
    return Context(clues if view.believed else (), view.kind_of(path))


def decide_all(
    scores: Scores,
    lineup: LineUp,
    labels: Sequence[Label],
    beside: Context,
    *,
    alone: Scores | None = None,
) -> tuple[Tag, ...]:
    """The tags of one sound in every tag set, broader ones with them.

    Args:
        scores: what each model says of it, together with its fellows.
        lineup: the models in use.
        labels: what people said of it, which outranks every score.
        beside: what else speaks for a tag; it counts in the built-in model's set alone, for the
            lexicon knows the words of no other.
        alone: what each model said of it alone, where that is something else: a tag that this
            would not have given comes from its folder.
    """
    tags: list[Tag] = []
    answered = set()
    for model in lineup.answering:
        answered.add(model.tag_set)
        counted = beside if model.tag_set == lineup.base.info.tag_set else NOTHING_BESIDE
        rules = TagSet(model.tag_set, model.exclusive, model.thresholds, lineup.sure_from)
        said = lineup.said(model, scores.get(model.digest, {}))
        decided = decide(said, rules, _word(labels, model), counted)
        kept = [tag for tag in decided if tag.source == "person" or tag.tag not in lineup.off]
        if alone is not None and model.digest != lineup.base.info.digest:
            by_itself = lineup.said(model, alone.get(model.digest, {}))
            kept = [_by_whom(tag, rules, by_itself) for tag in kept]
        tags += kept
    tags += [
        Tag(label.tag, label.set, 1.0, "person")
        for label in labels
        if label.says and label.set not in answered
    ]
    refused = {(label.set, label.tag) for label in labels if not label.says}
    return with_broader(tags, lineup.hierarchy, refused)


def _by_whom(tag: Tag, rules: TagSet, alone: Mapping[str, float]) -> Tag:
    """The tag, its source the folder where it took the sounds beside it to give it."""
    sure = alone.get(tag.tag, 0.0) >= rules.least().get(tag.tag, 1.0)
    return tag if sure or tag.source != "model" else replace(tag, source="folder")


def _word(labels: Sequence[Label], model: ModelInfo) -> Word:
    said = [label for label in labels if label.set == model.tag_set]
    return Word([s.tag for s in said if s.says], [s.tag for s in said if not s.says])


def _told(path: str, tags: Sequence[Tag]) -> Event:
    return "tagged", {"path": path, "tags": [asdict(tag) for tag in tags]}
