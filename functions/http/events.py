"""What requests and rounds cost and came to: as events in the log where that is wished, and counted for /metrics.

An event is a line `event {…}` with names and numbers alone: no address, no path, nothing that somebody typed.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter, process_time

from shared.storage.trace import Trace


log = logging.getLogger("openslot.events")
log.setLevel(logging.WARNING)  # until the settings say otherwise
QUIET = frozenset({"healthz", "readyz", "assets", "embed", "robots", "show_metrics"})  # asked all day by machines


def _counts() -> defaultdict[str, float]:
    return defaultdict(float)


@dataclass(slots=True)
class ProcessFigures:
    """The counts of this process since it began."""

    requests: defaultdict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    seconds: defaultdict[str, float] = field(default_factory=_counts)
    processor: defaultdict[str, float] = field(default_factory=_counts)
    storage: defaultdict[str, float] = field(default_factory=_counts)
    messages: defaultdict[str, float] = field(default_factory=_counts)
    rounds: defaultdict[str, float] = field(default_factory=_counts)

    def add_storage(self, trace: Trace) -> None:
        """Count what was asked of the storage."""
        self.storage["requests"] += trace.requests
        self.storage["transactions"] += trace.transactions


FIGURES = ProcessFigures()


class Watch:
    """Takes the time of something, and of the processor: of all that the process did meanwhile."""

    def __init__(self) -> None:
        self._began, self._processor = perf_counter(), process_time()

    def read(self) -> tuple[float, float]:
        """Return the seconds since it began, and those of the processor."""
        return perf_counter() - self._began, process_time() - self._processor


def switch_events(*, on: bool) -> None:
    """Say whether events are logged; they are counted in any case."""
    log.setLevel(logging.INFO if on else logging.WARNING)


def tell_request(name: str, outcome: int, watch: Watch, trace: Trace) -> None:
    """Tell of a request: its handler, its status, and what it cost."""
    seconds, processor = watch.read()
    FIGURES.requests[name, outcome] += 1
    FIGURES.seconds[name] += seconds
    FIGURES.processor[name] += processor
    FIGURES.add_storage(trace)
    if name not in QUIET:
        _tell({"kind": "request", "name": name, "outcome": outcome}, seconds, processor, trace)


def tell_round(by: str, counts: Mapping[str, int], watch: Watch, trace: Trace) -> None:
    """Tell of a round: who ran it, what was sent, and what it cost."""
    seconds, processor = watch.read()
    FIGURES.rounds[by] += 1
    FIGURES.add_storage(trace)
    for name, count in counts.items():
        FIGURES.messages[name] += count
    _tell({"kind": "round", "by": by, **counts}, seconds, processor, trace)


def _tell(facts: Mapping[str, object], seconds: float, processor: float, trace: Trace) -> None:
    if log.isEnabledFor(logging.INFO):
        cost = {"ms": round(seconds * 1000, 1), "cpu": round(processor * 1000, 1)}
        storage = {"depth": trace.depth, "requests": trace.requests, "transactions": trace.transactions}
        log.info("event %s", json.dumps({**facts, **cost, **storage}, separators=(",", ":")))
