"""Where tests of delivery find the templates, and a port that is free."""

import socket
from pathlib import Path


DELIVERY = Path(__file__).parents[3] / "shared" / "delivery"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
