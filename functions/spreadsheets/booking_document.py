"""What was booked and given up, as JSON: the same figures as on the console's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.reports.cancellations import CancellationReport, CancelledPlaces
    from shared.domain.reports.page_steps import PageReport
    from shared.domain.reports.period import ReportPeriod
    from shared.domain.reports.utilisation import UsedTime, UtilisationReport


def booking_document(
    period: ReportPeriod, found: CancellationReport, page: PageReport, now: datetime
) -> dict[str, Any]:
    """Return the figures in all, by service and by person; shares of fewer than ten places are null."""
    return {
        **_about(period, now),
        "cancellations": _figures(found.whole),
        "services": [{"serviceId": name, **_figures(one)} for name, one in found.services.items()],
        "staff": [{"staffMemberId": name, **_figures(one)} for name, one in found.people.items()],
        "hours": [
            {"weekday": hour.weekday + 1, "hour": hour.hour, **_figures(one)}
            for hour, one in sorted(found.hours.items())
        ],
        "reasons": [{"reason": name or "none", "count": number} for name, number in found.reasons.most_common()],
        "page": {
            **page.whole._asdict(),
            "days": [{"day": str(day), **one._asdict()} for day, one in sorted(page.days.items())],
        },
    }


def utilisation_document(period: ReportPeriod, found: UtilisationReport, now: datetime) -> dict[str, Any]:
    """Return how much of people's time was booked, in minutes: in all, by person, and by person and day."""
    return {
        **_about(period, now),
        "utilization": _used(found.whole),
        "staff": [{"staffMemberId": name, **_used(one)} for name, one in found.people.items()],
        "days": [
            {"day": str(day), "staffMemberId": name, **_used(one)}
            for day, used in sorted(found.days.items())
            for name, one in used.people.items()
        ],
    }


def _about(period: ReportPeriod, now: datetime) -> dict[str, Any]:
    return {
        "made": now.isoformat(),
        "from": str(period.first),
        "to": str(period.last),
        "timeZone": period.zone,
    }


def _used(one: UsedTime) -> dict[str, Any]:
    share = round(one.share, 4) if one.share is not None else None
    return {"bookable": one.bookable, "booked": one.booked, "share": share}


def _figures(one: CancelledPlaces) -> dict[str, Any]:
    return {
        "booked": one.booked,
        "cancelled": one.cancelled,
        "late": one.late,
        "lateByCustomers": one.of_customers,
        "unknown": one.unknown,
        "shareLate": round(one.share_late, 4) if one.share_late is not None else None,
    }
