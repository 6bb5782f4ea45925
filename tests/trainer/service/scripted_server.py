"""The real server and engine; only the workers act out a script instead of training."""

import json
import logging
import sys
from pathlib import Path

from earmark_trainer.engines.probe import Capabilities, Network
from earmark_trainer.engines.processes import ProcessEngine
from earmark_trainer.limits import Limits
from earmark_trainer.server.ray import on_ray
from earmark_trainer.server.run import serve
from earmark_trainer.server.service import MakeEngine, Probe
from earmark_trainer.server.settings import RaySettings, Settings
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
    acting = (*WORKER, str(data.parent))
    looked: Probe = look
    make: MakeEngine = lambda _: ProcessEngine(0, limits, command=acting)  # noqa: E731
    if told["ray"]:
        looked, make = on_ray(RaySettings(str(told["ray"])), limits, look, acting)
    serve(
        settings,
        lambda address: print(f"listens on {address}", flush=True),
        look=looked,
        make_engine=make,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
