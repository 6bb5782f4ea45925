"""The real disk without waiting for the medium, for tests of content alone."""

from earmark_daemon.writing.disk import Disk


class QuickDisk(Disk):
    """Skips what only matters when the power fails."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_folder(self, path: str) -> None:
        pass


QUICK = QuickDisk()
