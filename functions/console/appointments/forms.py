"""The forms by which staff book and change appointments: fields, errors, and what may be overridden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.http.boundary import status_of
from functions.pages.form_field import FormField, too_long
from functions.pages.problem_texts import PROBLEMS
from shared.domain.errors import (
    AlreadySeated,
    GroupFull,
    InvalidFields,
    NotOffered,
    OutsideLeadTime,
    Refusal,
    SlotTaken,
    StaffNotOffered,
)
from shared.i18n.marked import marked
from shared.use_cases.booking.check_form import TOO_LONG


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import azure.functions as func

    from functions.console.appointments.context import AppointmentContext
    from functions.pages.link import NavLink
    from shared.use_cases.appointments.staff_claims import Actor
    from shared.use_cases.telling.announce import Telling

OVERRIDE, OVERBOOK = "override", "overbook"
AT_FIELD: dict[type[Refusal], tuple[str, str, str]] = {
    SlotTaken: ("time", marked("This person is busy at that time"), OVERBOOK),
    GroupFull: ("time", marked("This session is full"), OVERBOOK),
    AlreadySeated: ("time", marked("This customer has a place in this session."), ""),
    OutsideLeadTime: ("time", marked("Your booking rules don’t allow this time"), OVERRIDE),
    NotOffered: ("time", marked("This time is outside the hours"), OVERRIDE),
    StaffNotOffered: ("staff", marked("This person can’t be chosen for the service"), OVERRIDE),
}
"""By refusal: the field to mark, its error, and the override that the form then offers."""
FIELDS = {
    "times": "count",
    "start": "time",
    "end": "minutes",
    "serviceId": "service",
    "customers": "name",
    "serviceNotes": "internal",
    "allow_anonymous_join": "joining",
}
WRONG = {
    "name": marked("Enter a name"),
    "email": marked("Enter an email address such as name@example.com"),
    "phone": marked("Enter a phone number such as +33 1 23 45 67 89"),
    "date": marked("Enter a date"),
    "time": marked("Enter a time that exists on this day"),
    "minutes": marked("Enter whole minutes, at least 1"),
    "service": marked("Choose a service"),
    "staff": marked("Choose someone"),
    "notes": marked("This is too long, or some characters aren’t allowed"),
    "internal": marked("This is too long, or some characters aren’t allowed"),
    "language": marked("Choose a language from the list"),
    "price_kind": marked("Choose a price from the list"),
    "amount": marked("Enter an amount from 0 to 1,000,000,000, such as 25 or 25.50"),
    "joining": marked("No one could join: this calendar’s online appointments take place only in the browser"),
    "message": marked("This is too long, or some characters aren’t allowed"),
    "frequency": marked("Choose how often"),
    "every": marked("Enter a whole number from 1 to 99; a series lasts 10 years at most"),
    "count": marked("Enter a whole number from 2 to 52"),
    "until": marked("Enter a day until which there are 2 to 52 appointments"),
}
TELLING: dict[Telling, str] = {
    "later": marked("In 10 minutes: until then you can undo it"),
    "now": marked("Now"),
    "never": marked("Don’t notify anyone"),
}
SOON = timedelta(minutes=30)
LATER: tuple[Telling, Telling] = ("now", "later")
PURPOSES = {
    OVERRIDE: marked("Ignore booking rules"),
    OVERBOOK: marked("Double-book anyway"),
}


@dataclass(frozen=True)
class Select:
    """A select field. `groups` are (label, options), options are (value, label); `is_own` as in LabelledValue."""

    id: str
    label: str
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    value: str = ""
    error: str = ""
    is_required: bool = True
    is_own: bool = False
    kind: str = "select"


@dataclass(frozen=True)
class DeskForm:
    """A page with one form. `purposes` are the overrides it offers after a refusal.

    It is ready if a link filled it in, so that only sending it is left. `times` are such links.
    """

    heading: str
    submit: str
    fields: Sequence[FormField | Select]
    text: str = ""
    is_danger: bool = False
    etag: str = ""
    purposes: tuple[str, ...] = ()
    notice: str = ""
    is_ready: bool = False
    times: Sequence[NavLink] = ()

    @property
    def errors(self) -> list[FormField | Select]:
        """The fields with an error, for the error summary."""
        return [one for one in self.fields if one.error]


async def form_page(
    context: AppointmentContext, form: DeskForm, refusal: Refusal | None = None, *, notice: str = ""
) -> func.HttpResponse:
    """Return the page with the form; after a refusal with what was typed and errors beside the fields.

    A `notice` stands above the form in place of general words.
    """
    _ = context.visitor.texts.gettext
    shown = refused(form, refusal, context) if refusal else form
    shown = replace(shown, notice=notice) if notice else shown
    return await context.page(
        "console/appointments/form.html",
        status=status_of(refusal) if refusal else 200,
        form=shown,
        facts=context.facts if context.found else [],
        purposes=[(name, _(PURPOSES[name]), bool(context.form.get(name))) for name in shown.purposes],
        back=context.back,
    )


def refused(form: DeskForm, refusal: Refusal, context: AppointmentContext) -> DeskForm:
    """Return the form with a refusal: as an error at its field, else as a notice above the form."""
    _ = context.visitor.texts.gettext
    asked = tuple(name for name in (OVERRIDE, OVERBOOK) if context.form.get(name))
    if isinstance(refusal, InvalidFields):
        wrong = {_field_of(one.pointer): one.code for one in refusal.errors}
        fields = [_judged(one, wrong, context) if one.id in wrong else one for one in form.fields]
        if any(one.error for one in fields):
            return replace(form, fields=fields, purposes=asked)
    if type(refusal) in AT_FIELD:
        name, text, purpose = AT_FIELD[type(refusal)]
        there = [one.id for one in form.fields]
        at = name if name in there else there[0]
        fields = [replace(one, error=_(text)) if one.id == at else one for one in form.fields]
        # only a form with a time offers to override it, and a seat is never placed over something else
        offered = [purpose] if "time" in there and purpose and (purpose != OVERBOOK or not context.seat) else []
        return replace(form, fields=fields, purposes=tuple(dict.fromkeys([*asked, *offered])))
    heading, text = PROBLEMS.get(refusal.code, PROBLEMS["refused"])
    return replace(form, notice=f"{_(heading)}. {_(text)}", purposes=asked)


def _judged(
    field: FormField | Select, wrong: Mapping[str, str], context: AppointmentContext
) -> FormField | Select:
    texts = context.visitor.texts
    if isinstance(field, FormField) and wrong[field.id] == TOO_LONG.code:
        return replace(field, error=too_long(field, texts))
    return replace(field, error=texts.gettext(WRONG[field.id])) if field.id in WRONG else field


def _field_of(pointer: str) -> str:
    """Return the field that a JSON pointer means: /customers/0/name is `name`."""
    last = pointer.rpartition("/")[2]
    return FIELDS.get(last, last)


def editor_of(context: AppointmentContext) -> Actor:
    """Return the actor of the change, bound by the policy unless an override is ticked."""
    return context.access.editor(is_bound=not (context.form.get(OVERRIDE) or context.form.get(OVERBOOK)))


def telling_field(context: AppointmentContext) -> Select:
    """Return the choice of when people are told of a change: at first later, or now of what begins soon."""
    _, one = context.visitor.texts.gettext, context.appointment
    soon = one.start - context.now < SOON
    options = [(name, _(text)) for name, text in TELLING.items()]
    return Select("telling", _("Notify everyone"), [("", options)], told_when(context) or LATER[not soon])


def told_when(context: AppointmentContext) -> Telling | None:
    """Return when people are to be told, as chosen in the form; None if it is not said."""
    return next((name for name in TELLING if name == context.form.get("telling")), None)
