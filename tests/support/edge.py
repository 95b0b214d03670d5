"""A small world for tests of the edge: two calendars, and the app called in process with services of their own."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeVar

import azure.functions as func

from function_app import app
from functions.auth.session import session_cookie
from functions.http.rate_limits import RateLimiter
from functions.route import REST
from functions.route import Route as Line
from functions.routes import ROUTES, VERBS, find_route
from functions.settings.app import AppSettings, Limits
from functions.settings.client_address import ClientAddress
from functions.wiring import Services, given
from infra.local.host.http import _joined_query
from infra.local.host.routes import decode
from infra.local.host.templates import Template, parse_template
from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import BookingPage, Calendar
from shared.domain.calendar.service import AskedQuestion, CustomerFields, Question
from shared.records.codec import load_row
from shared.records.keys import AUDIT, appointment_key
from shared.records.markers import SHARDS
from shared.storage.store import TableStore
from shared.use_cases.appointments.create_by_staff import create_by_staff
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.context import Context
from shared.use_cases.messages.send_due import send_due
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key, a_person, a_service
from tests.support.fakes import MemoryTable, Postman, Tokens


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from shared.domain.access.permissions import Caller
    from shared.records.table import Table
    from shared.use_cases.appointments.staff_request import StaffBooking


AnyWorld = TypeVar("AnyWorld", bound="World")
ORGANISATION_ADMINISTRATOR = "head@organisation.example"
PUBLIC_URL = "https://book.example.org"
NO_LIMITS = Limits(are_on=False)
PEOPLE = [a_person("claire"), a_person("omar"), a_person("vera", is_listed=False)]
QUESTIONS = [
    Question(id="before", text="Have you been here before?", kind="choice", options=("Yes", "No")),
    Question(id="why", text="What is it about?"),
]
SERVICES = [
    a_service(staff=("claire", "omar", "vera")),
    a_service("solo", staff=("claire",)),
    a_service("course", staff=("omar",), maximum_attendees=2),
    a_service("secret", staff=("vera",), is_hidden=True),
    a_service(
        "detailed",
        staff=("omar",),
        questions=(AskedQuestion(id="before", required=True), AskedQuestion(id="why")),
        customer_fields=CustomerFields(phone="required", address="hidden", notes="optional"),
    ),
]


def clinic(**business: Any) -> Calendar:
    """Published, in Paris; vera is not listed, `secret` is hidden."""
    return a_calendar(a_business(**business), SERVICES, PEOPLE, QUESTIONS)


def closed(**business: Any) -> Calendar:
    """The same, not published."""
    page = BookingPage(is_published=False)
    return clinic(**{"id": "biz0closed", "slug": "closed", "page": page, **business})


@dataclass(frozen=True)
class Route:
    name: str
    methods: frozenset[str]
    template: Template


@cache
def routes() -> tuple[Route, ...]:
    """The app's routes, with the verbs that each takes."""
    return tuple(Route(one.name, frozenset(one.verbs), parse_template(one.template)) for one in ROUTES)


@cache
def _functions() -> dict[str, Any]:
    """The app's HTTP functions by the first segment of the addresses that the host gives them."""
    found = {getattr(one.get_trigger(), "route", ""): one.get_user_function() for one in app.get_functions()}
    return {route.partition("/")[0]: function for route, function in found.items() if route}


@cache
def _of_face(face: str) -> list[Line]:
    return [one for one in ROUTES if one.face == face]


def name_of_route(method: str, path: str) -> str:
    """The route that takes a decoded path."""
    face, _, rest = path[1:].partition("/")
    return find_route(_of_face(face.lower()), method, rest)[0].name


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def errors(self) -> dict[str, str]:
        """The wrong fields of a problem, by their pointers."""
        return {one["pointer"]: one["detail"] for one in self.json()["errors"]}


@dataclass
class World:
    """The app in process: `await world.call("GET", "/api/clinic")`; `world.now` is its clock."""

    table: Table = field(default_factory=MemoryTable)
    limits: Limits = NO_LIMITS
    now: datetime = MONDAY
    postman: Postman = field(default_factory=Postman)
    tokens: Tokens = field(default_factory=Tokens)

    def __post_init__(self) -> None:
        settings = AppSettings(
            "",
            SECRET,
            PUBLIC_URL,
            "smtp://127.0.0.1:1",
            "bookings@example.org",
            limits=self.limits,
            administrators=frozenset({ORGANISATION_ADMINISTRATOR}),
            client=ClientAddress(hops=1),
        )
        self.store = TableStore(self.table, seed="world")
        limiter = RateLimiter(self.table, self.limits, SECRET)
        self.services = Services(
            settings, self.store, limiter, lambda: self.postman, lambda: self.now, identity=lambda: self.tokens
        )

    def copied(self) -> Self:
        """The same rows in a table of its own, and no more of them known than a new process knows."""
        assert isinstance(self.table, MemoryTable)
        other = type(self)(self.table.copied(), self.limits, self.now)
        vars(other).update({name: value for name, value in vars(self).items() if name not in vars(other)})
        return other

    def another_process(self) -> World:
        """The same storage, seen by a process that has cached nothing of it."""
        return World(self.table, self.limits, self.now, self.postman, self.tokens)

    async def save(self, calendar: Calendar) -> None:
        await save_calendar(calendar, key=a_key(), store=self.store, secret=SECRET)

    async def call(
        self,
        method: str,
        url: str,
        document: Any = None,
        *,
        body: bytes = b"",
        asked_at: str = PUBLIC_URL,
        **headers: str,
    ) -> Answer:
        """Send a request as the host would pass it on; header names are written with underscores.

        `asked_at` is the scheme and the host that the caller says.
        """
        raw_path, _, query = url.partition("?")
        if document is not None:
            body = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
            headers.setdefault("content_type", "application/json")
        path = decode(raw_path)
        assert method in VERBS, method
        face, _, rest = path[1:].partition("/")
        handle = _functions().get(face.lower())
        handle, rest = (handle, rest) if handle else (_functions()[REST], path[1:])
        request = func.HttpRequest(
            method,
            f"{asked_at}{url}",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            params=_joined_query(query),
            route_params={"path": rest} if rest else {},
            body=body,
        )
        with given(self.services):
            response = await handle(request)
        kind = {"Content-Type": response.mimetype, **response.headers}
        return Answer(response.status_code, kind, response.get_body())

    async def book(self, start: str | datetime = MONDAY + timedelta(days=1, hours=2), **changes: Any) -> Answer:
        """Book the consultation at 10:00 on Tuesday, unless told otherwise; `key` names the command."""
        key = changes.pop("key", None) or a_key()
        return await self.call(
            "POST", "/api/clinic/appointments", a_booking(start, **changes), idempotency_key=key
        )

    async def offered(self, service: str) -> set[str]:
        """The starts on Tuesday, `10:00`, that whoever asks now is offered."""
        day = f"{MONDAY + timedelta(days=1):%Y-%m-%d}"
        answer = await self.call("GET", f"/api/clinic/slots?service={service}&from={day}&to={day}")
        assert answer.status == 200, answer.body
        return {slot["start"][11:16] for slot in answer.json()["slots"]}

    async def drain(self) -> None:
        """Let a minute pass, and the timer send what is due."""
        self.now += timedelta(minutes=1)
        await send_due(
            context=Context(self.store, SECRET, self.now), mailer=self.postman, worker=a_key(), shards=SHARDS
        )

    async def stored(self, appointment: str) -> Appointment:
        row = await self.table.get("bookings", "biz0clinic", appointment_key(appointment))
        return load_row(Appointment, row)

    async def audit(self, business: str = "biz0clinic") -> list[dict[str, Any]]:
        """What the audit of a calendar tells, the newest first."""
        rows = (await self.table.range("bookings", business, AUDIT, "Z~")).rows
        return [json.loads(row.values["body"]) for row in rows]

    def session(self, caller: Caller) -> str:
        """The cookie of somebody's session."""
        with given(self.services):
            return session_cookie(caller, [], self.now).partition(";")[0]

    async def book_by_staff(self, booking: StaffBooking) -> Appointment:
        made = await create_by_staff(
            booking,
            editor=Actor("desk"),
            key=a_key(),
            calendar=await self.store.calendars.find("clinic"),
            context=Context(self.store, SECRET, self.now),
        )
        return await self.stored(made.id)

    async def token(self, **changes: Any) -> str:
        """Book, and return the manage token."""
        answer = await self.book(**changes)
        assert answer.status == 201, answer.body
        return answer.json()["manage"].rpartition("/")[2]


def a_booking(start: str | datetime = MONDAY + timedelta(days=1, hours=2), **changes: Any) -> dict[str, Any]:
    moment = start if isinstance(start, str) else start.isoformat()
    customer = {"name": "Ana Souza", "email": "ana@example.com"}
    return {"service": "consultation", "start": moment, "customer": customer, **changes}


def copied(make: Callable[[], Awaitable[AnyWorld]]) -> Callable[[], Awaitable[AnyWorld]]:
    """Have a world made once for all tests of a process: each gets a copy."""
    made: list[AnyWorld] = []

    @functools.wraps(make)
    async def copy() -> AnyWorld:
        if not made:
            made.append(await make())
        return made[0].copied()

    return copy


@copied
async def the_world() -> World:
    """A clinic that is published and one that is not; limits are off."""
    world = World()
    await world.save(clinic())
    await world.save(closed())
    return world
