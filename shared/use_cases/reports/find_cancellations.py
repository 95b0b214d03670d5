"""Finds the booked places of a period and what became of them, by the index of starts."""

from shared.domain.appointments.cancellation import read_left
from shared.domain.reports.cancellations import BookedPlaces, CancellationReport, cancellations_of
from shared.domain.reports.period import ReportPeriod
from shared.records.keys import days_between, start_of
from shared.records.table import Row
from shared.use_cases.ports import Store


COLUMNS = ("status", "service", "staff", "filled", "origin", "left")


async def find_cancellations(period: ReportPeriod, *, business: str, store: Store) -> CancellationReport:
    """Return what was cancelled of the appointments that start in the period; one round trip."""
    page = await store.table.range("bookings", business, *days_between(period.start, period.end), COLUMNS)
    booked = (row for row in page.rows if (row.values.get("origin") or "booking") == "booking")
    return cancellations_of(map(_places, booked), period.zone)


def _places(row: Row) -> BookedPlaces:
    values = row.values
    left = tuple(read_left(str(values.get("left") or "")))
    is_cancelled = values["status"] == "cancelled"
    return BookedPlaces(
        str(values["service"]),
        tuple(filter(None, str(values["staff"]).split(","))),
        start_of(row.key),
        0 if is_cancelled else int(values["filled"]),
        left,
        int(is_cancelled and not left),
    )
