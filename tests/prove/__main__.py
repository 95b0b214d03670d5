"""The long experiments: `python -m tests.prove [--minutes 10] [--workers 2] [--first 1000] [--histories 300]`."""

import argparse
import sys

from tests.prove.simulation import prove


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long to go on")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    parser.add_argument("--histories", type=int, default=300, help="how many to check for linearizability")
    chosen = parser.parse_args()
    return 1 if prove(chosen.minutes, chosen.workers, chosen.first, chosen.histories) else 0


if __name__ == "__main__":
    sys.exit(main())
