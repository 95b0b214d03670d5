"""Today's visits of the demo's clinic, one in every status: also on a Sunday, at 23:50 and at 00:05."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from shared.use_cases.booking.create_appointment import CustomerDetails


if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OVER = ("completed", "no_show", "not_admitted")


@dataclass(frozen=True)
class Scene:
    """A visit: who, with whom, when (minutes from now), since when it was waited, and what became of it."""

    name: str
    staff: str
    starts: int
    came: int | None = None
    ends: str = ""
    devices: str = "camera microphone"

    def start(self, began: datetime, zone: ZoneInfo) -> datetime:
        """Return when it starts: within the day, as the queue shows one, unless it is over by now."""
        start = (began + self.starts * MINUTE).replace(second=0, microsecond=0)
        if self.ends in OVER:
            return start
        midnight = datetime.combine(began.astimezone(zone), time(), zone)
        return min(max(start, midnight.astimezone(UTC)), (midnight + DAY).astimezone(UTC) - MINUTE)


SCENES = (
    Scene("Lucie Fontaine", "karim", -100, -104, "completed"),
    Scene("Amadou Diallo", "anais", -70, -75, "completed"),
    Scene("Margaux Petit", "karim", -60, ends="no_show"),
    Scene("Henri Vasseur", "anais", -45, -47, "not_admitted", "microphone"),
    Scene("Inès Caron", "karim", -10, -12, "in_progress"),
    Scene("Nadia Haddad", "anais", -5, -18, devices="microphone"),
    Scene("Paul Lefèvre", "karim", 5, -2),
    Scene("Jeanne Roux", "anais", 25),
    Scene("Tiago Pereira", "karim", 40),
    Scene("Sofia Marchetti", "anais", 55, ends="cancelled"),
)
ON_DEMAND = CustomerDetails(name="Émile Garnier", email="emile.garnier@patients.example")
