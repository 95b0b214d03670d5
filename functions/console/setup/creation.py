"""Creates the calendar that was set up, in one transaction; submitting it again creates no second one."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_hex
from typing import TYPE_CHECKING

from functions.console.forms.hours import hours_in
from functions.console.setup.offers import chosen_offers
from functions.console.setup.people import staff_of
from functions.console.setup.steps import BY_NAME
from shared.domain.errors import NotFound
from shared.use_cases.calendars.create_business import create_business, created_id
from shared.use_cases.calendars.find_businesses import find_of_person
from shared.use_cases.commands import Author
from shared.use_cases.toolkit.own_words import copy_words


if TYPE_CHECKING:
    from functions.console.setup.new_calendar import NewCalendar
    from shared.domain.calendar.business import Calendar
    from shared.use_cases.ports import Store

MOST_NUMBERS = 20  # that are tried for an address


def calendar_of(new: NewCalendar, business: str, slug: str, founder: str) -> Calendar:
    """Return the calendar as it is filled in, not published; the ids are those to give to it and its creator."""
    texts, calendar = new.context.texts, new.started(business, slug)
    people, offers = (BY_NAME[one].values(new) for one in ("people", "services"))
    hours = hours_in(BY_NAME["hours"].values(new)["hours"], texts)
    staff = staff_of(new, people, business, founder)
    bookable = tuple(one.id for one in staff if one.is_bookable)
    offered = chosen_offers(new, offers, business, bookable)
    own = {"hours": hours, "service_order": tuple(one.id for one in offered)}
    return replace(
        calendar,
        business=calendar.business.model_copy(update=own),
        services={one.id: one for one in offered},
        staff={one.id: one for one in staff},
    )


async def create(new: NewCalendar, *, is_published: bool) -> str:
    """Create the calendar and return its id; that of the first time if this draft was created before.

    Raises Conflict if another calendar has the address meanwhile.
    """
    app, author = new.context.app, Author(new.context.author.actor, new.draft.key)
    if known := await created_before(new):
        return known

    def found(business: str, slug: str, founder: str) -> Calendar:
        calendar = calendar_of(new, business, slug, founder)
        page = calendar.business.page.model_copy(update={"is_published": is_published})
        return replace(calendar, business=calendar.business.model_copy(update={"page": page}))

    calendar = await create_business(
        found,
        new.about["name"],
        slug=new.about["slug"],
        action="calendar created",
        author=author,
        context=app.context,
    )
    if new.template:
        await copy_words(new.template.business.id, calendar.business.id, store=app.store)
    # pages that list the person's calendars from memory are to show it at once
    await find_of_person(new.context.caller.email, store=app.store)
    return calendar.business.id


async def created_before(new: NewCalendar) -> str:
    """Return the id of the calendar that this draft has become, empty if it has not."""
    app = new.context.app
    business = created_id(Author(new.context.author.actor, new.draft.key), secret=app.secret)
    try:
        await app.store.calendars.reload(business)
    except NotFound:
        return ""
    return business


async def free_address(slug: str, *, store: Store) -> str:
    """Return an address that no calendar has: the wanted one, else with the first number that is free.

    With many calendars of one name it ends in letters instead, as looking for a number would take long.
    """
    for free in (slug, *(f"{slug[:58]}-{number}" for number in range(2, MOST_NUMBERS + 1))):
        if not await is_taken(free, store=store):
            return free
    return f"{slug[:53]}-{token_hex(4)}"


async def is_taken(slug: str, *, store: Store) -> bool:
    """Return whether a calendar has this address."""
    try:
        await store.calendars.business_of(slug)
    except NotFound:
        return False
    return True
