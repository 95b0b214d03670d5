"""A route and a timer of the app, as the tables of them have it."""

from typing import NamedTuple


class Route(NamedTuple):
    """`name` is that of the function, and of its handler in `module` of this package. GET includes HEAD."""

    module: str
    name: str
    methods: str
    template: str

    @property
    def verbs(self) -> list[str]:
        """The methods as the host takes them."""
        found = self.methods.split()
        return [*found, "HEAD"] if "GET" in found else found


class Timer(NamedTuple):
    """`schedule` is in NCRONTAB, seconds first. A monitored timer runs late if the host was down at its time."""

    module: str
    name: str
    schedule: str
    is_monitored: bool


SERVICES = "console/calendars/{business}/services"
SERVICE = f"{SERVICES}/service/{{service}}"
