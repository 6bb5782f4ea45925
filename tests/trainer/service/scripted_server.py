"""The real server and engine; only the workers act out a script instead of training."""

import json
import logging
import sys
from pathlib import Path

from earmark_trainer.engines.probe import Capabilities, Network
from earmark_trainer.engines.processes import ProcessEngine
from earmark_trainer.limits import Limits
from earmark_trainer.server.run import serve
from earmark_trainer.server.settings import Settings
from earmark_trainer.storage.bucket import BucketSettings

WORKER = (sys.executable, str(Path(__file__).with_name("scripted_worker.py")))


async def look() -> Capabilities:
    return Capabilities(
        "0", (), 1, tuple(Network(name, "", {"kind": "log-mel"}) for name in ("compact", "vgg-elu"))
    )


def main(data: Path, told: dict[str, object]) -> None:
    logging.basicConfig(level=logging.INFO)
    assert isinstance(told["limits"], dict)
    limits = Limits(**told["limits"])
    settings = Settings(
        data,
        port=0,
        tls_cert=Path(str(told["cert"])) if told["cert"] else None,
        tls_key=Path(str(told["key"])) if told["key"] else None,
        bucket=BucketSettings(str(told["bucket"])) if told["bucket"] else None,
        limits=limits,
    )
    serve(
        settings,
        lambda address: print(f"listens on {address}", flush=True),
        look=look,
        make_engine=lambda _: ProcessEngine(0, limits, command=(*WORKER, str(data.parent))),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
