"""The tags of one's own: how many sounds each has, how strong it is; renamed and merged here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker, AsksAboutTag
from earmark_tray.windows.placing import ask_place
from earmark_tray.windows.sound_row import count_words
from earmark_tray.windows.sureness import ask_sureness
from earmark_tray.windows.tag_delegate import COUNT, OFF, STRENGTH, WANTED, TagDelegate

OWN_SET = "own"


class OwnTags(QWidget):
    """A list of tags.

    Attributes:
        chosen: the tag to ask for, None for any.
        left: the window wants the keys again.
        renamed: a tag has another name, so what was suggested before may have the old one.
    """

    chosen = Signal(object)
    left = Signal()
    renamed = Signal()

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._tags: list[Any] = []
        self._merges: list[int] = []
        self._followed: set[int] = set()
        self._wanted: str | None = None
        self._renamed: str | None = None
        self._list = _List()
        self._list.setAccessibleName(self.tr("Tags of your own"))
        self._list.itemClicked.connect(self._toggle)
        self._list.confirmed.connect(self._toggle)
        self._list.escaped.connect(self.left)
        self._hint = theme.label(
            self.tr("None yet. Type a word below a sound: it becomes a tag."),
            scale=0.92,
            muted=True,
        )
        self._list.currentItemChanged.connect(lambda *_: self._advise())
        self._advice = theme.label(scale=0.92, muted=True)
        self._buttons = QGridLayout()
        self._buttons.setSpacing(theme.GAP)
        self._rename = self._button(self.tr("Rename…"), self._ask_name)
        self._merge = self._button(self.tr("Merge…"), self._ask_other)
        self._place = self._button(self.tr("Put under…"), partial(self._ask, ask_place))
        self._sure = self._button(self.tr("How sure…"), partial(self._ask, ask_sureness))
        self._switch = self._button("", self._turn)
        self._undo = self._button(self.tr("Undo"), self._take_back)
        self._undo.hide()
        column = theme.down()
        column.addWidget(theme.label(self.tr("Your tags"), scale=1.2))
        column.addWidget(self._hint)
        column.addWidget(self._list, 1)
        column.addWidget(self._advice)
        column.addLayout(self._buttons)
        self.setLayout(column)

    def _button(self, text: str, does: Callable[[], None]) -> QPushButton:
        """A button in the next place below the list."""
        button = QPushButton(text)
        button.clicked.connect(lambda _: does())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("small", True)
        self._buttons.addWidget(button, *divmod(self._buttons.count(), 2))
        return button

    def refresh(self) -> None:
        """Ask for the tags anew."""
        self._asker.ask("dataset_overview", self._take, tag_set=OWN_SET)

    def rename(self, old: str, new: str) -> None:
        """Give a tag another name."""
        self._asker.attempt("rename_tag", self._merged, old=old, new=new)

    def merge(self, old: str, into: str) -> None:
        """Make two tags one."""
        self._asker.attempt("merge_tags", self._merged, from_=old, into=into)

    def switch(self, tag: str, *, on: bool) -> None:
        """Have the models give a tag, or never."""
        self._asker.attempt("switch_tag", lambda _: self.refresh(), tag=tag, on=on)

    def _turn(self) -> None:
        self.switch(self._current["tag"], on=self._current["off"])

    def _merged(self, answer: Any) -> None:
        self._merges.append(answer["merge"])
        self._undo.show()
        self._renamed = answer["into"]
        if self._wanted == answer["from"]:
            self._followed.add(answer["merge"])
            self._want(answer["into"])
        self.renamed.emit()
        self.refresh()

    def _unmerged(self, answer: Any) -> None:
        self._renamed = answer["from"]
        if self._wanted == answer["into"] and answer["merge"] in self._followed:
            self._want(answer["from"])
        self.renamed.emit()
        self.refresh()

    def _take_back(self) -> None:
        merge = self._merges.pop()
        self._undo.setVisible(bool(self._merges))
        missed = partial(self._still_there, merge)
        self._asker.attempt("undo_merge", self._unmerged, missed, id=merge)

    def _still_there(self, merge: int, error: Any) -> None:
        self._merges.append(merge)
        self._undo.show()
        self._asker.troubled.emit(error)

    def _ask_name(self) -> None:
        old = self._current["tag"]
        asked = self.tr("Another name for “{}”:").format(old)
        new, good = QInputDialog.getText(self, self.tr("Rename"), theme.tip(asked), text=old)
        if good and new.strip() not in ("", old):
            self.rename(old, new)

    def _ask_other(self) -> None:
        old = self._current["tag"]
        others = [tag["tag"] for tag in self._tags if tag["tag"] != old]
        text = self.tr("All sounds that are “{}” shall be:").format(old)
        into, good = QInputDialog.getItem(self, self.tr("Merge"), theme.tip(text), others, 0, False)
        if good:
            self.merge(old, into)

    def _ask(self, asks: AsksAboutTag) -> None:
        asks(self, self._asker, self._current["tag"], self.refresh)

    @property
    def _current(self) -> Any:
        row = self._list.currentRow()
        return self._tags[row] if 0 <= row < len(self._tags) else None

    def _advise(self) -> None:
        tag = self._current
        self._rename.setEnabled(tag is not None)
        self._merge.setEnabled(tag is not None and len(self._tags) > 1)
        self._place.setEnabled(tag is not None)
        self._sure.setEnabled(tag is not None)
        self._switch.setEnabled(tag is not None)
        off = bool(tag and tag["off"])
        self._switch.setText(self.tr("Switch on") if off else self.tr("Switch off"))
        self._switch.setToolTip(self.tr("Off: no model gives it, and it is not trained"))
        advice = " ".join(self._notes(tag)) if tag else ""
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))

    def _notes(self, tag: Any) -> Iterator[str]:
        """What is to be known of a tag, sentence by sentence."""
        if tag["above"]:
            yield self.tr("Lies under “{}”.").format(tag["above"])
        if tag["off"]:
            yield self.tr("Off: no model gives it. What you said of sounds still counts.")
            return
        if tag["sure_from"] is not None:
            yield self.tr("Given from {} % on.").format(round(tag["sure_from"] * 100))
        if tag["advice"]:
            yield tag["advice"]

    def _take(self, overview: Any) -> None:
        tags = sorted(overview["tags"], key=lambda tag: str(tag["tag"]))
        if tags == self._tags and tags:
            return
        self._tags = tags
        self._hint.setVisible(not tags)
        for button in (self._rename, self._merge, self._place, self._sure, self._switch):
            button.setVisible(bool(tags))
        row = self._row_among([tag["tag"] for tag in tags])
        self._list.clear()
        for tag in tags:
            word, count = tag["tag"], tag["yes"]
            item = QListWidgetItem(word)
            item.setData(COUNT, self.tr("off") if tag["off"] else f"{count:,}")
            item.setData(OFF, tag["off"])
            item.setData(STRENGTH, 0.0 if tag["off"] else tag["strength"])
            said = f"{word}, {count_words(count)}"
            if tag["off"]:
                said = self.tr("{}, switched off").format(word)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            item.setToolTip(theme.tip(tag["advice"]) if tag["advice"] else "")
            item.setData(WANTED, word == self._wanted)
            self._list.addItem(item)
        self._list.setCurrentRow(row)
        self._advise()

    def _row_among(self, words: Sequence[str]) -> int:
        """Where the tag that the buttons mean will be; -1 where it is gone, at first the top."""
        if self._list.currentRow() < 0:
            return 0 if words else -1
        meant = (self._list.currentItem().text(), self._renamed)
        return next((words.index(word) for word in meant if word is not None and word in words), -1)

    def _toggle(self, item: QListWidgetItem) -> None:
        tag = item.text()
        self._want(None if tag == self._wanted else tag)
        self.left.emit()

    def _want(self, tag: str | None) -> None:
        self._wanted = tag
        for number in range(self._list.count()):
            each = self._list.item(number)
            each.setData(WANTED, each.text() == self._wanted)
        self.chosen.emit(self._wanted)


class _List(QListWidget):
    confirmed = Signal(QListWidgetItem)
    escaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("side", True)
        self.setItemDelegate(TagDelegate(self, keeps=True))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.currentItem() is not None:
                self.confirmed.emit(self.currentItem())
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
