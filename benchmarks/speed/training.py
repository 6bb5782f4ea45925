"""Seconds from `earmark train` to a model in use: three tags of a hundred sounds, on this machine.

python -m benchmarks.speed.training

The sounds are real one-shots of three kinds, with others lying unlabelled beside; the daemon is
a process of its own and writes into no files.
"""

from __future__ import annotations

import csv
import statistics
import time

import psutil

from benchmarks.speed.footprint import resident
from benchmarks.speed.running import SOUNDS, copy_many, running_daemon, times_of
from earmark_daemon.api import Client

TAGS = ("kick", "snare", "guitar")
OF_EACH = 100
BESIDE = 500
ROUNDS = 5
_REST_SECONDS = 25.0


def train(client: Client) -> float:
    """Train once; seconds until the model was in use."""
    number = client.call("status")["event"]
    began = time.time()
    job = client.call("train", tag_set="own", where="here")["job"]
    while True:
        answer = client.call("changes", since=number, seconds=30.0)
        number = answer["number"]
        for event in answer["events"]:
            if event["kind"] == "training" and event["job"] == job:
                if event["state"] == "succeeded":
                    return float(event["at"] - began)
                if event["state"] == "failed":
                    raise SystemExit(event["message"])


def main() -> None:
    """Print the figures."""
    with (SOUNDS / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    of_tag = [[row for row in rows if row["label"] == tag][:OF_EACH] for tag in TAGS]
    others = [row for row in rows if row["label"] not in TAGS][:: len(rows) // BESIDE]
    with running_daemon(write_tags=False) as (client, folder, _):
        chosen = [SOUNDS / row["path"] for own in (*of_tag, others) for row in own]
        paths = list(copy_many(chosen, len(chosen), folder))
        times_of(client, set(paths), ("tagged",))
        process = psutil.Process(client.call("status")["pid"])
        time.sleep(_REST_SECONDS)
        before = resident(process)
        for place, tag in enumerate(TAGS):
            labelled = paths[place * OF_EACH : (place + 1) * OF_EACH]
            client.call("label", paths=labelled, add=[f"my {tag}"])
        walls = [train(client)]
        while client.call("status")["retagging"]:
            client.call("changes", since=client.call("status")["event"], seconds=1.0)
        time.sleep(_REST_SECONDS)
        after = resident(process)
        walls += [train(client) for _ in range(ROUNDS - 1)]
    first, rest = walls[0], statistics.median(walls[1:])
    print(f"{len(TAGS)} tags of {OF_EACH} sounds, {len(others)} beside, to a model in use:")
    print(f"{first:.2f} s the first time, {rest:.2f} s with workers that are warm (median)")
    print(f"daemon at rest: {before / 1e6:.0f} MB before, {after / 1e6:.0f} MB after")


if __name__ == "__main__":
    main()
