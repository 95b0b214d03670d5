"""What the report of cancellations counts equals a naive count of the same rows, on every clock."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from shared.domain.appointments.cancellation import PlacesLeft, read_left, written_left
from shared.domain.reports.cancellations import BookedPlaces, CancellationReport, CancelledPlaces
from shared.domain.reports.no_shows import Hour
from shared.records.keys import day_key, start_of
from shared.records.table import Row
from shared.use_cases.reports.find_cancellations import report_of


CLOCKS = ("Etc/UTC", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe")
CHANGES = (
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 10, 3, tzinfo=UTC),
)
LEFT = [
    PlacesLeft(by=by, is_late=is_late, reason=reason, number=number)
    for by in ("customer", "staff")
    for is_late in (False, True)
    for reason in ("", "time", "mistake")
    for number in (1, 3)
]


def some_rows(dice: Random) -> list[Row]:
    """Rows of three days about a change of clocks, in the order of their keys."""
    first, rows = dice.choice(CHANGES), []
    for number in range(dice.randrange(40)):
        start = first + timedelta(minutes=5 * dice.randrange(-288, 576))
        status = dice.choice(("booked", "completed", "no_show", "not_admitted", "cancelled"))
        values = {
            "status": status,
            "service": dice.choice(("video", "yoga")),
            "staff": dice.choice(("", "claire", "claire,samir")),
            "filled": dice.choice((0, 1, 4)),
        }
        if origin := dice.choice((None, "booking", "", "on_demand")):
            values["origin"] = origin
        if dice.random() < 0.5:
            values["left"] = written_left(dice.sample(LEFT, dice.randrange(3)))
        rows.append(Row(day_key(start, f"a{number}"), values, "", start))
    return sorted(rows, key=lambda row: row.key)


def naive(rows: list[Row], zone: str) -> CancellationReport:
    """Count row by row."""
    found, reasons = CancellationReport(), Counter[str]()
    for row in rows:
        if row.values.get("origin", "") not in ("", "booking"):
            continue
        left, is_gone = tuple(read_left(str(row.values.get("left", "")))), row.values["status"] == "cancelled"
        places = BookedPlaces(0 if is_gone else int(row.values["filled"]), left, int(is_gone and not left))
        local = start_of(row.key).astimezone(ZoneInfo(zone))
        counted = [found.whole, found.services.setdefault(str(row.values["service"]), CancelledPlaces())]
        people = [one for one in str(row.values["staff"]).split(",") if one]
        counted += [found.people.setdefault(one, CancelledPlaces()) for one in people]
        counted.append(found.hours.setdefault(Hour(local.weekday(), local.hour), CancelledPlaces()))
        for one in counted:
            one.add(places, 1)
        for one_left in left:
            if one_left.by == "customer":
                reasons[one_left.reason] += one_left.number
    found.reasons = reasons
    return found


@pytest.mark.walk
def test_it_equals_a_naive_count_in_500_random_weeks():
    dice = Random(7)
    for number in range(500):
        rows, zone = some_rows(dice), CLOCKS[number % len(CLOCKS)]
        assert report_of(rows, zone) == naive(rows, zone), (number, zone)
