"""The structure of audio files: what they are, and what in them is audio.

Shared below hearing and writing; reads alone and needs no third-party package but xxhash.
"""

from earmark_daemon.containers.digest import content_digest
from earmark_daemon.containers.identify import Container, identify

__all__ = ["Container", "content_digest", "identify"]
