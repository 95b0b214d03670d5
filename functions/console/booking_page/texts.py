"""The texts of the booking page: languages, what customers agree to, privacy and terms, whose clock counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.booking_page.frame import preview_of, show_tab, with_page
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Choice, Choices, Field, Group, Option, Tick, lines_of, on
from functions.console.forms.form import SettingsForm
from functions.console.forms.problems import WrongFields
from functions.console.forms.translated import edited_words, language_groups, words_values
from functions.console.settings.choices import languages
from shared.domain.access.permissions import Permission
from shared.domain.calendar.words import BusinessWords
from shared.i18n import LANGUAGES, html_tag


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business


@console_boundary
async def page_texts(req: func.HttpRequest) -> func.HttpResponse:
    """Show the texts of the booking page, and save them."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    return await show_tab(context, texts_form(context), "texts", preview=preview_of(context, "texts"))


def texts_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form. A wording that is not asked for is kept for later."""
    wrong = context.texts.gettext("Enter what customers agree to, or clear the box above")
    unoffered = context.texts.gettext("Choose one of the languages selected above")

    def changed(business: Business, values: Mapping[str, str]) -> Business:
        is_asked, wording = bool(values["asks_consent"]), values["consent"]
        if is_asked and not wording:
            raise WrongFields({"consent": wrong})
        chosen = lines_of(values["languages"])
        if (values["first_language"] or html_tag(business.language)) not in chosen:
            raise WrongFields({"first_language": unoffered})
        after = with_page(
            business,
            consent=wording if is_asked else "",
            unasked_consent="" if is_asked else wording,
            privacy_url=values["privacy_url"],
            terms_url=values["terms_url"],
            always_business_time_zone=bool(values["always_business_time_zone"]),
            languages=() if len(chosen) == len(LANGUAGES) else tuple(chosen),
            first_language=values["first_language"],
        )
        return after.model_copy(update={"translations": edited_words(BusinessWords, business, after, values)})

    consent = _consent(context)
    words = language_groups(context, [one for one in consent.fields if one.name == "consent"], context.business)
    groups = (_languages(context), consent, *words, _links(context), _times(context))
    return SettingsForm(groups, texts_values, changed)


def _languages(context: CalendarContext) -> Group:
    _, own = context.texts.gettext, html_tag(context.business.language)
    names = {one.value: one.label for one in languages()}
    as_calendar = _("As the calendar: %(language)s") % {"language": names.get(own, own)}
    return Group(
        id="tongues",
        heading=_("Languages"),
        fields=(
            Choices(
                name="languages",
                label=_("Languages of the page"),
                options=languages(),
                hint=_(
                    "Customers can choose one of these. They get their browser’s language if it’s among them. "
                    "With only one, the page is always in that language."
                ),
                is_required=True,
            ),
            Choice(
                name="first_language",
                label=_("First language"),
                options=(Option("", as_calendar), *languages()),
                hint=_("For customers whose browser asks for none of these. Their emails are in it too."),
                width="medium",
            ),
        ),
    )


def _consent(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    return Group(
        id="agreement",
        heading=_("Consent"),
        fields=(
            Tick(
                name="asks_consent",
                label=_("Ask customers to agree before they book"),
                hint=_("A box to select. The wording, day and time are kept with each booking."),
                said=(_("Asked"), _("Not asked")),
            ),
            Field(
                name="consent",
                label=_("What they agree to"),
                kind="long",
                longest=8000,
                is_own=True,
                hint=_("**bold**, *italics* and [links](https://example.com) can be used."),
            ),
        ),
    )


def _links(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    return Group(
        id="links",
        heading=_("Privacy and terms"),
        intro=_("Shown as links at the foot of every page that customers see."),
        fields=(
            Field(name="privacy_url", label=_("Privacy policy"), kind="url", hint=_("A web address")),
            Field(name="terms_url", label=_("Terms"), kind="url", hint=_("A web address")),
        ),
    )


def _times(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    label = _("Always show times by the clock of %(city)s") % {"city": context.formats.city()}
    return Group(
        id="times",
        heading=_("Times"),
        fields=(
            Tick(
                name="always_business_time_zone",
                label=label,
                hint=_(
                    "For in-person appointments. Otherwise customers read times by their own clock, and can "
                    "change it."
                ),
                said=(label, _("By the customer’s clock")),
            ),
        ),
    )


def texts_values(business: Business) -> Mapping[str, str]:
    """Return what the form shows of a business."""
    page = business.page
    return {
        **words_values(business.translations),
        "asks_consent": on(bool(page.consent)),
        "consent": page.consent or page.unasked_consent,
        "privacy_url": page.privacy_url,
        "terms_url": page.terms_url,
        "languages": "\n".join(one.value for one in languages() if page.offers_language(one.value)),
        "first_language": page.first_language,
        "always_business_time_zone": on(page.always_business_time_zone),
    }
