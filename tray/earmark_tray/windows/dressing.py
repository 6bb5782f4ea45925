"""Dressing a process in the common look: Qt's palette and style sheet, focus ring and all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from earmark_tray.windows.theme import DARK, MARGIN, RADIUS, UNIT, colours

_PICTURES = Path(__file__)
_SMALL_PICTURES = ("tick", "arrow")

_SHEET = """
QToolTip {{ color: {text}; background: {surface}; border: 1px solid {line}; padding: {unit}px; }}
QLineEdit, QComboBox {{
    background: {surface}; border: 1px solid {line}; border-radius: {radius}px;
    padding: 6px 10px; selection-background-color: {accent};
    selection-color: {on_accent};
}}
QLineEdit:focus, QComboBox:focus {{ border: 2px solid {accent}; padding: 5px 9px; }}
QComboBox::drop-down {{ border: 0; width: 22px; }}
QComboBox::down-arrow {{ image: url({arrow}); width: 10px; height: 10px; }}
QPushButton {{
    background: {surface}; border: 1px solid {line}; border-radius: {radius}px;
    padding: 6px 14px; min-height: 20px;
}}
QPushButton:hover {{ background: {chip}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 5px 13px; }}
QPushButton:disabled {{ color: {wave}; background: {window}; }}
QPushButton[small="true"] {{ padding: 3px 10px; min-height: 16px; }}
QPushButton[small="true"]:checked {{
    background: {selection}; color: {text}; border-color: {accent};
}}
QPushButton[small="true"]:checked:disabled {{
    background: {chip}; color: {wave}; border-color: {line};
}}
QPushButton[small="true"]:focus {{ border: 2px solid {accent}; padding: 2px 9px; }}
QPushButton[primary="true"] {{ background: {accent}; color: {on_accent}; border-color: {accent}; }}
QPushButton[primary="true"]:disabled {{
    background: {chip}; color: {wave}; border-color: {line};
}}
QPushButton[primary="true"]:focus {{ border: 2px solid {text}; }}
QAbstractScrollArea {{ background: {surface}; border: 0; }}
QScrollArea[plain="true"], QWidget#inside {{ background: {window}; }}
QListView, QTableView {{ background: {surface}; border: 0; outline: 0; }}
QListView[side="true"] {{ background: {window}; }}
QFrame[card="true"] {{
    background: {surface}; border: 1px solid {line}; border-radius: {radius}px;
}}
QFrame[drop="true"] {{
    background: {surface}; border: 1px dashed {wave}; border-radius: {radius}px;
}}
QFrame[banner="true"] {{
    background: {selection}; border: 1px solid {line}; border-radius: {radius}px;
}}
QFrame[above="true"] {{ margin: {margin}px {around}px 0 {around}px; }}
QLabel[muted="true"] {{ color: {muted}; }}
QLabel[warning="true"] {{ color: {warning}; }}
QLabel[key="true"] {{
    background: {chip}; border: 1px solid {line}; border-radius: 4px; padding: 1px 6px;
}}
QMenu {{ background: {surface}; border: 1px solid {line}; padding: {unit}px; }}
QMenu::item {{ padding: 5px 20px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {selection}; color: {text}; }}
QMenu::item:disabled {{ background: transparent; color: {muted}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: {unit}px; }}
QProgressBar {{
    background: {line}; border: 0; border-radius: 3px; min-height: 6px; max-height: 6px;
}}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QCheckBox {{ spacing: 8px; padding: 1px 0; border: 2px solid transparent; }}
QCheckBox::indicator {{
    width: 14px; height: 14px; border: 1px solid {wave}; border-radius: 3px; background: {surface};
}}
QCheckBox::indicator:checked {{
    background: {accent}; border-color: {accent}; image: url({tick});
}}
QCheckBox:focus {{ border-color: {accent}; border-radius: {radius}px; }}
QCheckBox:disabled {{ color: {muted}; }}
QCheckBox::indicator:disabled {{ background: {window}; border-color: {line}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QSlider {{ min-height: 20px; }}
QSlider::groove {{ height: 4px; border-radius: 2px; background: {line}; }}
QSlider::add-page {{ border-radius: 2px; background: {accent}; }}
QSlider::handle {{ width: 14px; margin: -6px 0; border-radius: 8px; background: {accent}; }}
QSlider::handle {{ border: 1px solid {window}; }}
QSlider::handle:focus {{ border: 2px solid {text}; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{
    background: {line}; border-radius: 4px; min-height: 36px; margin: 2px;
}}
QScrollBar::handle:vertical:hover {{ background: {wave}; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle:horizontal {{
    background: {line}; border-radius: 4px; min-width: 36px; margin: 2px;
}}
QScrollBar::handle:horizontal:hover {{ background: {wave}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def dress(app: QApplication) -> None:
    """Dress every window of the process, now and when the desktop's scheme changes."""
    app.setStyle("Fusion")
    _dress(app)
    app.styleHints().colorSchemeChanged.connect(lambda _: _dress(app))


def _dress(app: QApplication) -> None:
    now = colours()
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: now.window,
        QPalette.ColorRole.Base: now.surface,
        QPalette.ColorRole.AlternateBase: now.window,
        QPalette.ColorRole.Button: now.surface,
        QPalette.ColorRole.Text: now.text,
        QPalette.ColorRole.WindowText: now.text,
        QPalette.ColorRole.ButtonText: now.text,
        QPalette.ColorRole.PlaceholderText: now.muted,
        QPalette.ColorRole.Highlight: now.accent,
        QPalette.ColorRole.HighlightedText: now.on_accent,
        QPalette.ColorRole.ToolTipBase: now.surface,
        QPalette.ColorRole.ToolTipText: now.text,
        QPalette.ColorRole.Link: now.accent,
    }
    for role, value in roles.items():
        palette.setColor(role, QColor(value))
    disabled = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(disabled, role, QColor(now.muted))
    app.setPalette(palette)
    look = "dark" if now is DARK else "light"
    tick, arrow = (_PICTURES.with_name(f"{name}-{look}.svg").as_posix() for name in _SMALL_PICTURES)
    app.setStyleSheet(
        _SHEET.format(
            **vars(now),
            radius=RADIUS,
            unit=UNIT,
            margin=MARGIN,
            around=6 * UNIT,
            tick=tick,
            arrow=arrow,
        )
    )
