"""A Ray cluster of several nodes on this machine, its dashboard on loopback, with a token.

A process of its own, so that Ray loads in none of the tests' processes. It prints the dashboard's
address, and obeys lines on its input: `kill NODE` ends the processes of a node as a power cut does.
"""

import socket
import sys

from ray.cluster_utils import Cluster

HOST = "127.0.0.2"
"""Loopback too; Ray takes 127.0.0.1 for a name of this machine's outer address."""

MEMORY = 80 << 20


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def main(nodes: int, port: int) -> None:
    cluster = Cluster(
        initialize_head=True,
        head_node_args={
            "num_cpus": 0,
            "num_gpus": 0,
            "object_store_memory": MEMORY,
            "node_ip_address": HOST,
            "include_dashboard": True,
            "dashboard_host": HOST,
            "dashboard_port": port,
            "dashboard_agent_listen_port": free_port(),
        },
    )
    workers = [
        cluster.add_node(num_cpus=1, num_gpus=0, object_store_memory=MEMORY, node_ip_address=HOST)
        for _ in range(nodes)
    ]
    print(f"ray at http://{HOST}:{port}", flush=True)
    for line in sys.stdin:
        cluster.remove_node(workers.pop(int(line.split()[1])), allow_graceful=False)
        print("killed", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
