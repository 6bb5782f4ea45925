"""How quickly and how often the watching room does things; every wait in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Waits in seconds, limits in counts.

    Attributes:
        quiet: a file whose size and times have not changed for this long is complete.
        quiet_after_close: the same once a writer has closed it.
        busy_longest: longest wait between two looks at a file that keeps growing or is in use.
        in_use_complaint: after so long of waiting for a file it is reported as in use.
        reconcile_every: disk and index are compared this often even if all seems well.
        poll_every: the same for folders that send no events (network, limit of the system).
        retry_after: how soon to look again after the index refused or a folder was in doubt.
        doubt_quiet: how long a folder in doubt must be quiet before it is compared.
        pulse: how often to see whether a root or a mount came or went.
        limbo: how long a vanished file may turn up under a new name before it counts as gone.
        limbo_longest: the same while a comparison that may find it is under way or soon to come.
        batch: most files handed over in one call.
        batch_gap: least time between two calls while files keep coming.
        burst: this many events in one go make their root's completeness doubtful.
        pending_per_folder: above this many waiting files a folder is scanned instead.
        doubts: above this many folders in doubt the whole root is compared.
        pending_folders: above this many such folders everything is scanned.
    """

    quiet: float = 1.0
    quiet_after_close: float = 0.25
    busy_longest: float = 30.0
    in_use_complaint: float = 300.0
    reconcile_every: float = 3600.0
    poll_every: float = 30.0
    retry_after: float = 15.0
    doubt_quiet: float = 1.5
    pulse: float = 5.0
    limbo: float = 2.5
    limbo_longest: float = 3600.0
    batch: int = 500
    batch_gap: float = 0.1
    burst: int = 1000
    pending_per_folder: int = 2000
    doubts: int = 50
    pending_folders: int = 2000
