"""What the app costs on Azure, and what gives way first when it grows: a model, of counted calls and list prices.

    python -m infra.azure.scale          prints the two tables of .github/docs/azure.md

Calls are counted by tests/infra/azure/test_scale.py on the app itself. Prices are United States list prices of
2025, in dollars, and differ by region; traffic is assumed. Nothing here was measured on Azure.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import ceil, exp


# Azure's targets for a storage account, of entities of 1 KiB: what is read counts as what is written does.
OF_A_PARTITION, OF_AN_ACCOUNT = 2_000, 20_000  # entities a second
# Counted, in entities: an uncontended booking where three people could take it, and the messages that follow it.
READ_TO_BOOK, WRITTEN_TO_BOOK = 7, 9
READ_TO_TELL, WRITTEN_TO_TELL = 4, 7
TO_BOOK = READ_TO_BOOK + WRITTEN_TO_BOOK
IN_ALL = TO_BOOK + READ_TO_TELL + WRITTEN_TO_TELL
# Assumed.
REQUESTS, READS = 30, 60  # a booking: of pages and programs; calls of the storage beside the booking itself
REQUEST_SECONDS, TOGETHER = 0.15, 4  # a request's time, and requests that an instance serves side by side
SHORTEST = 1.0  # seconds that are billed at least
VISITS, POLLS, POLL_SECONDS = 0.3, 400, 0.05  # of bookings that are visits; polls of both parties
LOGGED = 0.7e-6  # GB of a request's event
SIZE = 6e-6  # GB of a booking with all its rows
HOURS = 730.0
ROUND_EVERY, CALLS_OF_A_ROUND = 10, 7

SECOND_OF_GB, ONE_RUN = 26e-6, 0.4e-6
READY_GB_SECOND = 4e-6
FREE_GB_SECONDS, FREE_RUNS = 100_000, 250_000
TABLE_CALL, TABLE_GB = 0.036e-6, 0.06
LOG_GB, FREE_LOG_GB = 2.3, 5.0


@dataclass(frozen=True)
class Plan:
    """How many bookings a month, on instances of how many GB, of which so many wait."""

    bookings: int
    memory: float = 2.0
    ready: int = 1
    sampled: float = 1.0  # of the events that are kept


@dataclass(frozen=True)
class Bill:
    """Dollars a month."""

    pages: float
    timer: float
    ready: float
    tables: float
    logs: float

    @property
    def total(self) -> float:
        return self.pages + self.timer + self.ready + self.tables + self.logs


def bill(plan: Plan) -> Bill:
    """Return what a month costs, without mail and TURN, which are bought elsewhere."""
    requests, polls = plan.bookings * REQUESTS, plan.bookings * VISITS * POLLS
    month = HOURS * 3600
    # The first instance is busy while anybody is there; more of them share what one cannot serve.
    first = 1 - exp(-(requests + polls) / month * SHORTEST)
    instances = max(first, (requests * REQUEST_SECONDS + polls * POLL_SECONDS) / month / TOGETHER)
    compute, rounds = month * instances, month / ROUND_EVERY
    seconds = max((compute + rounds * SHORTEST) * plan.memory - FREE_GB_SECONDS, 0)
    share = rounds / (rounds + compute)
    runs = max(requests + polls + rounds - FREE_RUNS, 0)
    calls = plan.bookings * (IN_ALL + READS) + rounds * CALLS_OF_A_ROUND
    calls += polls * 2
    logged = (requests + polls) * LOGGED * plan.sampled
    return Bill(
        pages=seconds * (1 - share) * SECOND_OF_GB + runs * ONE_RUN,
        timer=seconds * share * SECOND_OF_GB,
        ready=plan.ready * plan.memory * month * READY_GB_SECOND,
        tables=calls * TABLE_CALL + plan.bookings * 12 * SIZE * TABLE_GB,
        logs=max(logged - FREE_LOG_GB, 0) * LOG_GB,
    )


PLANS = (
    Plan(1_000, memory=0.5, ready=0),
    Plan(1_000),
    Plan(100_000),
    Plan(1_000_000, ready=3, sampled=0.2),
)


@dataclass(frozen=True)
class Limit:
    """Something that gives way, and at how many bookings a second."""

    what: str
    bookings: float
    then: str


def limits(accounts: int = 1) -> list[Limit]:
    """Return what gives way, first first."""
    found = [
        Limit("one person's month: bookings of one person follow each other", 1 / 0.04, "more people"),
        Limit(
            "one calendar, for long: its partition, with all messages",
            OF_A_PARTITION / IN_ALL,
            "several calendars",
        ),
        Limit(
            "one calendar, in a rush: its partition, and messages wait",
            OF_A_PARTITION / TO_BOOK,
            "several calendars",
        ),
        Limit(
            f"{'one account' if accounts == 1 else f'{accounts} accounts'}: all calendars, with their messages",
            accounts * OF_AN_ACCOUNT / IN_ALL,
            "a second app with an account of its own",
        ),
        Limit(
            "the timer: the markers of four partitions, one for each calendar and minute",
            4 * OF_A_PARTITION * 10,
            "more shards",
        ),
    ]
    return sorted(found, key=lambda one: one.bookings)


def accounts_for(bookings: float) -> int:
    """Return how many accounts it takes for so many bookings a second, with their messages."""
    return ceil(bookings * IN_ALL / OF_AN_ACCOUNT)


def costs_table() -> str:
    """Return the costs as lines of Markdown."""
    lines = [
        "| bookings a month; memory; waiting | pages | timer | waiting | tables | logs | sum |",
        "| --- " * 7 + "|",
    ]
    for plan in PLANS:
        one = bill(plan)
        parts = (one.pages, one.timer, one.ready, one.tables, one.logs, one.total)
        name = f"{plan.bookings:,}; {plan.memory:g} GB; {plan.ready}"
        name += f"; {plan.sampled:.0%} of events" if plan.sampled < 1 else ""
        lines.append(f"| {name} | " + " | ".join(f"${part:,.0f}" for part in parts) + " |")
    return "\n".join(lines)


def limits_table() -> str:
    """Return what gives way as lines of Markdown."""
    lines = ["| what gives way, first first | bookings a second | then |", "| --- | --- | --- |"]
    lines += [f"| {one.what} | {one.bookings:,.0f} | {one.then} |" for one in limits()]
    return "\n".join(lines)


def main() -> int:
    print(f"{costs_table()}\n\n{limits_table()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
