"""The console of a small clinic: one visit online, one in person, and people of every role."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

from shared.domain.access.permissions import Caller
from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Calendar
from shared.records.keys import APPOINTMENT
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.edge import Answer, World, copied


START = MONDAY + timedelta(hours=2)
FORM = "application/x-www-form-urlencoded"
PEOPLE = {
    "claire": a_person("claire", role="team_member"),
    "omar": a_person("omar", role="team_member"),
    "desk": a_person("desk", role="scheduler"),
    "eye": a_person("eye", role="viewer"),
    "gast": a_person("gast", role="guest"),
}


class Console(World):
    @property
    def path(self) -> str:
        """The page of Ana's appointment."""
        return f"/console/queue/biz0clinic/{self.id}"

    def cookie(self, who: str) -> str:
        """Return the cookie of somebody's session of the day: its forms carry its token."""
        sessions = self.__dict__.setdefault("sessions", {})
        if (who, self.now.date()) not in sessions:
            caller = Caller(who, email=f"{who}@clinic.example", name=who.title())
            sessions[who, self.now.date()] = self.session(caller)
        return str(sessions[who, self.now.date()])

    async def see(self, who: str = "desk", query: str = "", **headers: str):
        url = f"/console/queue{'?' + query if query else ''}"
        return await self.call("GET", url, cookie=self.cookie(who), accept="text/html", **headers)

    async def tag(self, who: str = "desk", query: str = "") -> str:
        """Return the ETag, which an answer has once the last change is older than it."""
        await self.see(who, query)
        return (await self.see(who, query)).headers["ETag"]

    async def text(self, who: str = "desk", query: str = "") -> str:
        answer = await self.see(who, query)
        assert answer.status == 200, answer.body
        return answer.body.decode()

    async def act(self, who: str, appointment: str = "", **form: str):
        page = await self.text(who)
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)
        body = urlencode({"csrf": csrf[1] if csrf else "", **form}).encode()
        return await self.call(
            "POST",
            f"/console/queue/biz0clinic/{appointment or self.id}",
            body=body,
            content_type=FORM,
            cookie=self.cookie(who),
            accept="text/html",
        )

    async def json_of(self, who: str, query: str = "", **headers: str) -> Answer:
        url = f"/console/queue?{query}"
        return await self.call("GET", url, cookie=self.cookie(who), accept="application/json", **headers)

    async def open(self, who: str, path: str) -> Answer:
        """Open a page of the console."""
        return await self.call("GET", path, cookie=self.cookie(who), accept="text/html")

    async def send(self, who: str, path: str, **fields: str | list[str]) -> Answer:
        """Open a page with a form, and send it with these fields filled in."""
        return await self.post(who, path, **{**hidden(await self.open(who, path)), **fields})

    async def post(self, who: str, path: str, **fields: str | list[str]) -> Answer:
        """Send a form with these fields only."""
        body, cookie = urlencode(fields, doseq=True).encode(), self.cookie(who)
        return await self.call("POST", path, body=body, content_type=FORM, cookie=cookie, accept="text/html")

    async def book_by_hand(self, start: datetime, **fields: str) -> str:
        """Book at the console, also near what the customer has; return the appointment's id."""
        before = {row.key for row in self.table.rows("bookings", "biz0clinic")}
        local = start + timedelta(hours=1)  # in Paris, in winter
        when = {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
        path, form = "/console/bookings/biz0clinic/new", {"service": "video", "staff": "claire", **when, **fields}
        answer = await self.send("desk", path, **form)
        if answer.status == 409:  # near another appointment: confirmed
            answer = await self.post("desk", path, **{**form, **hidden(answer)})
        assert answer.status == 303, answer.body.decode()
        new = {row.key for row in self.table.rows("bookings", "biz0clinic")} - before
        return next(key[2:] for key in new if key.startswith(APPOINTMENT))

    async def appointment(self, name: str = "") -> Appointment:
        return await self.stored(name or self.id)

    async def ana(self, path: str, document=None):
        return await self.call("POST", f"{self.join}/{path}", document or {})


def hidden(page: Answer) -> dict[str, str]:
    """Return the fields of a page's forms that people do not see."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.body.decode()))


def a_clinic(people=PEOPLE, **business) -> Calendar:
    services = [
        a_service("video", is_online=True, staff=("claire",)),
        a_service("here", staff=("omar",)),
    ]
    return a_calendar(a_business(**business), services, list(people.values()))


@copied
async def a_console() -> Console:
    """Ana sees Claire online at START, Bob sees Omar in person an hour later; it is START."""
    world = Console(now=MONDAY)
    await world.save(a_clinic())
    booked = (await world.book(START, service="video")).json()
    world.id, world.join = booked["id"], booked["joinUrl"].removeprefix("https://book.example.org")
    await world.book(
        START + timedelta(hours=1), service="here", customer={"name": "Bob", "email": "b@example.com"}
    )
    world.now = START
    return world
