"""What the organisation keeps about a person: shown, and erased once they are on no staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from functions.auth.session import require_recent_sign_in
from functions.console.forms.fields import ON
from functions.console.organisation.context import SECTION, organisation_tabs
from functions.console.retention.kept_lines import JSON, kept_lines
from functions.http.problems import BadRequest
from shared.domain.errors import AppointmentsToCome, StillOnStaff, StillProvided, UnderLegalHold
from shared.domain.text.addresses import folded
from shared.i18n.marked import marked
from shared.use_cases.booking.check_form import is_email
from shared.use_cases.calendars.find_businesses import works_here
from shared.use_cases.free_busy.connect import disconnect
from shared.use_cases.organisation.open_sessions import end_all_by
from shared.use_cases.organisation.record_access import record_access
from shared.use_cases.personal_data.erase_person import ErasingPerson
from shared.use_cases.personal_data.erasure_progress import find_progress
from shared.use_cases.personal_data.export.person import export_person


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from shared.use_cases.personal_data.erasure_progress import ErasurePlace, ErasureState

KEPT = "kept"
CALLED = marked("Former staff member")
ON_STAFF = marked("They’re on the staff of a calendar. Remove them first.")
IN_BIN = marked("They’re on the staff of a deleted calendar. Restore it and remove them there first.")
COMING = marked("They have upcoming appointments. Hand them over first.")
COMING_IN_BIN = marked(
    "They have upcoming appointments in a deleted calendar. Restore it and hand them over, or wait until it’s "
    "erased for good."
)
PROVIDED = marked("The identity provider still has an account of theirs here. Remove it there first.")
IN_SETTINGS = marked(
    "The settings of the app name them as an administrator (OPENSLOT_ADMINISTRATORS). The people who run it "
    "must remove them there first."
)

STATES: Mapping[ErasureState, str] = {
    "erased": marked("Erased"),
    "left": marked("To be erased"),
    "staff": marked("On the staff"),
    "coming": marked("Upcoming appointments"),
    "held": marked("Legal hold"),
}


class ErasureLine(NamedTuple):
    """A calendar where a person is or was on the staff, and what an erasure has done or would do there."""

    calendar: str
    state: str
    is_done: bool
    is_in_the_way: bool
    is_deleted: bool


async def show_kept(context: ConsoleContext, address: str, status: int = 200, **shown: Any) -> func.HttpResponse:
    """Show it, with the form that erases them; `shown` is what is wrong with that, or stands in the way.

    Each calendar of which something is shown notes in its activity who looked.
    """
    (found, calendars), here = await export_person(address, store=context.app.store), {"person": address}
    await note_access(context, calendars)
    details = {name: found[name] for name in ("named", "calendars", "accounts", "ownCalendar") if name in found}
    return await context.page(
        "console/organisation/person_kept.html",
        SECTION,
        status,
        heading=context.texts.gettext("Organisation"),
        tabs=organisation_tabs(context, "people"),
        back=context.link(SECTION, "people", **here),
        path=context.link(SECTION, "people"),
        file=context.link(SECTION, "people", **here, format=JSON),
        person=address,
        details=list(kept_lines(details)),
        sessions=[list(kept_lines(one)) for one in found.get("sessions", ())],
        done=[list(kept_lines(one)) for one in found.get("activity", ())],
        places=[_place(context, one) for one in await find_progress(address, context=context.app.context)],
        deleted=context.link("deleted"),
        is_oneself=folded(address) == folded(context.caller.email),
        works=await works_here(address, store=context.app.store),
        **{"is_unsure": False, "refused": "", "hold": "", **shown},
    )


async def note_access(context: ConsoleContext, calendars: Iterable[str]) -> None:
    """Note in the activity of calendars that the caller looked at what they keep of a person."""
    for business in calendars:
        await record_access(context.author.actor, business, store=context.app.store, now=context.now)


async def end_sessions(context: ConsoleContext) -> func.HttpResponse:
    """End all sessions of a person, wherever they signed in. Raises BadRequest."""
    address = context.form.get("person")
    if not is_email(address):
        raise BadRequest
    await end_all_by(address, author=context.author, context=context.app.context)
    return context.leave(context.link(SECTION, "people", person=address, kept="1"))


async def erase_person(context: ConsoleContext) -> func.HttpResponse:
    """Erase a person, once the box is ticked; show what stands in the way. Raises BadRequest for oneself."""
    require_recent_sign_in(context.req, context.now)
    address = context.form.get("person")
    if not is_email(address) or folded(address) == folded(context.caller.email):
        raise BadRequest
    if context.form.get("sure") != ON:
        return await show_kept(context, address, 422, is_unsure=True)
    try:
        await _erase(context, address)
    except (StillOnStaff, AppointmentsToCome, StillProvided) as refusal:
        why = await _why(context, address, refusal)
        return await show_kept(context, address, 409, refused=context.texts.gettext(why))
    except UnderLegalHold as refusal:
        return await show_kept(context, address, 409, hold=refusal.detail)
    return context.leave(context.link(SECTION, "people", news="erased"))


async def _erase(context: ConsoleContext, address: str) -> None:
    app, called = context.app, context.texts.gettext(CALLED)
    erasing = ErasingPerson(context.author, app.context, called, app.settings.administrators)
    await erasing.erase(address, lambda email: disconnect(email, app.reading()))


async def _why(
    context: ConsoleContext, address: str, refusal: StillOnStaff | AppointmentsToCome | StillProvided
) -> str:
    if isinstance(refusal, StillProvided):
        return PROVIDED if refusal.is_account else IN_SETTINGS
    if isinstance(refusal, StillOnStaff):
        return ON_STAFF if await works_here(address, store=context.app.store) else IN_BIN
    places = await find_progress(address, context=context.app.context)
    coming = [one.is_deleted for one in places if one.state == "coming"]
    return COMING_IN_BIN if coming and all(coming) else COMING


def _place(context: ConsoleContext, place: ErasurePlace) -> ErasureLine:
    state, is_done = context.texts.gettext(STATES[place.state]), place.state == "erased"
    return ErasureLine(place.calendar, state, is_done, not is_done and place.state != "left", place.is_deleted)
