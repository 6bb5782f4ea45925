"""Asks whether what was sent to a trainer is to be erased there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

translate = QCoreApplication.translate


def wants_to_erase(parent: QWidget, address: str) -> bool:
    """Say what goes and what stays, and ask; Enter alone erases nothing."""
    box = QMessageBox(parent)
    box.setWindowTitle(translate("Erasing", "Erase what was sent"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(
        translate("Erasing", "Erase at {} all that this computer has sent there?").format(address)
    )
    box.setInformativeText(
        translate(
            "Erasing",
            "All spectrograms go, and all trainings there with their labels and models; one that is"
            " under way is cancelled.\n\nYour labels on this machine stay, and so do the models"
            " that were fetched. The trainer stays paired, and the next training sends its"
            " spectrograms anew.",
        )
    )
    erase = box.addButton(translate("Erasing", "Erase"), QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(translate("Erasing", "Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    return box.clickedButton() is erase
