"""The search window: type, hear, drag into the DAW."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStyle

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.meant import Meant
from earmark_tray.windows.results import Results
from earmark_tray.windows.sound_bar import SoundBar
from earmark_tray.windows.sound_list import SoundList
from earmark_tray.windows.sound_model import Role, SoundModel
from earmark_tray.windows.sound_row import Row, count_words
from earmark_tray.windows.sound_window import SoundWindow
from earmark_tray.windows.tag_list import TagList
from earmark_tray.windows.tagging import Tagging
from earmark_tray.windows.which_tag import WhichTag

_WORDS = re.compile(r'[^\s"]*"[^"]*"|\S+')
"""The words of a query; what stands in quotes is one."""

_FACTS = (
    "kind:loop, bpm:120-130, key:Am, pitch:F#, length:<1, loudness:>-12, brightness:>3000,"
    " is:untagged, is:unsure"
)


class SearchWindow(SoundWindow):
    """Finds sounds as one types."""

    def __init__(self, asker: Asker, query: str = "", player: Player | None = None) -> None:
        super().__init__(asker, player)
        self._model = SoundModel(asker, self)
        self._tagging = Tagging(asker, self._model.refresh)
        self._meant: Meant | None = None
        self._alike: Row | None = None
        self._build()
        self._field.setText(query)
        self._connect()
        self._search_anew()

    def turn_to(self, page: str) -> None:
        """Search for something else."""
        self._mapped.setChecked(False)
        self._field.setText(page)
        self._field.setFocus()

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Search – Earmark"))
        self.resize(1040, 700)
        self._field = QLineEdit()
        self._hint = self.tr(
            "Words, tags and folders, such as: kick or snare -loop, key:Am bpm:120-130"
        )
        self._field.setAccessibleName(self.tr("Search for sounds"))
        facts = self.tr("Facts too, such as: {}").format(_FACTS)
        self._field.setToolTip(theme.tip(facts))
        self._field.setAccessibleDescription(facts)
        self._field.setFont(theme.font(1.3))
        self._all = self._way_back()
        self._tags = TagList(self._asker)
        self._list = SoundList(self._model, self._thumbnails)
        self._results = Results(self._asker, self._list)
        self._mapped = theme.toggle(
            self.tr("Map"), self.tr("All sounds as a map, alike ones side by side (Ctrl+M)")
        )
        self._bar = SoundBar(self._asker, self._player, self._thumbnails, self._changes)
        self._note = theme.label(muted=True)
        self._note.setWordWrap(False)
        self._lay_out()

    def _way_back(self) -> QAction:
        """Clears the field, or leads from sounds like one to all, where it is empty already."""
        cross = self.style().standardIcon(QStyle.StandardPixmap.SP_LineEditClearButton)
        made = self._field.addAction(cross, QLineEdit.ActionPosition.TrailingPosition)
        made.setToolTip(self.tr("Back to all sounds (Esc)"))
        return made

    def _lay_out(self) -> None:
        around = (theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        top = theme.down(margins=around)
        line = theme.across()
        line.addWidget(self._field, 1)
        line.addWidget(self._mapped)
        top.addLayout(line)
        top.addWidget(self._banner)
        middle = theme.across(spacing=0)
        middle.addWidget(self._tags)
        middle.addWidget(self._results, 1)
        bottom = theme.down(spacing=theme.GAP + theme.UNIT, margins=around)
        bottom.addWidget(self._bar)
        bottom.addLayout(self._keys())
        whole = theme.down(spacing=0)
        whole.addLayout(top)
        whole.addLayout(middle, 1)
        whole.addLayout(bottom)
        self.setLayout(whole)

    def _keys(self) -> QHBoxLayout:
        keys = (
            (self.tr("↑ ↓"), self.tr("choose")),
            (self.tr("Space"), self.tr("play")),
            (self.tr("L"), self.tr("loop")),
            (self.tr("T"), self.tr("add a tag")),
            (self.tr("X"), self.tr("not this")),
            (self.tr("Z"), self.tr("back")),
            (self.tr("S"), self.tr("sounds like this")),
        )
        line = theme.across(spacing=theme.MARGIN)
        line.addLayout(theme.legend(keys), 1)
        line.addWidget(self._note)
        return line

    def _connect(self) -> None:
        self._field.textChanged.connect(self._typed)
        self._all.triggered.connect(self._leave)
        self._model.searched.connect(self._searched)
        self._model.refreshed.connect(self._refreshed)
        self._changes.tags.connect(self._refresh)
        self._bar.tag.begun.connect(self._begin_tag)
        self._bar.tag.chosen.connect(self._add_tag)
        self._bar.tag.left.connect(self._leave_tag)
        self._bar.alike.connect(self._find_alike)
        self._list.key.connect(self._command)
        self._results.key.connect(self._command)
        self._results.pointed.connect(lambda row: self._show(row, play=True))
        self._results.mapped.connect(self._note.setText)
        self._mapped.toggled.connect(self._switch_map)
        self._list.selectionModel().currentChanged.connect(self._chosen)
        self._list.missed.connect(self._banner.complain)
        self._list.again.connect(self._bar.preview.play)
        self._tags.chosen.connect(self._add_word)
        shortcuts = {
            "Ctrl+L": self._field.setFocus,
            "Ctrl+F": self._field.setFocus,
            "Ctrl+O": self._bar.show_in_folder,
            "Ctrl+M": self._mapped.toggle,
            "F5": self._search_anew,
            "Ctrl+W": self.close,
        }
        for keys, function in shortcuts.items():
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(partial(_without_arguments, function))
            self.addAction(action)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go to the list, Escape clears the search or closes."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._field.hasFocus():
            if not self._results.on_map and not self._list.currentIndex().isValid():
                self._list.setCurrentIndex(self._model.index(0))  # else focus does, unselected
            self._results.take_keys()
        elif key == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> None:
        """Back to all sounds; from there, close."""
        if self._field.text():
            self._field.clear()
            self._field.setFocus()
        elif self._alike is not None:
            self._search()
            self._field.setFocus()
        else:
            self.close()

    def _find_alike(self, row: Row) -> None:
        self._mapped.setChecked(False)
        self._alike = row
        self._field.clear()
        self._field.setPlaceholderText(self.tr("Sounds like “{}”").format(row.name))
        self._all.setVisible(True)
        self._model.like(row.path)

    def _typed(self, text: str) -> None:
        if text or self._alike is None:
            self._search()

    def _search(self) -> None:
        self._alike = None
        self._all.setVisible(bool(self._field.text()))
        self._field.setPlaceholderText(self._hint)
        self._model.search(self._field.text())
        self._results.highlight(self._field.text())

    def _search_anew(self) -> None:
        self._search()
        self._tags.refresh()

    def _refresh(self) -> None:
        self._model.again()
        self._results.refresh()
        self._tags.refresh()

    def _switch_map(self, wanted: bool) -> None:
        self._results.choose_map(wanted)
        if not wanted:
            self._model.refresh()

    def _searched(self, total: int) -> None:
        self._meant = None
        window = self.tr("Search – Earmark")
        wanted = self._model.query if self._alike is None else self._field.placeholderText()
        self.setWindowTitle(f"{wanted} – {window}" if wanted else window)
        self._count(total)
        if not self._results.on_map:
            self._show(None, play=False)

    def _refreshed(self, total: int) -> None:
        self._count(total)
        if self._meant is None:
            self._follow()

    def _follow(self) -> None:
        """Show what is chosen in the list, if that is not shown already."""
        if self._results.on_map:
            return
        row = self._list.currentIndex().data(Role.ROW)
        shown = self._bar.row
        if row is None or shown is None or row.path != shown.path:
            self._show(row, play=False)

    def _count(self, total: int) -> None:
        self._results.show_count(total, self._model.why or self._none())
        if self._results.on_map:
            return
        many = count_words(total)
        told = self.tr("more than {}").format(many) if self._model.more else many
        self._note.setText(told if total else "")

    def _none(self) -> str:
        if self._alike is not None:
            return self.tr("No other sound was heard yet.")
        if self._field.text():
            return self.tr("No sound matches.")
        return self.tr(
            "No sounds yet: they come as they are heard. Which folders Earmark listens to is chosen"
            " in “Settings…”."
        )

    def _chosen(self, index: QModelIndex, _: QModelIndex) -> None:
        self._show(index.data(Role.ROW), play=True)
        following = self._model.row(index.row() + 1) if index.isValid() else None
        if following is not None and following.online:
            self._player.prepare(following.path)

    def _show(self, row: Row | None, *, play: bool) -> None:
        self._bar.show_row(row, play=play)
        if row is not None:
            self._banner.listen()

    def _command(self, key: int) -> None:
        commands = {
            Qt.Key.Key_T: self._bar.tag.begin,
            Qt.Key.Key_X: lambda: self._chosen_rows().then(self._not_this),
            Qt.Key.Key_Z: self._tagging.back,
            Qt.Key.Key_S: self._bar.find_alike,
            Qt.Key.Key_L: self._bar.switches.switch_loop,
        }
        if key in commands:
            commands[Qt.Key(key)]()

    def _chosen_rows(self) -> Meant:
        """The one that is shown comes first; those that are not there yet are fetched."""
        chosen = Meant(self._banner.complain)
        if self._results.on_map:
            chosen.have(self._results.rows)
        else:
            indexes = [self._list.currentIndex(), *self._list.selectedIndexes()]
            numbers = [index.row() for index in indexes if index.isValid()]
            self._model.fetch(numbers, chosen.have, chosen.miss)
        return chosen

    def _not_this(self, rows: list[Row]) -> None:
        """The tag of the sound that is shown is wrong, or one of its tags that is asked for."""
        tags = rows[0].tags if rows else ()
        deny = partial(self._tagging.not_this, rows)
        if len(tags) == 1:
            deny(tags[0][0])
        elif tags:
            WhichTag(tags, deny, self).ask(self._results.beside_chosen)

    def _begin_tag(self) -> None:
        """What is typed is for what is chosen now, whatever becomes of the list meanwhile."""
        self._meant = self._chosen_rows()

    def _add_tag(self, tag: str) -> None:
        meant = self._chosen_rows() if self._meant is None else self._meant
        meant.then(partial(self._tagging.add, tag=tag))
        self._leave_tag()

    def _leave_tag(self) -> None:
        self._meant = None
        self._results.take_keys()
        self._follow()

    def _add_word(self, word: str) -> None:
        text = self._field.text()
        parts = _WORDS.findall(text)
        parts.remove(word) if word in parts else parts.append(word)
        self._field.setText(" ".join(parts))


def _without_arguments(function: Any, *_: object) -> None:
    function()
