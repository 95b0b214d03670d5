"""Who typed into every field there is, at pages and by programs, is erased, and is in no row, no log and no backup."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from functions.settings.sms import SmsSettings
from functions.wiring import given
from shared.domain.appointments.terms import TermsChange
from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.place import Location
from shared.domain.calendar.service import AskedQuestion, CustomerFields, Question
from shared.domain.links import SignedLink, sign
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ERASURES
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.maintenance.sweep import sweep
from shared.use_cases.personal_data.erase_again import erase_again
from shared.use_cases.staff_links.ask_reassignment import ask_reassignment
from tests.functions.console.app import FORM, PEOPLE, START, Console, hidden
from tests.functions.console.customers.test_customers import customer_of
from tests.functions.console.series.test_series import book, preview
from tests.functions.sms.test_azure_events import KEY, MAIL_REPORT, PLACE, REPLY, report
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key, a_person, a_service
from tests.support.edge import a_booking
from tests.support.telephones import ACCOUNT, Telephones


if TYPE_CHECKING:
    from tests.support.fakes import MemoryTable

CUSTOMERS = "/console/calendars/biz0clinic/customers"
MOBILE, OTHER = "+33698765432", "+33687654321"
NEVER_KEPT = {"smsreply", "mailstatus", "wrong", "smsstatus"}
BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}


@dataclass
class Typed:
    """What was typed, by the field that it was typed into: a word that is nowhere else."""

    words: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> str:
        return self.words.setdefault(name, f"zq{name}zq")

    def email(self, name: str) -> str:
        return self.words.setdefault(name, f"zq{name}zq@person.example")

    def found_in(self, text: str) -> list[str]:
        """Return the fields whose words are in a text, however they are written there."""
        text = text.lower()
        digits = re.sub(r"[^0-9a-z]", "", text)
        phones = [name for name, one in (("mobile", MOBILE), ("other", OTHER)) if one[1:] in digits]
        written = {name: (one.lower(), quote(one.lower())) for name, one in self.words.items()}
        return [name for name, ways in written.items() if any(one in text for one in ways)] + phones


class Life(Console):
    """The console of a clinic that asks for everything and texts; `telephones` has what was sent."""

    telephones: Telephones

    @classmethod
    async def opened(cls) -> Life:
        world = cls(now=MONDAY)
        world.telephones = Telephones()
        sms = SmsSettings(replace(ACCOUNT, kind="azure"))
        settings = replace(world.services.settings, sms=sms, event_grid_key=KEY)
        world.services = replace(world.services, settings=settings, texter=lambda: world.telephones.service)
        asked = CustomerFields(phone="required", address="optional")
        more = {"customer_fields": asked, "questions": (AskedQuestion(id="why"),), "send_sms": True}
        services = [
            a_service("video", is_online=True, staff=("claire",), **more),
            a_service("here", staff=("omar",), **more),
            a_service("yoga", staff=("omar",), maximum_attendees=3, **more),
        ]
        page = BookingPage(is_published=True, consent="I agree.")
        questions = [Question(id="why", text="Why do you come?")]
        business = a_business(page=page, asks_why=True)
        await world.save(a_calendar(business, services, list(BOSS.values()), questions))
        return world

    async def booked(self, typed: Typed, start: Any, service: str) -> dict[str, Any]:
        """Book by the API with all that there is to give."""
        given_ = {name: typed(f"{service}{name}") for name in ("name", "address", "notes")}
        customer = {**given_, "email": typed.email("email"), "phone": MOBILE}
        more = {"answers": {"why": typed(f"{service}answer")}, "consent": True}
        answer = await self.book(start, service=service, customer=customer, smsConsent="Text me.", **more)
        assert answer.status == 201, answer.body
        return dict(answer.json())

    def context(self) -> Context:
        return Context(self.store, SECRET, self.now)

    async def by_staff(self) -> dict[str, Any]:
        return {"calendar": await self.store.calendars.find("clinic"), "context": self.context()}

    async def event(self, kind: str, **data: Any) -> None:
        answer = await self.call("POST", PLACE, [{"eventType": kind, "data": data}])
        assert answer.status == 200, answer.body

    async def works(self) -> None:
        for _ in range(3):
            self.now += timedelta(minutes=1)
            await self.services.due_work.send()


def host_of(appointment: str, now: Any) -> str:
    link = SignedLink("host", "biz0clinic", appointment, "claire", 1, int(now.timestamp()) + 10**6)
    return f"/host/{sign(SECRET, link)}"


async def test_whoever_typed_into_every_field_is_nowhere_once_they_are_erased(caplog):
    caplog.set_level(logging.DEBUG)
    world, typed = await Life.opened(), Typed()
    await _booked(world, typed)
    await _answered_by_the_providers(world, typed)
    await _seen(world, typed)
    await _changed_by_staff(world, typed)
    await _merged(world, typed)
    before = typed.found_in(everything(world.table))
    assert {*typed.words, "mobile", "other"} - {*before} == NEVER_KEPT
    backup = world.table.copied()
    world.now += timedelta(days=60)
    await _erased(world, typed)
    with given(world.services):
        await sweep(store=world.store)
    assert typed.found_in(everything(world.table)) == []
    assert typed.found_in(caplog.text) == []
    await _restored(world, backup)
    assert typed.found_in(everything(backup)) == []


def everything(table: MemoryTable) -> str:
    rows = [[part, row.key, dict(row.values)] for part, rows in table._rows.items() for row in rows.values()]
    return json.dumps(rows, default=str, ensure_ascii=False)


async def _booked(world: Life, typed: Typed) -> None:
    """By the API, by a page that refuses first, in a group, moved, and called off with a reason."""
    online = await world.booked(typed, START, "video")
    world.id, world.join = online["id"], online["joinUrl"].removeprefix("https://book.example.org")
    other = await world.booked(typed, START + timedelta(hours=2), "here")
    await world.booked(typed, START + timedelta(hours=4), "yoga")
    await world.works()
    wrong = a_booking(
        START, service="video", customer={"name": typed("wrong"), "email": "no", "shoe": typed("wrong")}
    )
    assert (await world.call("POST", "/api/clinic/appointments", wrong, idempotency_key=a_key())).status == 422
    manage = other["manage"].removeprefix("https://book.example.org")
    page = await world.call("GET", f"{manage}/cancel", accept="text/html")
    sent = {"body": urlencode({**hidden(page), "reason": "other"}).encode(), "content_type": FORM}
    assert (await world.call("POST", f"{manage}/cancel", accept="text/html", **sent)).status == 303
    await world.works()


async def _answered_by_the_providers(world: Life, typed: Typed) -> None:
    """A text fails, a mail comes back, each with words of the provider's own; and they reply."""
    failed = report(world.telephones.texts[-1].handover.reference, said=f"{typed('smsstatus')} {MOBILE}")
    assert (await world.call("POST", PLACE, [failed])).status == 200
    details = {"statusMessage": f"{typed('mailstatus')} <{typed.email('email')}>"}
    said = {"status": "Bounced", "internetMessageId": "<x@y>", "deliveryStatusDetails": details}
    at = world.now.isoformat()
    await world.event(MAIL_REPORT, **said, recipient=typed.email("email"), deliveryAttemptTimestamp=at)
    for number, text in enumerate((f"{typed('smsreply')} please", "STOP")):
        await world.event(
            REPLY, **{"from": MOBILE, "to": "+15005550006", "message": text, "messageId": f"m{number}"}
        )
    world.postman.refused |= {typed.email("email")}
    await world.booked(typed, START + timedelta(hours=6), "here")
    await world.works()


async def _seen(world: Life, typed: Typed) -> None:
    """They wait under another name, write, are written to, call, and are noted about."""
    world.now = START
    host = host_of(world.id, world.now)
    assert (await world.ana("enter", {"name": typed("roomname"), "devices": "camera microphone"})).status == 200
    assert (await world.ana("tell", {"text": typed("lobby")})).status < 300
    assert (await world.call("POST", f"{host}/enter", {})).status == 200
    party = f"a.{world.id}"
    assert (await world.call("POST", f"{host}/tell", {"text": typed("stafflobby")})).status < 300
    told = await world.send("desk", world.path, action="tell", here="1", text=typed("queuemessage"))
    assert told.status < 400, told.body
    assert (await world.call("POST", f"{host}/admit", {"party": party})).status < 300
    await world.ana("beat", {"place": "room", "session": "s" * 12})
    await world.ana("signals", {"session": "s" * 12, "join": True, "send": []})
    notes = await world.call("GET", f"{host}/notes")
    kept = await world.call("POST", f"{host}/notes", {"notes": typed("visitnotes")}, if_match=notes.json()["etag"])
    assert kept.status == 200, kept.body


async def _changed_by_staff(world: Life, typed: Typed) -> None:
    """Booked by hand with internal notes, in a series, moved and called off with words, given a place of their own."""
    who = {"name": typed("handname"), "email": typed.email("email"), "phone": MOBILE}
    by_hand = await world.book_by_hand(
        START + timedelta(days=1), **who, notes=typed("handnotes"), internal=typed("internal")
    )
    place = Location(
        name=typed("placename"), email=typed.email("placeemail"), uri=f"https://x.example/{typed('uri')}"
    )
    terms = TermsChange(additional_information=typed("additional"), label=typed("label"), location=place)
    known = await world.by_staff()
    await change_by_staff(by_hand, AppointmentChange(terms=terms), editor=Actor("desk"), key=a_key(), **known)
    asked = {"editor": Actor("claire"), "key": a_key(), **await world.by_staff()}
    await ask_reassignment(by_hand, "claire", typed("wish"), **asked)
    page = f"/console/queue/biz0clinic/{by_hand}"
    moved = await world.send("desk", f"{page}/reschedule", date="2027-01-13", time="11:00", telling="later")
    assert moved.status == 303, moved.body.decode()
    gone = await world.send("desk", f"{page}/cancel", message=typed("cancelmessage"), telling="later")
    assert gone.status == 303, gone.body.decode()
    weekly = await preview(world, **{**who, "name": typed("seriesname"), "notes": typed("seriesnotes")})
    assert (await book(world, weekly)).status == 303


async def _merged(world: Life, typed: Typed) -> None:
    """They are on a list that was brought, under another address, and are merged with that."""
    line = (typed("listname"), typed.email("listemail"), OTHER, typed("listnotes"))
    listed = "Name,Email,Phone,Notes\n" + ",".join(line)
    brought = await world.send("boss", f"{CUSTOMERS}/import", text=listed, key=a_key(), step="add")
    assert brought.status == 303, brought.body.decode()
    own, other = [await customer_of(world, quote(typed.email(one))) for one in ("email", "listemail")]
    noted = {"notes": typed("recordnotes"), "address": typed("recordaddress"), "name": typed("recordname")}
    changed = await world.send(
        "boss", f"{CUSTOMERS}/customer/{own}", **noted, email=typed.email("email"), phone=MOBILE
    )
    assert changed.status == 303, changed.body.decode()
    merged = await world.send("boss", f"{CUSTOMERS}/customer/{own}/merge?with={other}")
    assert merged.status == 303, merged.body.decode()


async def _erased(world: Life, typed: Typed) -> None:
    own = await customer_of(world, quote(typed.email("email")))
    shown = await world.open("boss", f"{CUSTOMERS}/customer/{own}/data?format=json")
    told = [one for one in typed.words if typed(one) in shown.body.decode()]
    assert {*typed.words} - {*told} <= NEVER_KEPT | {"cancelmessage"}  # which was sent
    done = await world.send("boss", f"{CUSTOMERS}/customer/{own}/erase")
    assert done.status == 303, done.body.decode()


async def _restored(world: Life, backup: MemoryTable) -> None:
    """A backup from before comes back: the list of erasures is replayed."""
    backup._rows[ORGANISATION, ERASURES] = dict(world.table._rows[ORGANISATION, ERASURES])
    restored = Life(backup, now=world.now)
    context = Context(restored.store, SECRET, restored.now)
    assert await erase_again(author=Author("restore", a_key()), context=context) == []
