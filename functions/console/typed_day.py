"""A day as it stands in an address."""

from datetime import date


def typed_day(text: str) -> date | None:
    """Return the day of a text such as 2026-11-30; None for any other."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1971 <= day.year <= 2200 else None
