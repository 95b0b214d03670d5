"""The dates of a series on the page of each of its appointments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.domain.appointments.visit_links import manage_token


if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.booking.manage_views import Managed
    from shared.use_cases.series.find_series import SeriesPart


class SeriesDate(NamedTuple):
    """When an appointment of a series is, and its page; empty for the one whose page shows it."""

    when: str
    href: str


def series_dates(managed: Managed, parts: Sequence[SeriesPart], secret: str) -> list[SeriesDate]:
    """Return the dates of a series with links to their pages; none where there is only one."""
    if len(parts) < 2:
        return []
    business, visitor, own = managed.business, managed.visitor, managed.held.appointment.id
    dates = []
    for appointment, seat in parts:
        assert seat is not None
        token = manage_token(secret, business.id, appointment.id, seat.id, seat.link_version, appointment.start)
        there = visitor.link("book", business.slug, "manage", token)
        when = visitor.formats.when(appointment.start, visitor.zone)
        dates.append(SeriesDate(when, "" if appointment.id == own else there))
    return dates
