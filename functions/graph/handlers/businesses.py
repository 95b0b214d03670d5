"""bookingBusinesses: list, create, read, change, delete, publish and unpublish."""

from dataclasses import replace

from functions.auth.access import access_in, require_creation
from functions.graph.call import Collection, Entity, GraphRequest
from functions.graph.handlers.business_actions import changing
from functions.graph.handlers.templates import template_of
from functions.graph.models.business import BusinessBody, business_document, line_document, view_of_business
from shared.domain.access.permissions import can_see
from shared.domain.calendar.business import Business, Calendar
from shared.domain.errors import InvalidFields
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.copy_calendar import with_founder
from shared.use_cases.calendars.create_business import create_business
from shared.use_cases.calendars.find_businesses import CalendarSummary, find_all, find_of_person
from shared.use_cases.organisation.settings import find_organisation


async def list_businesses(call: GraphRequest) -> Collection:
    """Return {id, displayName} of the calendars that the caller may see; `query` is part of the name."""
    wanted = str(call.req.params.get("query", "")).casefold()
    lines = sorted(await _visible(call), key=lambda one: (one.name.casefold(), one.id))
    found = [one for one in lines if wanted in one.name.casefold()]
    return Collection([line_document(one.id, one.name, call.app.settings) for one in found])


async def _visible(call: GraphRequest) -> list[CalendarSummary]:
    if call.caller.is_application or call.caller.is_organisation_administrator:
        return [one for one in await find_all(store=call.app.store) if one.deleted_at is None]
    found = await find_of_person(call.caller.email, store=call.app.store)
    mine = [one.business for one in found if can_see(call.caller, access_in(call.caller, one).role)]
    return [CalendarSummary(one.id, one.name, one.slug) for one in mine]


async def post_business(call: GraphRequest) -> Entity:
    """Create a calendar, with Graph's defaults or from one of our templates. Returns 201 with it."""
    await require_creation(call.caller)
    sent = call.document()
    template = template_of(sent.pop("template", None))
    new = template.business("new", "new")
    view = view_of_business(new, call.app.settings)
    body = BusinessBody.parsed(BusinessBody.document(new, view), sent)
    await _require_sender(call, body.mail_from, new)
    body.changed(new, view)  # validate before a slug is reserved

    def found(business: str, slug: str, person: str) -> Calendar:
        calendar = Calendar(body.changed(template.business(business, slug), view), {}, {}, {})
        return with_founder(template.with_template_entries(calendar), person, call.caller)

    created = await create_business(
        found,
        body.display_name,
        action="calendar created",
        author=call.author,
        context=call.app.context,
    )
    return Entity(business_document(created.business, call.app.settings), 201)


async def get_business(call: GraphRequest) -> Entity:
    """Return a calendar with its settings, as `business_document`."""
    return Entity(business_document(call.calendar.business, call.app.settings))


async def patch_business(call: GraphRequest) -> None:
    """Change a calendar's settings. Raises InvalidFields, and EditConflict."""
    sent = call.document()
    if isinstance(address := sent.get("mailFrom"), str):
        await _require_sender(call, address, call.calendar.business)

    def edit(calendar: Calendar) -> Calendar:
        view = view_of_business(calendar.business, call.app.settings)
        return replace(calendar, business=BusinessBody.applied(calendar.business, sent, view))

    await changing(call).edit(edit, call.etags)


async def _require_sender(call: GraphRequest, address: str | None, business: Business) -> None:
    """Raise InvalidFields for a sender that is not among the organisation's.

    One that is set already is accepted, so that clients may send back what they have read.
    """
    if not address or folded(address) == folded(business.mail_from):
        return
    # not from the cache: an address may have been removed just now
    organisation = await find_organisation(store=call.app.store, within=0)
    if not organisation.may_send_as(address) and folded(address) != folded(call.app.settings.mail_from):
        raise InvalidFields([("/mailFrom", "not among the organisation's mailSenders")])


async def delete_business(call: GraphRequest) -> None:
    """Delete a calendar; it can be restored for a while."""
    await changing(call).delete(call.etags)


async def publish_business(call: GraphRequest) -> None:
    """Publish a calendar's booking page."""
    await changing(call).publish(call.etags, is_published=True)


async def unpublish_business(call: GraphRequest) -> None:
    """Take a calendar's booking page off the web."""
    await changing(call).publish(call.etags, is_published=False)
