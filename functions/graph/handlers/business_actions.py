"""Actions on calendars beyond Graph (restore, rename, clone), and the founding of new ones."""

from dataclasses import replace

from pydantic import Field

from functions.auth.access import access_in
from functions.graph.call import Entity, GraphRequest, business_id
from functions.graph.models.business import business_document
from functions.graph.models.patch import NameText, parse
from shared.domain.access.permissions import PERMISSIONS, Permission, can_see, is_granted, may
from shared.domain.calendar.business import SLUG, Calendar, StaffMember
from shared.domain.errors import Forbidden, NotFound
from shared.domain.model import Request
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.change_business import BusinessChange, is_lost
from shared.use_cases.calendars.create_business import Founding, create_business
from shared.use_cases.commands import require_unchanged
from shared.use_cases.organisation.settings import find_organisation


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
    return BusinessChange(business, call.author, call.body, app.store, app.secret, call.now)


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
    await require_creation(call)
    body, source = parse(CloneBody, {}, call.document()), call.calendar
    require_unchanged(source.business, call.etags)

    def found(business: str, slug: str, person: str) -> Calendar:
        return founded(_copied(source, body, business, slug), person, call)

    return await create(call, found, body.display_name, f"calendar cloned from {source.business.id}")


async def create(call: GraphRequest, found: Founding, name: str, action: str) -> Entity:
    """Create a calendar from `found`, and return 201 with it. `action` is its entry in the audit."""
    calendar = await create_business(
        found,
        name,
        action=action,
        author=call.author,
        store=call.app.store,
        secret=call.app.secret,
        now=call.now,
    )
    return Entity(business_document(calendar.business, call.app.settings), 201)


def _copied(source: Calendar, body: CloneBody, business: str, slug: str) -> Calendar:
    """Return the copy: not published, without the logo, and without staff unless asked for."""
    page = source.business.page.model_copy(update={"is_published": False, "logo": ""})
    fresh = {"created_at": None, "changed_at": None}
    own = {
        "id": business,
        "slug": slug,
        "name": body.display_name,
        "page": page,
        "version": "",
        **fresh,
        "former_slugs": (),
    }
    services = [one.model_copy(update=fresh) for one in source.services.values() if one.removed_at is None]
    if not body.with_staff:
        services = [one.model_copy(update={"staff": ()}) for one in services]
    return Calendar(
        source.business.model_copy(update=own),
        {one.id: one for one in services},
        dict(source.staff) if body.with_staff else {},
        dict(source.questions),
    )


async def require_creation(call: GraphRequest) -> None:
    """Raise Forbidden unless the caller may create calendars, by their rights or the organisation's list."""
    if may(call.caller, None, Permission.CREATE_CALENDAR):
        return
    if not is_granted(call.caller, PERMISSIONS[Permission.CREATE_CALENDAR]):
        raise Forbidden
    if not (await find_organisation(store=call.app.store)).may_create(call.caller):
        raise Forbidden


def founded(calendar: Calendar, person: str, call: GraphRequest) -> Calendar:
    """Return a new calendar with its creator on the staff, as an administrator whom customers cannot book.

    Unchanged where they are on the staff already, or have no address.
    """
    caller, staff = call.caller, calendar.staff
    if not caller.email or any(folded(one.email) == folded(caller.email) for one in staff.values()):
        return calendar
    founder = StaffMember(
        id=person,
        name=caller.name or caller.email,
        email=caller.email,
        role="administrator",
        is_bookable=False,
        is_listed=False,
    )
    return replace(calendar, staff={**staff, person: founder})
