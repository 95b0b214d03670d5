"""Every page of the console is light and reads in one step, and its forms save in one transaction, in a large calendar.

Pages come from the table of routes, and what is within them from their links: a new page is measured by itself. The
table is far away, on virtual time: how deep reads are does not depend on how fast they end.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from functions.console_routes import CONSOLE_ROUTES
from functions.pages.render import HERE
from shared.domain.access.permissions import Caller
from shared.domain.calendar.service import Question
from tests.functions.console.app import FORM, START, Console
from tests.functions.console.services.place import typed
from tests.functions.pages.links import links_of, name_of
from tests.support.builders import MONDAY, a_person, a_service
from tests.support.console_pages import PAGES, UNLINKED, a_full_calendar, save_full
from tests.support.edge import ORGANISATION_ADMINISTRATOR, PUBLIC_URL
from tests.support.far_table import FarTable
from tests.support.figures import say
from tests.support.virtual_time import VirtualTimeLoop


if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.edge import Answer

pytestmark = pytest.mark.walk
READ_FOR = 20  # seconds that somebody looks at a page before the next
LARGEST = 60_000  # bytes with styles and scripts
PEOPLE, SERVICES, QUESTIONS = 1000, 200, 60
CALENDAR = "/console/calendars/biz0clinic"
STARTS = (
    "/console",
    "/console/new",
    "/console/queue",
    "/console/search?find=person&calendar=biz0clinic",
    CALENDAR,
    f"{CALENDAR}/services/service/aaa/rules",
    f"{CALENDAR}/services/service/service0/balance",
    f"{CALENDAR}/undelivered",
    f"{CALENDAR}/staff/person/person1/erase",
    "/console/deleted/clinic-gone",
    "/console/organisation/people?person=person7@clinic.example",
)
NOT_HERE = {
    "setup_preview",  # a page of a draft; it looks as what the draft becomes
    "customers_texts",  # where there is a provider of SMS
}
DEEPER = {
    "calendar_report": 2,  # the days, and whether they are still the same
    "console_home": 2,  # where one was added a moment ago is shown at once, with what is to come there
    "console_reports": 3,  # the calendars, their days, and whether these are still the same
    "console_search": 2,  # the list of all calendars
    "customers_customer": 3,  # the customer, and their appointments by an index
    "customers_erase": 3,  # the customer beside what is still to come of them, by an index, with the visits
    "customers_data": 4,  # the customer, their appointments by an index, the visits, the messages
    "customers_merge": 2,  # the customer, and who may be the same
    "deleted_calendars": 2,
    "queue_details": 2,  # the appointment, and pages of its history
    "queue_reassign": 2,  # and who is free then
    "queue_reschedule": 2,  # and which times are free near it
    "staff_time_off": 2,
    "staff_time_off_add": 2,  # what it hits, and who could take that over
}
"""Pages of more than the one step, beside which the settings are checked, and why."""


class Clinic:
    """A large calendar as one process knows it, and the address of each page in it."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.run = runner.run
        self.table = FarTable()
        self.world = self.process()
        self.run(self._fill())
        self.pages = self.run(self._find())

    def process(self) -> Console:
        """Return another process over a copy of the table."""
        return Console(self.table.copy(), now=START)

    async def _fill(self) -> None:
        world = Console(self.table, now=MONDAY)
        boss = a_person("boss", role="administrator").model_copy(update={"email": ORGANISATION_ADMINISTRATOR})
        people = [boss, *(a_person(f"person{number}", role="team_member") for number in range(PEOPLE - 2))]
        services = [
            a_service(f"service{number}", staff=("boss", f"person{number}")) for number in range(SERVICES - 1)
        ]
        questions = [Question(id=f"q{number}", text=f"Question {number}?") for number in range(QUESTIONS - 1)]
        calendar = a_full_calendar(MONDAY, people=people, services=services, questions=questions)
        await save_full(calendar, store=world.store, now=MONDAY)
        for hour in range(3):
            customer = {"name": f"Bob {hour}", "email": f"b{hour}@example.com"}
            start = START + timedelta(hours=hour)
            person = f"person{hour}" if hour else "boss"  # not anyone: costs follow from who has what
            made = await world.book(start, service=f"service{hour}", customer=customer, staff=person)
            assert made.status == 201
        self.world = self.process()

    async def _find(self) -> dict[str, str]:
        """Return an address of each page, by the name of its route."""
        todo, found, seen = [*STARTS], dict(UNLINKED), set[str]()
        while todo:
            url = todo.pop(0)
            name = name_of("GET", PUBLIC_URL + url)
            if name not in PAGES or (name in found and url not in STARTS) or url in seen:
                continue
            seen.add(url)
            answer = await opened(self.world, url)
            if answer.status != 200:
                continue
            found[name] = url
            links = links_of(PUBLIC_URL + url, answer.body.decode())
            todo += [one.url.removeprefix(PUBLIC_URL).partition("#")[0] for one in links if one.method == "GET"]
        return found


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        yield Clinic(runner)


def head(world: Console) -> str:
    """Return the cookie of an administrator of the organisation, who is one of the calendar too."""
    cookies = world.__dict__.setdefault("head", [])
    cookies or cookies.append(world.session(Caller("head", email=ORGANISATION_ADMINISTRATOR, name="Head")))
    return str(cookies[0])


async def opened(world: Console, url: str) -> Answer:
    return await world.call("GET", url, cookie=head(world), accept="text/html")


async def opened_again(world: Console, url: str) -> Answer:
    """Open a page after what it keeps was read a while ago, and all else long ago."""
    await asyncio.sleep(3600)
    await opened(world, url)
    await asyncio.sleep(READ_FOR)
    return await opened(world, url)


def counted(answer: Answer) -> tuple[int, int]:
    """Return how deep a request was, and its transactions."""
    found = re.search(r'depth;desc="(\d+)", transactions;desc="(\d+)"', answer.headers["Server-Timing"])
    return (int(found[1]), int(found[2])) if found else (-1, -1)


def weight(answer: Answer) -> int:
    """Return what a page weighs on the wire with its styles and scripts, which browsers then keep."""
    html = answer.body
    names = set(re.findall(rb'(?:href|src)="/s/([\w.-]+\.(?:css|js))"', html))
    own = len(gzip.compress(html, 5))
    return own + sum(len(gzip.compress((HERE / "static" / one.decode()).read_bytes(), 6)) for one in names)


@pytest.mark.parametrize("name", sorted(PAGES - NOT_HERE))
def test_a_page_is_light_and_reads_in_one_step(clinic, name):
    assert name in clinic.pages, "no link leads to it"
    answer = clinic.run(opened_again(clinic.world, clinic.pages[name]))
    assert answer.status == 200
    depth, size = counted(answer)[0], weight(answer)
    say(f"{name:28} {size / 1000:6.1f} KB  {depth} deep")
    assert size <= LARGEST
    assert depth <= DEEPER.get(name, 1)
    ids = Counter(re.findall(r'<[^>]*?\sid="([^"]+)"', answer.body.decode()))
    assert [one for one, times in ids.items() if times > 1] == [], (
        "labels and links would lead to the first of them"
    )


def test_a_first_view_of_a_queue_is_one_deep_after_the_settings(clinic):
    world = clinic.process()
    clinic.run(opened(world, "/console/queue?day=2027-03-01"))
    first = clinic.run(opened(world, "/console/queue"))
    assert b'data-status="booked"' in first.body
    assert counted(first)[0] == 1


NOTHING_SAVED = {
    "customers_texts",  # where there is a provider of SMS
    "calendar_undelivered",
    "customers_erase",
    "customers_import",
    "customers_merge",
    "messages_preview",
    "page_preview",
    "toolkit_infographic_preview",
    "toolkit_pictures",  # a file is sent
    "service_balance",
    "setup",
    "staff_many",
    "staff_erase",
    "staff_own_calendar",
    "organisation_erase",
    "organisation_customers",
    "organisation_exports",
}  # they show what follows, have nothing, or ask another server first
SAVES = {one.name for one in CONSOLE_ROUTES if one.methods == "GET POST" and one.name in PAGES} - NOTHING_SAVED
STEPS = 2
"""What is changed as it stands, beside the proof of the rights, and the change."""
TRANSACTIONS = {
    "calendar_administrator": 2,  # and where else the person works
    "settings_copy": 5,  # the calendar, what is on it, and where else its people work
    "staff_add": 2,  # and where else the person works
    "staff_time_off_add": 2,  # an appointment in it goes to somebody else
}
DEEPER_TO_SAVE = {
    "calendar_administrator": 8,  # the person's calendars, and the line in the list of all
    "calendar_deleted": 7,  # where else its people work, and what they hold there
    "customers_add": 3,  # who else has the address
    "customers_block": 3,  # the customer
    "customers_customer": 6,  # who else has the address
    "customers_remove": 4,  # whether a legal hold keeps them
    "organisation_people": 7,  # every calendar that the person is on, and who reads the report of all
    "organisation_reports": 3,  # the calendars that readers are named by
    "page_access": 3,  # the list of all calendars says for whom the page is
    "page_publish": 3,  # the list of all calendars
    "queue_cancel": 3,  # the appointment, and whom it occupies
    "queue_link": 3,
    "queue_notes": 3,
    "queue_reassign": 3,
    "queue_reschedule": 3,
    "settings_business": 3,  # the list of all calendars has the name
    "settings_copy": 23,  # a calendar is made, then what is on it, and then where else its people work
    "settings_delete": 4,  # where else its people work
    "settings_manage": 5,  # the address is taken first
    "staff_add": 9,  # once somebody is listed, whether their account is disabled, and where else they work
    "staff_handover": 9,  # what is coming changes hands first
    "staff_time_off": 4,  # the time off, the months that it blocks, and all that blocks them
    "staff_time_off_add": 10,  # what it hits is handed over first
    "toolkit_answer": 3,  # the answers
    "toolkit_infographic_words": 3,
}
"""Forms that take longer, and why. What is in another partition cannot be in the transaction of the change.

A calendar's line in the list of all is written after its settings, so that the sweep notices a crash between them.
Other calendars where its people work are looked for once the people are noted on this one, and each is changed on
condition of its own settings. What is coming of a person is handed over before they are removed.
"""
WORDS = ("name", "title", "text", "header", "consent", "notes", "internal", "message", "confirmation_text")
TYPED = {
    "calendar_administrator": {"email": "new@example.org"},
    "messages_text": {"subject": "At {short start}"},
    "organisation_reports": {"has_analytics": "off", "report_days": "0"},
    "organisation_settings": {"users": "new@example.org"},
    "page_access": {"access": "organisation"},
    "page_embed": {"frame_origins": "https://www.example.org"},
    "queue_reschedule": {"time": "15:00"},
    "report_mail": {"every": "week", "readers": "new@example.org"},
    "service_online": {"provider": "link", "template": "https://meet.example.org/{meeting}"},
    "service_people": {"staff": ["person1"]},
    "service_questions": {"phone": "required"},
    "service_rules": {"interval": "60"},
    "settings_dates": {"remove": "2027-02-20.2027-02-20"},
    "settings_dates_add": {"first": "2027-03-01"},
    "settings_delete": {"typed": "Clinic"},
    "settings_hours": {"hours-0-0-to": "17:00"},
    "settings_manage": {"slug": "other"},
    "settings_meetings": {"provider": "link", "template": "https://meet.example.org/{meeting}"},
    "settings_retention": {"rule": "own", "appointments": "730", "sure": "yes"},
    "organisation_retention": {"appointments": "730", "sure": "yes"},
    "settings_rules": {"interval": "60"},
    "settings_rules_add": {"first": "2027-03-01"},
    "settings_rules_change": {"last": "2027-03-01"},
    "service_dates_add": {"first": "2027-03-01"},
    "service_dates_change": {"last": "2027-03-01"},
    "staff_add": {"name": "New", "email": "new@example.org"},
    "staff_groups": {"remove": "upstairs"},
    "toolkit_infographic": {"variant": "retail"},
    "toolkit_infographic_words": {"note": "Bring it along."},
    "toolkit_settings": {"billing_url": "https://www.example.org/bills"},
}
"""What is typed into forms where a word more in their first text would not do."""


async def saved(world: Console, name: str, url: str) -> Answer:
    """Send a page's form with something changed."""
    page = (await opened_again(world, url)).body.decode()
    forms = re.findall(r'<form\b[^>]*method="post".*?</form>', page, re.DOTALL)
    form = next(one for one in forms if "/sign-out" not in one and 'type="file"' not in one)
    shown = typed(form)
    word = next((one for one in WORDS if one in shown), "")
    changed = TYPED.get(name, {word: f"{shown[word]} more"} if word else {})
    pairs = [
        (control, one)
        for control, value in {**shown, **changed}.items()
        for one in ([value] if isinstance(value, str) else value)
    ]
    body = urlencode(pairs).encode()
    return await world.call("POST", url, body=body, content_type=FORM, cookie=head(world), accept="text/html")


@pytest.mark.parametrize("name", sorted(SAVES))
def test_a_form_saves_in_one_transaction(clinic, name):
    answer = clinic.run(saved(clinic.process(), name, clinic.pages[name]))
    assert answer.status == 303, re.findall(r'id="([\w-]+)-error"', answer.body.decode())
    depth, transactions = counted(answer)
    say(f"{name:28} saved {depth} deep")
    assert transactions == TRANSACTIONS.get(name, 1)
    assert depth <= DEEPER_TO_SAVE.get(name, STEPS)
