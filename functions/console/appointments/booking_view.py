"""The booking page of the staff: free times to choose from, who is free then, customers, and what to confirm."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from functions.console.appointments.asked import EACH, SEVERAL, several_chosen
from functions.console.appointments.forms import (
    OVERBOOK,
    OVERRIDE,
    PURPOSES,
    DeskForm,
    Select,
    refused,
)
from functions.console.appointments.hindrances import Hindrance, hindrances
from functions.console.appointments.own_terms import OF, own_terms
from functions.console.appointments.pages import LONGEST_NOTES
from functions.console.appointments.typed_time import in_link, time_fields, typed_as
from functions.console.series.form import repeat_part, series_address
from functions.http.boundary import status_of
from functions.pages.form_field import LONGEST, FormField
from functions.pages.times.picker import Builder, Picker
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked
from shared.use_cases.availability.find_choice import BookingChoice, find_choice
from shared.use_cases.customers.search_customers import search_customers


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.appointments.asked import AskedBooking
    from shared.domain.appointments.appointment import Appointment
    from shared.domain.availability.presence import Presence
    from shared.domain.errors import Refusal

NEXT = timedelta(minutes=5)
MOST_FOUND, FEWEST_LETTERS = 6, 3
PRESENT: dict[Presence, str] = {
    "free": marked("available"),
    "busy": marked("busy at this time"),
    "away": marked("not working at this time"),
}
ORDER = list(PRESENT)


class PersonBox(NamedTuple):
    """Somebody of a service that several serve: `word` says whether they are free."""

    id: str
    name: str
    word: str
    presence: str
    is_chosen: bool


class KnownCustomer(NamedTuple):
    """A customer that a search found, and the address of the button that takes them."""

    name: str
    reach: str
    action: str


async def booking_page(
    asked: AskedBooking, refusal: Refusal | None = None, near: Sequence[Appointment] = ()
) -> func.HttpResponse:
    """Return the page; after a refusal with what was typed, the reason, and what a second press would confirm."""
    choice = await _choice(asked)
    if asked.is_next and choice:
        asked = _at_next(asked, choice)
    form = _form(asked, choice)
    found = await hindrances(asked, refusal, near)
    shown = refused(form, refusal, asked.context) if refusal else form
    return await asked.context.page(
        "console/book.html",
        status=status_of(refusal) if refusal else 409 if near else 200,
        form=_named(shown, found),
        near=found.near,
        seen=",".join(one.id for one in near) or asked.form.get("seen", ""),
        purposes=_purposes(asked, shown, found),
        picker=_picker(asked, choice),
        boxes=_boxes(asked, choice),
        own=own_terms(asked),
        own_of=OF,
        repeat=repeat_part(asked),
        action=_action(asked),
        ways={name: _action(asked, **{name: "1"}) for name in ("show", "find")},
        series=series_address(asked.context),
        known=await _known(asked),
        customer=asked.form.get("customer", ""),
        may_find=asked.context.access.may(Permission.LIST_CUSTOMERS),
        typed=True,
        back=asked.context.back,
    )


async def _choice(asked: AskedBooking) -> BookingChoice | None:
    context, service = asked.context, asked.service
    if service is None:
        return None
    store, now, days = context.app.store, context.now, asked.month(service).window
    return await find_choice(
        service, days, asked.person, asked.start, calendar=context.calendar, store=store, now=now
    )


def _at_next(asked: AskedBooking, choice: BookingChoice) -> AskedBooking:
    """Return the form with the first free time; without any, at the time that an empty form has."""
    form = {name: text for name, text in asked.form.items() if name not in ("date", "time", "offset")}
    if first := choice.offer.soonest(1):
        local = asked.context.formats.local(first[0].start)
        form |= typed_as(local)
    return replace(asked, context=replace(asked.context, form=form))


def _action(asked: AskedBooking, **query: str) -> str:
    """Return the address of the form, or that of a button of it."""
    lang = asked.context.visitor.carried.get("lang", "")
    values = {**({"lang": lang} if lang else {}), **query}
    path = f"/console/bookings/{asked.context.calendar.business.id}/new"
    return path + (f"?{urlencode(values)}" if values else "")


def _picker(asked: AskedBooking, choice: BookingChoice | None) -> Picker | None:
    if choice is None:
        return None

    def link(**changes: str) -> str:
        if "start" in changes:
            local = asked.context.formats.local(datetime.fromisoformat(changes["start"]))
            changes = {"start": in_link(local)}
        return _action(asked, **{"day" if name == "date" else name: text for name, text in changes.items()})

    return Builder(choice.offer, asked.month(choice.offer.service), asked.visitor, link).picker()


def _form(asked: AskedBooking, choice: BookingChoice | None) -> DeskForm:
    context, form = asked.context, asked.form
    _ = context.visitor.texts.gettext
    whole = context.now.replace(minute=context.now.minute // 5 * 5, second=0, microsecond=0) + NEXT
    named = [(one.id, one.name) for one in context.calendar.listed_services]
    chosen = asked.service.id if asked.service else ""
    fields: list[FormField | Select] = [
        Select("service", _("Service"), [("", named)], form.get("service", chosen), is_own=True),
        *time_fields(context, whole),
        _people(asked, choice),
        FormField("name", _("Name"), "text", form.get("name", ""), True, longest=LONGEST["name"]),
        FormField("email", _("Email"), "email", form.get("email", ""), longest=LONGEST["email"]),
        FormField("phone", _("Phone"), "tel", form.get("phone", ""), longest=LONGEST["phone"]),
        *_sms(asked),
        _long(asked, "notes", _("Notes from the customer (included in the emails)"), LONGEST["notes"]),
        _long(asked, "internal", _("Internal notes (only staff see these)"), LONGEST_NOTES),
        *(own.fields if (own := own_terms(asked)) else ()),
        *repeat_part(asked).fields,
    ]
    text = _("Without an email address only staff are notified. Share the link with the customer yourself.")
    return DeskForm(_("New appointment"), _("Book"), fields, text=text)


def _sms(asked: AskedBooking) -> list[FormField]:
    """Return the box for customers who want SMS, where the service sends any."""
    _ = asked.context.visitor.texts.gettext
    if not (asked.service and asked.service.send_sms and asked.context.app.settings.sms.is_on):
        return []
    return [FormField("sms", _("The customer wants text messages (SMS)"), "checkbox", asked.form.get("sms", ""))]


def _long(asked: AskedBooking, name: str, label: str, longest: int) -> FormField:
    return FormField(name, label, "notes", asked.form.get(name, ""), longest=longest)


def _presence(asked: AskedBooking, choice: BookingChoice | None) -> dict[str, Presence]:
    return choice.who(asked.people, asked.start) if choice and asked.start else {}


def _people(asked: AskedBooking, choice: BookingChoice | None) -> Select:
    """Return the select of who serves, each with a word on the chosen time; free people of the service first."""
    _, found = asked.context.visitor.texts.gettext, _presence(asked, choice)
    offered = asked.service.staff if asked.service else ()

    def options(*, serves: bool) -> list[tuple[str, str]]:
        people = [one for one in asked.people if (one.id in offered) is serves]
        people.sort(key=lambda one: ORDER.index(found.get(one.id, "free")))
        return [(one.id, f"{one.name} – {_(PRESENT[found[one.id]])}" if found else one.name) for one in people]

    may_any = asked.context.access.may(Permission.CHANGE_ANY_BOOKING)
    first = [("", [("", _("Anyone available"))])] if may_any else []
    groups = [*first, (_("Offer this service"), options(serves=True)), (_("Other people"), options(serves=False))]
    return Select("staff", _("Staff"), groups, asked.form.get("staff", ""), is_required=not may_any)


def _boxes(asked: AskedBooking, choice: BookingChoice | None) -> dict[str, Any]:
    """Return the boxes of a service that several serve together, all ticked at first; empty for another."""
    service, found = asked.service, _presence(asked, choice)
    if service is None or service.assignment != "all":
        return {}
    _, chosen = asked.context.visitor.texts.gettext, several_chosen(asked.form)
    people = [
        PersonBox(
            EACH + one.id,
            one.name,
            _(PRESENT[found[one.id]]) if one.id in found else "",
            found.get(one.id, ""),
            chosen is None or one.id in chosen,
        )
        for one in asked.context.calendar.people(service.staff)
    ]
    return {"name": SEVERAL, "service": service.id, "people": people}


async def _known(asked: AskedBooking) -> list[KnownCustomer]:
    """Return the customers whose name, address or number has what was typed as the name."""
    context, typed = asked.context, asked.form.get("name", "")
    if "find" not in context.req.params or len(typed) < FEWEST_LETTERS:
        return []
    context.access.require(Permission.LIST_CUSTOMERS)
    business = context.calendar.business.id
    page = await search_customers(typed, 0, MOST_FOUND, business=business, store=context.app.store)
    return [
        KnownCustomer(one.record.name, one.record.email or one.record.phone, _action(asked, known=one.id))
        for one in page.shown
    ]


def _named(form: DeskForm, found: Hindrance) -> DeskForm:
    """Return the form with the rule or the appointments that refuse it in place of general words."""
    if not found.why:
        return form
    return replace(form, fields=[replace(one, error=found.why) if one.error else one for one in form.fields])


def _purposes(asked: AskedBooking, form: DeskForm, found: Hindrance) -> list[tuple[str, str, str, bool]]:
    """Return what may be ticked to book nevertheless: (name, value, label, is ticked)."""
    _ = asked.context.visitor.texts.gettext
    said = _("Double-book over these appointments") if found.over else _(PURPOSES[OVERBOOK])
    offered = {
        OVERRIDE: ("1", _(PURPOSES[OVERRIDE]), bool(asked.form.get(OVERRIDE))),
        # what is confirmed is what was named here: others since then are named and asked about again
        OVERBOOK: (found.over or "none", said, False),
    }
    return [(one, *offered[one]) for one in form.purposes]
