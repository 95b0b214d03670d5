"""A route and a timer of the app, as the tables of them have it."""

from collections.abc import Sequence
from typing import NamedTuple


REST = "{*path}"  # as the last segment: all that follows


class Route(NamedTuple):
    """`name` is that of its handler in `module` of this package. GET includes HEAD."""

    module: str
    name: str
    methods: str
    template: str

    @property
    def face(self) -> str:
        """The first segment of the address, which the host knows the app's functions by."""
        return self.template.partition("/")[0]

    @property
    def verbs(self) -> list[str]:
        """The methods as the host takes them."""
        found = self.methods.split()
        return [*found, "HEAD"] if "GET" in found else found

    def values_of(self, segments: Sequence[str]) -> dict[str, str] | None:
        """Return what the segments after the first say, by the template's names; None where they do not fit.

        Letter case counts for values alone. A segment keeps an encoded slash encoded, as the host leaves it.
        """
        wanted, values = self.template.split("/")[1:], {}
        if wanted[-1:] == [REST]:
            wanted.pop()
            values["path"] = "/".join(segments[len(wanted) :])
            segments = segments[: len(wanted)]
        if len(segments) != len(wanted):
            return None
        for want, segment in zip(wanted, segments, strict=True):
            if want.startswith("{") and segment:
                values[want[1:-1]] = segment
            elif want != segment.lower():
                return None
        return values


class Timer(NamedTuple):
    """`schedule` is in NCRONTAB, seconds first. A monitored timer runs late if the host was down at its time."""

    module: str
    name: str
    schedule: str
    is_monitored: bool


SERVICES = "console/calendars/{business}/services"
SERVICE = f"{SERVICES}/service/{{service}}"
