"""Whether reports are kept in the organisation, and the erasure of what was kept."""

from __future__ import annotations

import hashlib
from asyncio import gather
from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.forms.fields import ON, Choice, Group, Option, Pick, Tick, lines_of
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.organisation.context import SECTION, enter_organisation, organisation_tabs
from functions.console.organisation.report_readers import as_stored, as_typed, readers_group
from functions.console.organisation.settings import OFF, organisation_of, save_organisation
from functions.console.reports.mail_fields import changed_mail, mail_group, mail_values
from functions.console.settings.choices import languages, zone_options
from shared.domain.access.organisation import LONGEST_KEPT
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked
from shared.presentation.periods import kept_for
from shared.use_cases.calendars.find_businesses import find_all
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.reports.erase_facts import erase_facts


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from functions.console.forms.fields import Field
    from shared.domain.access.organisation import Organisation
    from shared.use_cases.calendars.find_businesses import CalendarSummary

KEPT = (30, 90, 180, 365, 730, 1825, 0)
NEWS = {
    "erased": marked("All that was kept for reports has been erased."),
    "more": marked("A part was erased. To erase the rest, erase again."),
}


class ErasureConsent(NamedTuple):
    """What is ticked so that nobody erases by mistake."""

    sure: str = ""


@console_boundary
async def organisation_reports(req: func.HttpRequest) -> func.HttpResponse:
    """Show whether visits are kept for reports, and save it."""
    context = await enter_organisation(req, Permission.CHANGE_ORGANISATION)
    store = context.app.store
    organisation, calendars = await gather(organisation_of(context), find_all(store=store))
    return await show_or_save(
        context,
        _form(context, organisation, calendars),
        organisation,
        lambda edit: save_organisation(context, edit),
        section=SECTION,
        heading=context.texts.gettext("Organisation"),
        template="console/organisation/reports.html",
        tabs=organisation_tabs(context, "reports"),
        told=NEWS,
    )


def _form(
    context: ConsoleContext, organisation: Organisation, calendars: Sequence[CalendarSummary]
) -> SettingsForm[Organisation]:
    _, texts = context.texts.gettext, context.texts
    shown = _("Administrators see how many visits took place, how long people waited and met")
    hidden = _("Reports are hidden, and nothing more is kept for them. The queue works as usual")
    on, off = texts.pgettext("reports", "On"), texts.pgettext("reports", "Off")
    states = Option(ON, on, shown), Option(OFF, off, hidden)
    field = Choice(name="has_analytics", label=_("Usage reports are"), kind="radio", options=states)
    kept = Choice(
        name="report_days",
        label=_("Visits are kept for"),
        hint=_("Older ones are deleted within a day or so, and no longer appear in reports."),
        options=tuple(Option(str(days), kept_for(context.texts, days)) for days in _choices(organisation)),
    )
    group = Group(id="reports", heading=_("Usage reports"), fields=(field, kept))
    by_mail = mail_group(
        context.texts,
        is_on=organisation.has_analytics,
        heading=_("Report of all calendars by email"),
        more=_clock(context, organisation),
    )
    ids = {one.slug: one.id for one in calendars if not one.deleted_at}
    return SettingsForm(
        (group, readers_group(context, ids), by_mail),
        lambda one: _typed(one, ids),
        lambda one, values: _changed(context, one, values, ids),
    )


def _typed(one: Organisation, ids: Mapping[str, str]) -> dict[str, str]:
    return {
        "report_days": str(one.report_days),
        "has_analytics": ON if one.has_analytics else OFF,
        "report_readers": "\n".join(as_typed(line, ids) for line in one.report_readers),
        **mail_values(one.report_mail),
        "mail_zone": one.report_mail.time_zone,
        "mail_language": one.report_mail.language,
    }


def _changed(
    context: ConsoleContext, one: Organisation, values: Mapping[str, str], ids: Mapping[str, str]
) -> Organisation:
    clock = {"time_zone": values["mail_zone"], "language": values["mail_language"]}
    return changed_model(
        one,
        has_analytics=values["has_analytics"] == ON,
        report_days=int(values["report_days"]),
        report_readers=tuple(as_stored(line, ids) for line in lines_of(values["report_readers"])),
        report_mail=changed_mail(context, one.report_mail, values, **clock),
    )


def _clock(context: ConsoleContext, organisation: Organisation) -> tuple[Field, ...]:
    """Return the fields of the clock by which the report is sent, and of its language."""
    _, zone = context.texts.gettext, organisation.report_mail.time_zone
    wrong = _("Choose a time zone from the list")
    return (
        Pick(
            name="mail_zone",
            label=_("Time zone"),
            options=zone_options(context, zone),
            wrong=wrong,
            is_required=True,
            width="medium",
        ),
        Choice(name="mail_language", label=_("Language"), options=languages(), width="medium"),
    )


def _choices(organisation: Organisation) -> list[int]:
    """Return how long visits may be kept, in days; 0 has no end."""
    return sorted({*KEPT, organisation.report_days}, key=lambda days: days or LONGEST_KEPT + 1)


@console_boundary
async def organisation_erase(req: func.HttpRequest) -> func.HttpResponse:
    """Erase what was kept for reports, once they are off and it is confirmed."""
    context = await enter_organisation(req, Permission.CHANGE_ORGANISATION)
    _, way, is_done = context.texts.gettext, (SECTION, "reports"), [True]
    organisation = await find_organisation(store=context.app.store, within=0)

    async def erase(edit: Callable[[ErasureConsent], ErasureConsent]) -> None:
        edit(ErasureConsent())
        number = hashlib.sha256(context.author.key.encode()).hexdigest()[:12]
        actor, store = context.author.actor, context.app.store
        is_done[0] = await erase_facts(actor=actor, number=number, store=store, now=context.now)

    return await show_or_save(
        context,
        _consent(context, organisation),
        ErasureConsent(),
        erase,
        section=SECTION,
        heading=_("Erase what was kept for reports"),
        template="console/settings/dated.html",
        submit=_("Erase it"),
        tone="danger",
        done=lambda: context.link(*way, news="erased" if is_done[0] else "more"),
        back=context.link(*way),
        back_label=_("Reports"),
    )


def _consent(context: ConsoleContext, organisation: Organisation) -> SettingsForm[ErasureConsent]:
    _ = context.texts.gettext
    hint = _(
        "What was kept of the visits of all calendars is deleted for good. Appointments and their history stay."
    )
    field = Tick(name="sure", label=_("Yes, erase it"), hint=hint)

    def changed(_before: ErasureConsent, values: Mapping[str, str]) -> ErasureConsent:
        if values["sure"] != ON:
            raise WrongFields({"sure": _("Select this box to erase it")})
        if organisation.has_analytics:
            raise WrongFields({"sure": _("Turn the reports off first: otherwise more is kept immediately")})
        return ErasureConsent(ON)

    group = Group(id="confirm", heading="", fields=(field,))
    return SettingsForm((group,), lambda one: {"sure": one.sure}, changed)
