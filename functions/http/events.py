"""What requests and rounds cost and came to: as events in the log where that is wished, and counted for /metrics.

An event is a line `event {…}` with names and numbers alone: no address, no path, nothing that somebody typed.
Whoever else wants to be told (what sends spans to a collector) is told the same.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import NamedTuple

from shared.storage.trace import Trace
from shared.use_cases.fault_log import log_fault


log = logging.getLogger("openslot.events")
log.setLevel(logging.WARNING)  # until the settings say otherwise
QUIET = frozenset({"healthz", "readyz", "assets", "embed", "robots", "show_metrics"})  # asked all day by machines
LONGEST_PARENT = 128  # characters; 55 today, and later versions may have more


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


Labels = Mapping[str, str | int]


class Family(NamedTuple):
    """Sums of one kind, with the labels of each."""

    name: str
    what: str
    samples: Callable[[], list[tuple[Labels, float]]]


def _by(label: str, counts: Mapping[str, float]) -> Callable[[], list[tuple[Labels, float]]]:
    return lambda: [({label: one}, count) for one, count in list(counts.items())]


def _requests() -> list[tuple[Labels, float]]:
    counts = list(FIGURES.requests.items())
    return [({"name": name, "outcome": status}, count) for (name, status), count in counts]


FAMILIES = (
    Family("requests", "Answered requests by handler and status.", _requests),
    Family("request_seconds", "Time to answer them.", _by("name", FIGURES.seconds)),
    Family("processor_seconds", "Processor time meanwhile.", _by("name", FIGURES.processor)),
    Family("storage", "Calls of the storage.", _by("kind", FIGURES.storage)),
    Family("messages", "Messages by what became of them.", _by("outcome", FIGURES.messages)),
    Family("rounds", "Rounds of due work by who ran them.", _by("by", FIGURES.rounds)),
)


class CostEvent(NamedTuple):
    """What is told of a request or a round: `said` is what it was, the rest what it cost.

    `parent` is the `traceparent` that a request came with, as its sender wrote it.
    """

    name: str
    said: Mapping[str, str | int]
    seconds: float
    processor: float
    trace: Trace
    parent: str = ""

    def facts(self) -> dict[str, str | int | float]:
        """Return all of it by the names of an event; times in milliseconds."""
        cost = {"ms": round(self.seconds * 1000, 1), "cpu": round(self.processor * 1000, 1)}
        trace = self.trace
        storage = {"depth": trace.depth, "requests": trace.requests, "transactions": trace.transactions}
        return {**self.said, **cost, **storage}


_listeners: list[Callable[[CostEvent], None]] = []


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


def tell_also(*listeners: Callable[[CostEvent], None]) -> None:
    """Have these told of each request and round, and nobody else beside the log and /metrics."""
    _listeners[:] = listeners


def tell_request(name: str, outcome: int, watch: Watch, trace: Trace, parent: str = "") -> None:
    """Tell of a request: its handler, its status, and what it cost."""
    seconds, processor = watch.read()
    FIGURES.requests[name, outcome] += 1
    FIGURES.seconds[name] += seconds
    FIGURES.processor[name] += processor
    FIGURES.add_storage(trace)
    if name not in QUIET:
        said: dict[str, str | int] = {"kind": "request", "name": name, "outcome": outcome}
        _tell(CostEvent(name, said, seconds, processor, trace, parent[:LONGEST_PARENT]))


def tell_round(by: str, counts: Mapping[str, int], watch: Watch, trace: Trace) -> None:
    """Tell of a round: who ran it, what was sent, and what it cost."""
    seconds, processor = watch.read()
    FIGURES.rounds[by] += 1
    FIGURES.add_storage(trace)
    for name, count in counts.items():
        FIGURES.messages[name] += count
    _tell(CostEvent("round", {"kind": "round", "by": by, **counts}, seconds, processor, trace))


def _tell(told: CostEvent) -> None:
    if log.isEnabledFor(logging.INFO):
        log.info("event %s", json.dumps(told.facts(), separators=(",", ":")))
    for listener in _listeners:
        try:
            listener(told)
        except Exception as error:  # noqa: BLE001 - what is told of a request is not worth its answer
            log_fault(log, "an event could not be passed on", error)
