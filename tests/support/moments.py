"""Moments at which calendars and clocks turn, as a clinic in Paris sees them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


PARIS = ZoneInfo("Europe/Paris")
# The first ten have every kind of turn among them: the rest are more of the same.
_TURNS = {
    "the night in which summer time begins": "2027-03-28 00:05",
    "29 February": "2028-02-29 15:40",
    "ten minutes before New Year": "2027-12-31 23:50",
    "the hour that comes twice": "2027-10-31 02:30",
    "31 January": "2028-01-31 14:45",
    "28 February, the month's last, a Sunday": "2027-02-28 11:05",
    "30 December": "2027-12-30 09:15",
    "the Saturday before summer time": "2028-03-25 08:30",
    "the Saturday before winter time": "2027-10-30 17:35",
    "the first minutes of December": "2027-12-01 00:05",
    "a Sunday, on which the demo is closed": "2027-01-17 10:20",
    "ten minutes before the Sunday of summer time": "2027-03-27 23:50",
    "ten minutes before December": "2027-11-30 23:50",
    "31 December": "2027-12-31 10:20",
    "28 February of a leap year": "2028-02-28 12:00",
    "the Sunday of summer time": "2028-03-26 10:20",
}
MOMENTS = {name: datetime.fromisoformat(text).replace(tzinfo=PARIS) for name, text in _TURNS.items()}
CYCLE = (
    28  # years, after which days fall on the same weekdays again, those of February and of the clocks among them
)


def to_come(moment: datetime, now: datetime) -> datetime:
    """Return the moment, or the next one that is like it."""
    while moment < now + timedelta(days=1):
        moment = moment.replace(year=moment.year + CYCLE)
    return moment
