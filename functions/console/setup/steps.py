"""The steps by which a calendar is set up: their questions, suggestions, and what is wrong with an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.forms.fields import Choice, Field, Group, Option, problems_of
from functions.console.forms.hours import Hours, hours_text
from functions.console.forms.problems import WrongFields
from functions.console.settings.choices import currency_options, languages, weekday_names, zone_options
from functions.console.setup.offers import check_offers, offer_groups, suggested_offers
from functions.console.setup.people import check_people, people_groups, suggested_people
from shared.domain.calendar.business import SLUG
from shared.i18n.marked import marked
from shared.use_cases.calendars.create_business import slug_of


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from functions.console.setup.new_calendar import NewCalendar

KIND, PAGE = "kind", "page"  # the first step, which has buttons for answers, and the last, which asks nothing


class SetupStep(NamedTuple):
    """A step: its name in addresses, its label among the steps, and its question.

    `of_kind`: its suggestions depend on the kind of business, so that its answers are kept for each.
    """

    name: str
    label: str
    question: str
    groups: Callable[[NewCalendar], Sequence[Group]]
    suggested: Callable[[NewCalendar], Mapping[str, str]]
    check: Callable[[NewCalendar, Mapping[str, str]], None]
    intro: str = ""
    of_kind: bool = False

    def place(self, new: NewCalendar) -> str:
        """Return where the draft keeps the answers."""
        return f"{self.name} {new.draft.kind}" if self.of_kind else self.name

    def values(self, new: NewCalendar) -> Mapping[str, str]:
        """Return the text of each field: as typed, else as suggested."""
        return {**self.suggested(new), **new.draft.answers.get(self.place(new), {})}

    def problems(self, new: NewCalendar, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return what is wrong with the texts, by control."""
        fields = [field for group in self.groups(new) for field in group.fields]
        if found := problems_of(fields, values, new.context.texts):
            return found
        try:
            self.check(new, values)
        except WrongFields as wrong:
            return wrong.texts
        return {}


def _about_groups(new: NewCalendar) -> tuple[Group, ...]:
    _, about = new.context.texts.gettext, new.about
    name = Field(
        name="name", label=_("Name of the business"), is_required=True, longest=200, wrong=_("Enter a name")
    )
    start = f"{new.context.app.settings.public_url}/book/"
    hint = _("It follows %(start)s and is made from the name if you leave it empty") % {"start": start}
    slug = Field(name="slug", label=_("Address of the booking page"), longest=62, hint=hint, width="medium")
    zones = zone_options(new.context, about["time_zone"])
    local = (
        Choice(name="language", label=_("Language"), options=languages(about["language"])),
        Choice(name="currency", label=_("Currency"), options=currency_options(new.context)),
        Choice(
            name="time_zone",
            label=_("Time zone"),
            options=zones if new.suggested_about["time_zone"] else (Option("", _("Choose one")), *zones),
        ),
    )
    return (
        Group(id="about", heading="", fields=(name, slug)),
        Group(id="local", heading=_("Language, currency and time"), fields=local),
    )


def _check_about(new: NewCalendar, values: Mapping[str, str]) -> None:
    _, slug = new.context.texts.gettext, values["slug"]
    if not values["time_zone"]:
        raise WrongFields({"time_zone": _("Choose the time zone that your hours are in")})
    if slug and not SLUG.fullmatch(slug):
        wrong = _("Use 3 to 62 letters a–z, digits and hyphens, such as %(address)s")
        raise WrongFields({"slug": wrong % {"address": slug_of(slug, "1")}})


def _hours_groups(new: NewCalendar) -> tuple[Group, ...]:
    field = Hours(name="hours", label=new.context.texts.gettext("Opening hours"), days=weekday_names(new.context))
    return (Group(id="week", heading="", fields=(field,)),)


def _check_hours(new: NewCalendar, values: Mapping[str, str]) -> None:
    if not values["hours"].strip():
        raise WrongFields({"hours": new.context.texts.gettext("Enter the hours of at least one day")})


def _nothing(_: NewCalendar) -> tuple[Group, ...]:
    return ()


def _check_kind(new: NewCalendar, _: Mapping[str, str]) -> None:
    if not new.has_kind:
        raise WrongFields({KIND: new.context.texts.gettext("Choose one of these")})


STEPS = (
    SetupStep(
        KIND,
        marked("Kind of business"),
        marked("What kind of business is it?"),
        _nothing,
        lambda _: {},
        _check_kind,
        marked("It fills in services, hours, questions and texts to start from. You can change all of it."),
    ),
    SetupStep(
        "name",
        marked("Business"),
        marked("What is it called?"),
        _about_groups,
        lambda new: new.suggested_about,
        _check_about,
    ),
    SetupStep(
        "hours",
        marked("Hours"),
        marked("When is it open?"),
        _hours_groups,
        lambda new: {"hours": hours_text(new.start.business.hours)},
        _check_hours,
        marked("Customers can book within these hours."),
        of_kind=True,
    ),
    SetupStep(
        "services",
        marked("Services"),
        marked("What can customers book?"),
        offer_groups,
        suggested_offers,
        check_offers,
        marked("Keep what fits and change it as you like. Prices are only shown; no one pays here."),
        of_kind=True,
    ),
    SetupStep(
        "people",
        marked("People"),
        marked("Who takes appointments?"),
        people_groups,
        suggested_people,
        check_people,
    ),
    SetupStep(PAGE, marked("Page"), marked("Your booking page"), _nothing, lambda _: {}, lambda _, __: None),
)
BY_NAME = {one.name: one for one in STEPS}


def first_wrong(new: NewCalendar) -> tuple[SetupStep, Mapping[str, str]] | None:
    """Return the first step that has no acceptable answer, with what is wrong; None if all have one."""
    for step in STEPS:
        if wrong := step.problems(new, step.values(new)):
            return step, wrong
    return None
