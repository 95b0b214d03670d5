"""What the calendar's staff ask for: they book, change, call off and withdraw, and change settings and customers."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.customer import CustomerRecord, customer_named
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.calendar.staff_groups import StaffGroup, with_group
from shared.domain.messages.message_text import MessageText, TextPlace, text_id
from shared.domain.toolkit.questions import OwnAnswer
from shared.records.calendars import etag_of
from shared.records.codec import load_row
from shared.records.keys import appointment_key
from shared.records.table import Ambiguous
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.create_by_staff import create_by_staff
from shared.use_cases.appointments.send_new_link import Holder, send_new_link
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange, StaffBooking
from shared.use_cases.appointments.withdraw_appointment import withdraw_appointment
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.calendars.change_calendar import with_business
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.messages.change_text import TextChange
from shared.use_cases.toolkit.change_answer import change_answer
from shared.use_cases.toolkit.own_picture import PictureEdit, save_picture
from tests.simulation.people.desk import Asked, Desk, given
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Instance
from tests.simulation.world.register import MOST_IN_NAME, MOST_WORDS, a_picture
from tests.support.builders import SECRET


EDITOR = Actor("desk")


@dataclass(frozen=True)
class StaffDesk:
    """Makes commands of staff for a desk to ask."""

    desk: Desk

    def create(self, request: StaffBooking) -> Asked:
        key = self.desk.a_key()

        async def run(instance: Instance) -> str:
            made = await create_by_staff(request, editor=EDITOR, key=key, **await given(instance))
            return made.id

        about = (request.service, request.start, request.staff, len(request.parties))
        return Asked("create", about, key, "book", EDITOR.name, run)

    def change(self, name: str, change: AppointmentChange, seen: Appointment | None = None) -> Asked:
        """Change an appointment; where it was `seen`, only as long as it is still so."""
        key, etag = self.desk.a_key(), etag_of(seen) if seen else None

        async def run(instance: Instance) -> None:
            known = {**await given(instance), "seen": await _ahead(name, instance)}
            await change_by_staff(name, change, editor=EDITOR, key=key, etags={etag} if etag else None, **known)

        return Asked("change", (name, change.start, change.staff), key, f"change {name}", EDITOR.name, run)

    def call_off(self, name: str) -> Asked:
        key = self.desk.a_key()

        async def run(instance: Instance) -> None:
            known = {**await given(instance), "seen": await _ahead(name, instance)}
            await cancel_by_staff(name, "We are ill.", editor=EDITOR, key=key, **known)

        return Asked("call off", (name,), key, f"cancel {name}", EDITOR.name, run)

    def renew(self, name: str, holder: Holder, who: str, *, is_only_revoked: bool = False) -> Asked:
        """Void the links that somebody has, and send new ones unless they are only revoked."""
        key, more = self.desk.a_key(), {"is_only_revoked": is_only_revoked}

        async def run(instance: Instance) -> bool:
            return await send_new_link(name, holder, who, editor=EDITOR, key=key, **more, **await given(instance))

        return Asked("renew", (name, holder, who), key, f"new link {name}", EDITOR.name, run)

    def withdraw(self, name: str) -> Asked:
        key = self.desk.a_key()

        async def run(instance: Instance) -> None:
            known = {**await given(instance), "seen": await _ahead(name, instance)}
            await withdraw_appointment(name, editor=EDITOR, key=key, **known)

        return Asked("withdraw", (name,), key, f"delete {name}", EDITOR.name, run)

    def set_service(self, name: str, **changes: Any) -> Asked:
        """Change what the calendar offers: whoever plans by the old settings has to plan again."""
        key, edit = self.desk.a_key(), _editing(**changes)

        async def run(instance: Instance) -> str:
            author, now = Author(EDITOR.name, key), instance.now()
            settings = SettingsChange(BUSINESS, author, repr(changes), Context(instance.store, SECRET, now))
            document, _ = await settings.change("services", name, edit, None)
            return document.id

        about, route = (name, *changes.values()), f"service changed {name}"
        return Asked("set", about, key, route, EDITOR.name, run)

    def write_text(self, word: str) -> Asked:
        """Add a word to a text of messages, which two people may do at once."""
        key = self.desk.a_key()

        def edit(text: MessageText) -> MessageText:
            return text.model_copy(update={"subject": " ".join([*text.subject.split(), word][-MOST_WORDS:])})

        async def run(instance: Instance) -> None:
            author, now = Author(EDITOR.name, key), instance.now()
            change = TextChange(BUSINESS, author, word, Context(instance.store, SECRET, now))
            await change.edit(TextPlace("reminder", "en"), edit)

        return Asked("write", (word,), key, f"text changed {text_id('reminder', 'en')}", EDITOR.name, run)

    def write_answer(self, word: str) -> Asked:
        """Add a word to an answer to customers, which two people may do at once."""
        key = self.desk.a_key()

        def edit(answer: OwnAnswer) -> OwnAnswer:
            return answer.model_copy(update={"text": " ".join([*answer.text.split(), word][-MOST_WORDS:])})

        async def run(instance: Instance) -> None:
            author, store = Author(EDITOR.name, key), instance.store
            own = {"body": word, "context": Context(store, SECRET, instance.now())}
            await change_answer(BUSINESS, "fees", "en", edit, author=author, **own)

        return Asked("answer", (word,), key, "answer en fees", EDITOR.name, run)

    def name_group(self, word: str) -> Asked:
        """Add a word to the name of a group of staff, which two people may do at once."""
        key = self.desk.a_key()

        def change(calendar: Calendar) -> Calendar:
            groups = calendar.business.staff_groups
            known = groups[0] if groups else StaffGroup(id="group", name="", members=tuple(calendar.staff))
            name = " ".join([*known.name.split(), word][-MOST_IN_NAME:])
            named = known.model_copy(update={"name": name})
            return with_business(calendar, staff_groups=with_group(groups, named, calendar.staff))

        async def run(instance: Instance) -> None:
            author, now = Author(EDITOR.name, key), instance.now()
            await BusinessChange(BUSINESS, author, word, Context(instance.store, SECRET, now)).edit(change, None)

        return Asked("name", (word,), key, "calendar changed", EDITOR.name, run)

    def picture(self, word: str) -> Asked:
        """Put a picture onto the infographic in place of the one that is there, which two people may do at once."""
        key, seen = self.desk.a_key(), list[str]()

        async def run(instance: Instance) -> None:
            author, store = Author(EDITOR.name, key), instance.store
            if not seen:  # as the page is opened once, however often its form is sent
                calendar = await store.calendars.reload(BUSINESS)
                there = calendar.business.toolkit.pictures.get("book")
                seen.append(there.file if there else "")
            edit = PictureEdit("book", seen[0], a_picture(seen[0], word), word)
            await save_picture(
                edit, author=author, business=BUSINESS, context=Context(store, SECRET, instance.now())
            )

        return Asked("picture", (word,), key, "picture book", EDITOR.name, run)

    def note_customer(self, email: str, notes: str) -> Asked:
        key, name = self.desk.a_key(), customer_named(SECRET, BUSINESS, email)

        def edit(record: CustomerRecord) -> CustomerRecord:
            return record.model_copy(update={"notes": notes})

        async def run(instance: Instance) -> str:
            author, now = Author(EDITOR.name, key), instance.now()
            await Customers(BUSINESS, author, notes, Context(instance.store, SECRET, now)).change(name, edit, None)
            return name  # who was merged meanwhile has another id

        return Asked("note", (name, notes), key, f"customer changed {name}", EDITOR.name, run)


def _editing(**changes: Any) -> Callable[[Any, Any], Service]:
    def edit(_: Any, service: Service) -> Service:
        return service.model_copy(update=changes)

    return edit


async def _ahead(name: str, instance: Instance) -> Appointment | None:
    """Return the appointment as the API reads it before its commands: it may have changed once they run."""
    with suppress(Ambiguous):
        row = await instance.store.table.get("bookings", BUSINESS, appointment_key(name))
        return load_row(Appointment, row) if row else None
    return None
