"""Actions on calendars beyond Graph: restore, rename, clone."""

from dataclasses import replace

from pydantic import Field

from functions.auth.access import access_in, require_creation
from functions.graph.call import Entity, GraphRequest, business_id
from functions.graph.models.business import business_document
from functions.graph.models.patch import NameText, parse
from shared.domain.access.permissions import Permission, can_see
from shared.domain.calendar.business import SLUG
from shared.domain.errors import NotFound
from shared.domain.model import Request
from shared.use_cases.calendars.change_business import BusinessChange, is_lost
from shared.use_cases.calendars.copy_calendar import Copying, copy_calendar
from shared.use_cases.commands import require_unchanged


class RenameBody(Request):
    """`slug` is the page's new address, empty to keep it. The old address keeps working."""

    display_name: NameText
    slug: str = Field(default="", max_length=63, pattern=rf"^({SLUG.pattern})?$")


class CloneBody(Request):
    display_name: NameText
    with_staff: bool = False


def changing(call: GraphRequest) -> BusinessChange:
    """Return the use case that changes the calendar in the call's path."""
    business, app = business_id(call.ids["business"]), call.app
    return BusinessChange(business, call.author, call.body, app.context)


async def rename_business(call: GraphRequest) -> Entity:
    """Give a calendar another name, and its page another address. Returns the calendar."""
    body = parse(RenameBody, {}, call.document())
    calendar = await changing(call).rename(body.display_name, body.slug, call.etags)
    return Entity(business_document(calendar.business, call.app.settings))


async def restore_business(call: GraphRequest) -> Entity:
    """Restore a deleted calendar, for its administrators and the organisation's. Raises NotFound."""
    business = business_id(call.ids["business"])
    calendar = await call.app.store.calendars.reload(business, include_deleted=True)
    access = access_in(call.caller, calendar)
    if not can_see(call.caller, access.role) or is_lost(calendar.business, call.now):
        raise NotFound
    access.require(Permission.RESTORE_CALENDAR)
    restored = await changing(replace(call, access=access)).restore(call.etags)
    return Entity(business_document(restored.business, call.app.settings))


async def clone_business(call: GraphRequest) -> Entity:
    """Create a calendar with the same services, hours, policies and questions; staff only if asked for."""
    await require_creation(call.caller)
    body, source = parse(CloneBody, {}, call.document()), call.calendar
    require_unchanged(source.business, call.etags)
    calendar = await copy_calendar(
        source,
        Copying(body.display_name, body.with_staff),
        caller=call.caller,
        author=call.author,
        context=call.app.context,
    )
    return Entity(business_document(calendar.business, call.app.settings), 201)
