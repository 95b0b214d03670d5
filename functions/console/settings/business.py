"""The settings of a business: its name, how to reach it, its language, currency and time zone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.address import ADDRESS, address_fields, address_in, address_values
from functions.console.forms.fields import Choice, Field, Group, Pick
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.forms.translated import edited_words, language_groups, words_values
from functions.console.settings.choices import business_types, currency_options, languages, zone_options
from functions.console.settings.tabs import settings_tabs
from shared.domain.access.permissions import Permission
from shared.domain.calendar.business import Business
from shared.domain.calendar.words import BusinessWords
from shared.domain.text.addresses import folded
from shared.i18n import html_tag
from shared.use_cases.organisation.settings import find_organisation


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext


@console_boundary
async def settings_business(req: func.HttpRequest) -> func.HttpResponse:
    """Show the settings of a business, and save them."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    form = business_form(context, await _senders(context))
    return await show_or_save(
        context,
        form,
        context.business,
        context.save_business,
        section="settings",
        heading=context.texts.gettext("Settings"),
        tabs=settings_tabs(context, ""),
    )


class Senders(NamedTuple):
    """From which addresses the calendar may send its mails: `may_use` judges one, `has_choice` is whether any."""

    may_use: Callable[[str], bool]
    has_choice: bool


async def _senders(context: CalendarContext) -> Senders:
    """Return the senders: the one that is set, the app's own, and those that the organisation allows."""
    organisation, own = await find_organisation(store=context.app.store), context.business.mail_from
    usual = {"", folded(own), folded(context.app.settings.mail_from)}
    return Senders(
        lambda address: folded(address) in usual or organisation.may_send_as(address),
        bool(own or organisation.mail_senders),
    )


def business_form(context: CalendarContext, senders: Senders) -> SettingsForm[Business]:
    """Return the form. A sender of mails that the organisation does not allow is refused."""
    _ = context.texts.gettext
    wrong = _("The organisation doesn’t send email from this address: its administrator can allow it")

    def changed(business: Business, values: Mapping[str, str]) -> Business:
        given = {"mail_from": business.mail_from, **values}
        if not senders.may_use(given["mail_from"]):
            raise WrongFields({"mail_from": wrong})
        return business_with(business, given)

    about, reach = _about(context), _reach(context)
    line = Field(name="address", label=_("Address"), longest=2000)
    told = [*(one for one in about.fields if one.name == "name"), line]
    words = language_groups(context, told, context.business)
    if senders.has_choice:
        reach = replace(reach, fields=(*reach.fields, _sender(context)))
    return SettingsForm((about, reach, _place(context), _local(context), *words), business_values, changed)


def _about(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    kind = _("Pages and emails then say patients, clients or customers")
    return Group(
        id="about",
        heading=_("Business"),
        fields=(
            Field(name="name", label=_("Name of the business"), is_required=True, longest=200, is_own=True),
            Choice(name="business_type", label=_("Kind of business"), options=business_types(context), hint=kind),
        ),
    )


def _reach(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    email = Field(
        name="email",
        label=_("Email address"),
        kind="email",
        longest=254,
        hint=_("Customers’ replies go here"),
        width="half",
    )
    phone = Field(name="phone", label=_("Phone"), kind="tel", longest=60, width="half")
    site = Field(name="web_site", label=_("Website"), kind="url", hint=_("For example https://www.example.com"))
    return Group(id="reach", heading=_("How to reach you"), fields=(email, phone, site))


def _sender(context: CalendarContext) -> Field:
    _ = context.texts.gettext
    hint = _("An address that the organisation allows; leave it empty for the usual one")
    return Field(name="mail_from", label=_("Sender of emails"), kind="email", longest=254, hint=hint)


def _place(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    return Group(id="place", heading=_("Address"), fields=address_fields(context.texts))


def _local(context: CalendarContext) -> Group:
    _, business = context.texts.gettext, context.business
    return Group(
        id="local",
        heading=_("Language, currency and time"),
        fields=(
            Choice(
                name="language",
                label=_("Language"),
                options=languages(html_tag(business.language)),
                hint=_("For customers who haven’t chosen another one. Your own texts are in it too"),
            ),
            Choice(name="currency", label=_("Currency"), options=currency_options(context)),
            Pick(
                name="time_zone",
                label=_("Time zone"),
                options=zone_options(context, business.time_zone),
                hint=_("Type a city. Hours are by this clock; booked appointments keep their moment"),
                wrong=_("Choose a time zone from the list, such as Paris"),
            ),
        ),
    )


def business_values(business: Business) -> Mapping[str, str]:
    """Return what the form shows of a business."""
    plain = ("name", "business_type", "email", "phone", "web_site", "mail_from", "currency", "time_zone")
    return {
        **{name: getattr(business, name) for name in plain},
        **address_values(business.address),
        "language": html_tag(business.language),
        **words_values(business.translations),
    }


def business_with(business: Business, values: Mapping[str, str]) -> Business:
    """Return the business with the texts of the form. Raises InvalidFields."""
    members = Business.model_fields.keys() - {*ADDRESS}
    given: dict[str, Any] = {name: value for name, value in values.items() if name in members}
    is_same_zone = given["time_zone"] == business.time_zone
    after = changed_model(
        business,
        **given,
        address=address_in(values),
        time_zone_written=business.time_zone_written if is_same_zone else "",
        trade=business.trade if given["business_type"] == business.business_type else "",
    )
    return changed_model(after, translations=edited_words(BusinessWords, business, after, values))
