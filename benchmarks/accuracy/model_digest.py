"""The digest in a model file that was changed after its export."""

from __future__ import annotations

import hashlib
import json

import onnx

from earmark_daemon.hearing.modelfile import METADATA_KEY

_NONE = "0" * 64


def stamped(model: onnx.ModelProto) -> bytes:
    """The file's bytes with its new digest in place."""
    (entry,) = [e for e in model.metadata_props if e.key == METADATA_KEY]
    said = json.loads(entry.value)
    entry.value = json.dumps({**said, "digest": _NONE}, sort_keys=True)
    data = model.SerializeToString()
    digest = hashlib.sha256(data).hexdigest()
    empty, full = (f'"digest": "{text}"'.encode() for text in (_NONE, digest))
    return bytes(data).replace(empty, full, 1)
