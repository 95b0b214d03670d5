"""Copies a calendar: into another one to work with, or into a template that new calendars can be made from."""

from dataclasses import dataclass, replace

from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.errors import NotFound
from shared.domain.reports.report_mail import ReportMail
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.create_business import create_business
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.ports import Store
from shared.use_cases.toolkit.own_words import copy_words


@dataclass(frozen=True, slots=True)
class Copying:
    """What becomes of a copy: its name, whether the staff come with it, and whether it is a template."""

    name: str
    with_staff: bool = False
    as_template: bool = False


async def copy_calendar(
    source: Calendar, copying: Copying, *, caller: Caller, author: Author, context: Context
) -> Calendar:
    """Create the copy, with the caller on its staff. The same key again creates no second one. Raise Conflict."""
    kind = "template saved" if copying.as_template else "calendar cloned"

    def found(business: str, slug: str, person: str) -> Calendar:
        return with_founder(copied(source, copying, business, slug), person, caller)

    action = f"{kind} from {source.business.id}"
    made = await create_business(found, copying.name, action=action, author=author, context=context)
    await copy_words(source.business.id, made.business.id, store=context.store)
    return made


def copied(source: Calendar, copying: Copying, business: str, slug: str) -> Calendar:
    """Return the copy: not published, without the logo, and without staff unless they are to come with it."""
    # The bytes of the logo, of the font and of pictures are in rows of the source that are not copied.
    page = source.business.page.model_copy(update={"is_published": False, "logo": ""})
    fresh = {"created_at": None, "changed_at": None}
    own = {
        "id": business,
        "slug": slug,
        "name": copying.name,
        "is_template": copying.as_template,
        "page": page,
        "toolkit": source.business.toolkit.model_copy(update={"font": None, "pictures": {}}),
        "version": "",
        **fresh,
        "former_slugs": (),
        "report_mail": ReportMail(),
        "staff_groups": source.business.staff_groups if copying.with_staff else (),
    }
    services = [one.model_copy(update=fresh) for one in source.services.values() if one.removed_at is None]
    if not copying.with_staff:
        services = [one.model_copy(update={"staff": ()}) for one in services]
    return Calendar(
        source.business.model_copy(update=own),
        {one.id: one for one in services},
        dict(source.staff) if copying.with_staff else {},
        dict(source.questions),
        texts={name: one.model_copy(update=fresh) for name, one in source.texts.items()},
    )


def with_founder(calendar: Calendar, person: str, caller: Caller) -> Calendar:
    """Return a new calendar with its creator on the staff, as an administrator whom customers cannot book.

    Unchanged where they are on the staff already, or have no address.
    """
    staff = calendar.staff
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


async def find_template(business: str, *, store: Store) -> Calendar:
    """Return a template of the organisation, for people who may create calendars. Raise NotFound."""
    template = await store.calendars.current(await store.calendars.find_by_id(business))
    if not template.business.is_template:
        raise NotFound
    return template
