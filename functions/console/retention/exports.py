"""Exports of a customer out of all calendars: asked for, watched while they are made, and fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.auth.session import require_recent_sign_in
from functions.console.boundary import console_boundary
from functions.console.organisation.context import SECTION, enter_organisation, organisation_tabs
from functions.console.retention.kept_lines import kept_file
from functions.http.problems import BadRequest
from shared.domain.access.permissions import Permission
from shared.i18n.formats import Formats
from shared.use_cases.personal_data.export.jobs import ask_export, delete_export, fetch_export, find_exports


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import ConsoleContext
    from shared.use_cases.personal_data.export.jobs import OwnExport

LONGEST = 254
EXPORTS = "exports"


class ExportLine(NamedTuple):
    """An export in the list; `file` is empty until it is done, `unread` unless something could not be read."""

    name: str
    said: str
    state: str
    unread: str
    ends: str
    file: str
    is_done: bool


@console_boundary
async def organisation_exports(req: func.HttpRequest) -> func.HttpResponse:
    """Show the exports that the caller asked for; have another one made, or delete one."""
    context = await enter_organisation(req, Permission.CHANGE_ORGANISATION)
    subject, app = context.caller.subject, context.app
    if context.is_sent and (name := context.form.get("delete")):
        await delete_export(name, subject=subject, store=app.store)
        return context.leave(context.link(SECTION, EXPORTS))
    if context.is_sent:
        require_recent_sign_in(req, context.now)
        said = context.form.get("find")[:LONGEST].strip()
        if not said:
            raise BadRequest
        await ask_export(said, subject=subject, author=context.author, context=app.context)
        return context.leave(context.link(SECTION, EXPORTS))
    found = await find_exports(subject, context=app.context)
    return await context.page(
        "console/organisation/exports.html",
        SECTION,
        heading=context.texts.gettext("Organisation"),
        tabs=organisation_tabs(context, "customers"),
        back=context.link(SECTION, "customers"),
        path=context.link(SECTION, EXPORTS),
        lines=[_line(context, one) for one in found],
        is_under_way=not all(one.job.is_done for one in found),
    )


@console_boundary
async def organisation_export(req: func.HttpRequest) -> func.HttpResponse:
    """Hand out an export, to who asked for it alone."""
    context = await enter_organisation(req, Permission.CHANGE_ORGANISATION)
    require_recent_sign_in(req, context.now)
    name, subject = req.route_params["id"], context.caller.subject
    return kept_file(await fetch_export(name, subject=subject, context=context.app.context))


def _line(context: ConsoleContext, one: OwnExport) -> ExportLine:
    _, job = context.texts, one.job
    formats = Formats(context.visitor.region_tag, "UTC", context.texts)
    return ExportLine(
        one.name,
        job.said,
        _state(context, one),
        _.gettext("Could not be read: %(calendars)s") % {"calendars": ", ".join(job.unread)} if job.unread else "",
        _.gettext("Available until %(when)s UTC") % {"when": formats.when(job.ends_at)},
        context.link(SECTION, EXPORTS, one.name) if job.is_done else "",
        job.is_done,
    )


def _state(context: ConsoleContext, one: OwnExport) -> str:
    texts, job = context.texts, one.job
    if not job.looked and not job.is_done:
        return texts.gettext("Begins within seconds")
    if not job.is_done:
        looked = texts.ngettext(
            "%(looked)s of %(num)s calendar looked through",
            "%(looked)s of %(num)s calendars looked through",
            job.calendars,
        )
        return looked % {"looked": job.looked, "num": job.calendars}
    found = texts.ngettext("Found in %(num)s calendar", "Found in %(num)s calendars", job.found)
    return found % {"num": job.found}
