"""A customer of the organisation: in which calendars, all that they keep as one file, and the erasure in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.auth.session import require_recent_sign_in
from functions.console.boundary import console_boundary
from functions.console.forms.fields import ON
from functions.console.organisation.context import SECTION, enter_organisation, organisation_tabs, searched
from functions.console.retention.exports import EXPORTS
from functions.console.retention.kept_lines import JSON, kept_file
from functions.console.shell import base_of
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.i18n.marked import marked
from shared.use_cases.customers.search_customers import forget_customers
from shared.use_cases.organisation.record_access import record_access
from shared.use_cases.personal_data.everywhere import (
    ErasingEverywhere,
    FoundPlaces,
    export_everywhere,
    find_everywhere,
)


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from shared.use_cases.personal_data.everywhere import CustomerPlace, ErasureOutcome

LONGEST = 254
OUTCOMES: Mapping[ErasureOutcome, str] = {
    "erased": marked("Erased"),
    "coming": marked("Not erased: upcoming appointments"),
    "held": marked("Not erased: legal hold"),
    "again": marked("Not erased: no answer, try again"),
}


@console_boundary
async def organisation_customers(req: func.HttpRequest) -> func.HttpResponse:
    """Show which calendars know a customer, hand out all that they keep, or erase them in all of these."""
    context = await enter_organisation(req, Permission.CHANGE_ORGANISATION)
    if req.params.get("format") == JSON or context.is_sent:
        require_recent_sign_in(req, context.now)
    said = context.form.get("find")[:LONGEST] if context.is_sent else searched(req, longest=LONGEST)
    after = searched(req, "after")
    found = await find_everywhere(said, after, store=context.app.store) if said else FoundPlaces(())
    for business in dict.fromkeys(one.business for one in found.places):
        await record_access(context.author.actor, business, store=context.app.store, now=context.now)
    if req.params.get("format") == JSON:
        if found.places and not _is_one(context, found):
            raise NotFound  # of several a file is made as work
        return await _file(context, found)
    if context.is_sent and context.form.get("sure") == ON:
        return await _erased(context, said, found)
    return await _page(context, said, found, is_unsure=context.is_sent)


async def _file(context: ConsoleContext, found: FoundPlaces) -> func.HttpResponse:
    return kept_file(await export_everywhere(found.places, store=context.app.store))


async def _erased(context: ConsoleContext, said: str, found: FoundPlaces) -> func.HttpResponse:
    app = context.app
    erasing = ErasingEverywhere(context.author, app.context)
    outcomes = await erasing.erase(found.places)
    for place, _outcome in outcomes:
        forget_customers(place.business, store=app.store)
    is_done = all(outcome == "erased" for _place, outcome in outcomes)
    return await _page(context, said, found, status=200 if is_done else 409, outcomes=dict(outcomes))


async def _page(
    context: ConsoleContext,
    said: str,
    found: FoundPlaces,
    status: int = 200,
    *,
    is_unsure: bool = False,
    outcomes: Mapping[CustomerPlace, ErasureOutcome] | None = None,
) -> func.HttpResponse:
    lines = [_line(context, one, (outcomes or {}).get(one)) for one in found.places]
    asked = {"find": said}
    return await context.page(
        "console/organisation/customers.html",
        SECTION,
        422 if is_unsure else status,
        heading=context.texts.gettext("Organisation"),
        tabs=organisation_tabs(context, "customers"),
        find=said,
        lines=lines,
        path=context.link(SECTION, "customers"),
        file=context.link(SECTION, "customers", **asked, format=JSON) if _is_one(context, found) else "",
        exports=context.link(SECTION, EXPORTS),
        more=context.link(SECTION, "customers", **asked, after=found.after) if found.after else "",
        is_unsure=is_unsure,
        is_over=outcomes is not None,
    )


def _is_one(context: ConsoleContext, found: FoundPlaces) -> bool:
    """Return whether one calendar knows them, of all that there are."""
    return len(found.places) == 1 and not found.after and not searched(context.req, "after")


def _line(context: ConsoleContext, place: CustomerPlace, outcome: ErasureOutcome | None) -> dict[str, Any]:
    return {
        "calendar": place.calendar,
        "name": place.name,
        "href": ""
        if outcome == "erased" or place.is_deleted
        else f"{base_of(place.business)}/customers/customer/{place.customer}",
        "outcome": context.texts.gettext(OUTCOMES[outcome]) if outcome else "",
        "is_done": outcome == "erased",
    }
