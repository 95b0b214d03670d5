"""Who serves in a new calendar: just its creator, others too, or others alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from functions.console.forms.fields import Choice, Field, Group, Option
from functions.console.forms.problems import WrongFields
from functions.console.staff.pasted import read_people
from functions.console.staff.person_form import ACTIVE, PENDING, invitation_group
from shared.domain.calendar.business import StaffMember
from shared.domain.text.addresses import folded
from shared.use_cases.booking.check_form import email_problem


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.setup.new_calendar import NewCalendar
    from functions.console.staff.pasted import PastedPerson
    from shared.domain.access.permissions import Caller

ME, BOTH, OTHERS = "me", "both", "others"
MOST = 30  # at the beginning; the page of the staff takes a thousand


def people_groups(new: NewCalendar) -> tuple[Group, ...]:
    """Return the fields: who serves, the others' addresses, and whether they are asked first."""
    _ = new.context.texts.gettext
    options = (
        Option(ME, _("Just me"), _("Customers book appointments with you.")),
        Option(BOTH, _("Me and others"), _("Customers choose someone, or take anyone who is free.")),
        Option(OTHERS, _("Others, not me"), _("You set the calendar up; customers book the others.")),
    )
    who = Choice(name="who", kind="radio", label=_("Who do customers book with?"), options=options)
    hint = _("One per line. You can add more people later, and set who does what and when.")
    others = Field(
        name="people",
        label=_("Email addresses of the others"),
        kind="long",
        longest=2500,
        hint=hint,
    )
    invitation = invitation_group(new.context.texts, is_closed=True)
    return (Group(id="staff", heading="", fields=(who, others)), invitation)


def suggested_people(_: NewCalendar) -> Mapping[str, str]:
    """Return what is suggested: just the creator."""
    return {"who": ME, "people": "", "membership": ACTIVE}


def check_people(new: NewCalendar, values: Mapping[str, str]) -> None:
    """Raise WrongFields for addresses that are none, too many, or none at all where there are to be some."""
    if values["who"] == ME:
        return
    _ = new.context.texts.gettext
    people = read_people(values["people"])
    wrong = next((one.line for one in people if email_problem(one.email)), "")
    text = ""
    if wrong:
        text = _("“%(line)s” doesn’t contain an email address such as ada@example.com") % {"line": wrong[:80]}
    elif not others_in(values["people"], new.context.caller):
        text = _("Enter the address of someone else")
    elif len(people) > MOST:
        text = _("At most %(count)s people here: the page “Staff” takes whole lists later") % {"count": MOST}
    if text:
        raise WrongFields({"people": text})


def staff_of(new: NewCalendar, values: Mapping[str, str], business: str, founder: str) -> list[StaffMember]:
    """Return the staff of the calendar with this id: its creator, whose id is `founder`, first."""
    caller, serves = new.context.caller, values["who"] != OTHERS
    people = [] if values["who"] == ME else others_in(values["people"], caller)
    creator = StaffMember(
        id=founder,
        name=caller.name or caller.email or caller.subject,
        email=caller.email,
        role="administrator",
        is_bookable=serves,
        is_listed=serves,
    )
    ids = {one.email: str(uuid5(NAMESPACE_URL, f"{business}/{folded(one.email)}")) for one in people}
    return [
        creator,
        *(
            StaffMember(
                id=ids[one.email],
                name=one.name,
                email=one.email,
                role="team_member",
                membership="pending" if values["membership"] == PENDING else "active",
            )
            for one in people
        ),
    ]


def others_in(text: str, caller: Caller) -> list[PastedPerson]:
    """Return the people of a text once each, without the caller; lines without an address are left out."""
    people = {folded(one.email): one for one in read_people(text) if one.email}
    people.pop(folded(caller.email), None)
    return list(people.values())
