"""Whether customers find the pages of help, how they pay, and which pages elsewhere they are led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Choices, Field, Group, Option, Tick, lines_of, on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.save import show_or_save
from functions.console.toolkit.frame import SECTION, around
from shared.domain.access.permissions import Permission
from shared.domain.calendar.toolkit import PAYMENT_KINDS
from shared.presentation.toolkit.words import PAID


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business


@console_boundary
async def toolkit_settings(req: func.HttpRequest) -> func.HttpResponse:
    """Show the settings, and save them."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    return await show_or_save(
        context,
        toolkit_form(context),
        context.business,
        context.save_business,
        section=SECTION,
        template="console/toolkit/settings.html",
        **around(context, "settings"),
    )


def toolkit_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form."""
    return SettingsForm((_pages(context), _payment(context), _portal(context)), _values, _changed)


def _pages(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    shown = Tick(
        name="is_public",
        label=_("Customers can open these pages"),
        hint=_(
            "Questions and answers, and the test of camera and microphone, while the booking page is published"
        ),
        said=(_("Yes"), _("No")),
    )
    linked = Tick(
        name="is_linked",
        label=_("Link to them wherever it helps"),
        hint=_("In emails about online appointments, on the page of an appointment, and in the waiting room"),
        said=(_("Yes"), _("No")),
    )
    return Group(id="pages", heading=_("Pages for customers"), fields=(shown, linked))


def _payment(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    kinds = tuple(Option(kind, _(PAID[kind])) for kind in PAYMENT_KINDS)
    return Group(
        id="payment",
        heading=_("Payment"),
        intro=_("The answer to “How do I pay?” says it."),
        fields=(
            Choices(name="paid_online", label=_("Online appointments are paid by"), options=kinds),
            Choices(name="paid_in_person", label=_("Appointments in person are paid by"), options=kinds),
            Field(name="billing_url", label=_("Page about bills and payment"), kind="url"),
        ),
    )


def _portal(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    hint = _("Such as a patient portal, if customers can also open their appointment there")
    field = Field(name="portal_url", label=_("Address of your portal"), kind="url", hint=hint)
    return Group(id="portal", heading=_("Portal"), fields=(field,))


def _values(business: Business) -> Mapping[str, str]:
    toolkit = business.toolkit
    return {
        "is_public": on(toolkit.is_public),
        "is_linked": on(toolkit.is_linked),
        "paid_online": "\n".join(toolkit.paid_online),
        "paid_in_person": "\n".join(toolkit.paid_in_person),
        "billing_url": toolkit.billing_url,
        "portal_url": toolkit.portal_url,
    }


def _changed(business: Business, values: Mapping[str, str]) -> Business:
    toolkit = changed_model(
        business.toolkit,
        is_public=bool(values["is_public"]),
        is_linked=bool(values["is_linked"]),
        paid_online=tuple(lines_of(values["paid_online"])),
        paid_in_person=tuple(lines_of(values["paid_in_person"])),
        billing_url=values["billing_url"],
        portal_url=values["portal_url"],
    )
    return changed_model(business, toolkit=toolkit)
