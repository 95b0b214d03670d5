"""Who did what: the audit of a calendar and that of the organisation, as pages with filters and as files."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.download import download
from functions.console.organisation.audit_actions import KINDS, ORGANISATION_KINDS
from functions.console.organisation.audit_entries import EntryWords, audit_table
from functions.console.organisation.audit_query import audit_query
from functions.console.organisation.audit_seals import CHECK, seals_view
from functions.console.organisation.context import SECTION, enter_organisation, organisation_tabs
from functions.console.settings.tabs import settings_tabs
from shared.domain.access.permissions import Permission
from shared.i18n.formats import Formats
from shared.records.organisation import ORGANISATION
from shared.use_cases.organisation.seal_audit import AuditPlace
from shared.use_cases.organisation.search_audit import AuditPage, search_audit
from shared.use_cases.organisation.settings import PARTITION
from shared.use_cases.personal_data.legal_hold import find_kept


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from functions.console.organisation.audit_query import AuditQuery

PER_PAGE = 50
NO_ZONE = "UTC"  # the organisation has no clock of its own


@console_boundary
async def calendar_audit(req: func.HttpRequest) -> func.HttpResponse:
    """Show who did what to a calendar."""
    context = await enter(req, Permission.READ_AUDIT)
    words = EntryWords(context.texts, context.formats, context.calendar)
    tabs = settings_tabs(context, "audit")
    path = ("calendars", context.business.id, "audit")
    seals = None
    if context.req.params.get(CHECK):
        kept = await find_kept(context.business, store=context.app.store)
        before = kept.retention.before("audit", context.now)
        seals = await seals_view(context, AuditPlace(context.business.id), before, words.formats)
    heading = context.texts.gettext("Settings")
    return await _answer(context, words, KINDS, path, "settings", heading=heading, tabs=tabs, seals=seals)


@console_boundary
async def organisation_audit(req: func.HttpRequest) -> func.HttpResponse:
    """Show who changed the organisation's settings, and what the identity provider reported."""
    context = await enter_organisation(req, Permission.READ_DIRECTORY)
    words = EntryWords(context.texts, Formats(context.visitor.region_tag, NO_ZONE, context.texts))
    heading, tabs = context.texts.gettext("Organisation"), organisation_tabs(context, "audit")
    seals = None
    if context.req.params.get(CHECK):
        seals = await seals_view(context, AuditPlace(PARTITION, ORGANISATION), None, words.formats)
    path = (SECTION, "audit")
    return await _answer(
        context, words, ORGANISATION_KINDS, path, SECTION, heading=heading, tabs=tabs, seals=seals
    )


async def _answer(
    context: ConsoleContext,
    words: EntryWords,
    kinds: Mapping[str, str],
    path: tuple[str, ...],
    section: str,
    **more: Any,
) -> func.HttpResponse:
    query = audit_query(context.req, kinds, context.texts)
    business = words.calendar.business.id if words.calendar else ""
    search = query.search(business, words.formats.zone, context.texts, words.name_of)
    found = AuditPage([], "", "")
    if not query.errors:
        found = await search_audit(search, PER_PAGE, store=context.app.store)
    entries = [words.view(one) for one in found.entries]
    if context.req.params.get("format") == "csv" and not query.errors:
        return download(audit_table(entries, context.texts), "activity")
    return await context.page(
        "console/organisation/audit.html",
        section,
        422 if query.errors else 200,
        entries=entries,
        kinds={name: context.texts.gettext(label) for name, label in kinds.items()},
        query=query,
        is_filtered=search.wanted is not None,
        path=context.link(*path),
        check=context.link(*path, **{CHECK: "1"}),
        is_checked=bool(context.req.params.get(CHECK)),
        zone=words.formats.zone_name(context.now),
        **_ways(context, words.formats, query, found, path),
        **more,
    )


def _ways(
    context: ConsoleContext, formats: Formats, query: AuditQuery, found: AuditPage, path: tuple[str, ...]
) -> dict[str, str]:
    """Return the links to other pages and to the file, and until when entries were looked through."""
    here = {**query.asked, **({"after": query.after} if query.after else {})}
    return {
        "file": context.link(*path, **here, format="csv"),
        "newest": context.link(*path, **query.asked) if query.after else "",
        "older": context.link(*path, **{**query.asked, "after": found.older}) if found.older else "",
        "reached": formats.when(datetime.fromisoformat(found.reached)) if found.reached else "",
    }
