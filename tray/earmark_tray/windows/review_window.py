"""The review window: a sound plays, one key says what it is, the next one plays."""

from __future__ import annotations

import os
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from earmark_tray.sound.player import Player
from earmark_tray.windows import theme
from earmark_tray.windows.asking import Asker
from earmark_tray.windows.banner import Banner
from earmark_tray.windows.preview import Preview
from earmark_tray.windows.review_queue import ReviewQueue, Verdict, request, request_back
from earmark_tray.windows.sound_row import folder_words, length_words, shown
from earmark_tray.windows.tag_field import TagField
from earmark_tray.windows.thumbnails import Thumbnails

_FETCH = 40
_MOST_CHOICES = 9
_COLUMNS = 3


class ReviewWindow(QWidget):
    """Asks a person about one sound after the other."""

    def __init__(self, asker: Asker, page: str = "", player: Player | None = None) -> None:
        super().__init__()
        self._asker = asker
        self._player = player or Player()
        self._thumbnails = Thumbnails()
        self._queue = ReviewQueue()
        self._fetching = False
        self._build()
        self._fetch()
        self.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End with the window what lives beside it."""
        self._banner.close_down()
        self._thumbnails.close()
        self._player.close()
        super().closeEvent(event)

    @property
    def asked_about(self) -> str | None:
        """The path of the sound that is asked about now."""
        sound = self._queue.current
        return None if sound is None else sound.path

    @property
    def choices(self) -> list[str]:
        """The tags behind the digits: the proposal first, then the likeliest."""
        sound = self._queue.current
        if sound is None:
            return []
        tags = [*([sound.proposal] if sound.proposal else []), *(t for t, _ in sound.suggestions)]
        return list(dict.fromkeys(tags))[:_MOST_CHOICES]

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Review – Earmark"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.resize(820, 720)
        self._banner = Banner(self._asker, self._fetch, self._player)
        self._name = theme.label(scale=1.4)
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._where = theme.label(muted=True)
        self._note = theme.label(muted=True)
        self._preview = Preview(self._player, self._thumbnails, with_spectrogram=True)
        self._field = TagField(self._asker)
        self._field.chosen.connect(self._is)
        self._field.left.connect(self.setFocus)
        self._count = theme.label(scale=0.92, muted=True)
        self._buttons = [self._choice(number) for number in range(_MOST_CHOICES)]
        self._lay_out()

    def _choice(self, number: int) -> QPushButton:
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self._choose, number))
        return button

    def _lay_out(self) -> None:
        around = 6 * theme.UNIT
        whole = theme.down(spacing=theme.GAP, margins=(around, around, around, theme.MARGIN))
        whole.addWidget(self._banner)
        whole.addWidget(self._name)
        whole.addWidget(self._where)
        whole.addSpacing(theme.GAP)
        whole.addWidget(self._preview, 1)
        whole.addSpacing(theme.GAP)
        whole.addWidget(self._note)
        choices = QGridLayout()
        choices.setSpacing(theme.GAP)
        for number, button in enumerate(self._buttons):
            choices.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        whole.addLayout(choices)
        whole.addWidget(self._field)
        whole.addSpacing(theme.GAP)
        whole.addLayout(self._keys())
        self.setLayout(whole)

    def _keys(self) -> QHBoxLayout:
        line = theme.legend(
            (
                (self.tr("Enter"), self.tr("accept")),
                (self.tr("1–9"), self.tr("another")),
                (self.tr("X"), self.tr("not this")),
                (self.tr("S"), self.tr("skip")),
                (self.tr("Z"), self.tr("back")),
                (self.tr("Space"), self.tr("play")),
                (self.tr("T"), self.tr("type a tag")),
            )
        )
        self._count.setWordWrap(False)
        line.addWidget(self._count)
        return line

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """One key, one answer."""
        key = event.key()
        simple = {
            Qt.Key.Key_Return: self._accept,
            Qt.Key.Key_Enter: self._accept,
            Qt.Key.Key_X: self._not_this,
            Qt.Key.Key_S: self._skip,
            Qt.Key.Key_Right: self._skip,
            Qt.Key.Key_Down: self._skip,
            Qt.Key.Key_Z: self._back,
            Qt.Key.Key_Left: self._back,
            Qt.Key.Key_Up: self._back,
            Qt.Key.Key_Backspace: self._back,
            Qt.Key.Key_Space: self._preview.play,
            Qt.Key.Key_T: self._field.begin,
            Qt.Key.Key_Escape: self.close,
        }
        if key in simple:
            simple[Qt.Key(key)]()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._choose(key - Qt.Key.Key_1)
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        sound = self._queue.current
        if sound is not None and sound.proposal is not None:
            self._is(sound.proposal)

    def _choose(self, number: int) -> None:
        choices = self.choices
        if number < len(choices):
            self._is(choices[number])

    def _is(self, tag: str) -> None:
        self._answer(Verdict.IS, tag)
        self.setFocus()

    def _not_this(self) -> None:
        sound = self._queue.current
        if sound is not None and sound.proposal is not None:
            self._answer(Verdict.IS_NOT, sound.proposal)

    def _skip(self) -> None:
        self._answer(Verdict.SKIPPED, None)

    def _answer(self, verdict: Verdict, tag: str | None) -> None:
        said = self._queue.answer(verdict, tag)
        if said is None:
            return
        wanted = request(said)
        if wanted is not None:
            self._asker.ask("label", lambda _: None, **wanted)
        self._show()
        if self._queue.wants_more:
            self._fetch()

    def _back(self) -> None:
        said = self._queue.back()
        if said is None:
            return
        wanted = request_back(said)
        if wanted is not None:
            self._asker.ask("label", lambda _: None, **wanted)
        self._show()

    def _fetch(self) -> None:
        if self._fetching:
            return
        self._fetching = True
        self._asker.ask("review", self._take, self._failed, limit=_FETCH, without=self._queue.known)

    def _take(self, items: object) -> None:
        self._fetching = False
        before = self._queue.current
        assert isinstance(items, list)
        self._queue.extend(items)
        if self._queue.current is not before or before is None:
            self._show()

    def _failed(self, error: object) -> None:
        self._fetching = False
        self._asker.troubled.emit(error)

    def _show(self) -> None:
        sound = self._queue.current
        answered = sum(said.verdict is not Verdict.SKIPPED for said in self._queue.said)
        self._count.setText(self.tr("{} answered").format(answered) if answered else "")
        choices = self.choices
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(choices))
            if number < len(choices):
                _dress(button, number, choices[number])
        self._field.setVisible(sound is not None)
        if sound is None:
            self._name.setText(self.tr("Nothing is left to review"))
            self._where.setText(self.tr("New sounds that need a word of yours will come here."))
            self._note.setText("")
            self._preview.show_sound(None, None, play=False)
            return
        self._name.setText(shown(os.path.basename(sound.path)))
        self._where.setText(f"{folder_words(sound.path)}   ·   {length_words(sound.duration)}")
        self._where.setToolTip(shown(sound.path))
        self._note.setText(sound.note or self.tr("Is it this?"))
        self._preview.show_sound(sound.path, sound.duration, play=True)
        self._banner.listen()
        following = self._queue.following
        if following is not None:
            self._player.prepare(following.path)
            self._thumbnails.get(following.path)


def _dress(button: QPushButton, number: int, tag: str) -> None:
    """A choice shows its digit; the first is what Enter accepts."""
    button.setText(f"{number + 1}   {tag}")
    button.setAccessibleName(tag)
    primary = number == 0
    if button.property("primary") is not primary:
        button.setProperty("primary", primary)
        button.style().unpolish(button)
        button.style().polish(button)
