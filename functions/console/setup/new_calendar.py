"""A calendar that is being set up: its draft, the template that it starts from, and what is filled in so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from functions.console.setup.place import currency_of, zone_of
from shared.domain.calendar.business import Business, Calendar
from shared.domain.calendar.starter import with_template_settings
from shared.domain.calendar.starter_templates import TEMPLATES
from shared.i18n import html_tag
from shared.presentation.starter import with_starter_entries
from shared.use_cases.calendars.copy_calendar import Copying, copied
from shared.use_cases.calendars.create_business import slug_of


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.context import ConsoleContext
    from functions.console.setup.draft import Draft
    from shared.domain.calendar.business import BusinessType

UNNAMED = "new"  # its id, address and name before there are any


@dataclass(frozen=True)
class NewCalendar:
    """`template` is the organisation's own that the draft names; None for one of the starter templates."""

    context: ConsoleContext
    draft: Draft
    template: Calendar | None = None

    @property
    def has_kind(self) -> bool:
        """Whether it is known what the calendar starts from."""
        return self.template is not None or self.draft.kind in TEMPLATES

    @property
    def about(self) -> Mapping[str, str]:
        """Name, address, language, currency and time zone: as typed, else as suggested."""
        return {**self.suggested_about, **self.draft.answers.get("name", {})}

    @cached_property
    def suggested_about(self) -> Mapping[str, str]:
        """What is suggested of these: the name and the address are not, as they follow what is typed."""
        visitor, own = self.context.visitor, self.template.business if self.template else None
        zone = zone_of(self.draft.zone, visitor) or (own.time_zone if own else "")
        return {
            "name": "",
            "slug": "",
            "language": html_tag(own.language if own else visitor.language),
            "currency": own.currency if own else currency_of(zone, visitor),
            "time_zone": zone,
        }

    @property
    def slug(self) -> str:
        """The address of its page: as typed, else made from its name."""
        return self.about["slug"] or slug_of(self.about["name"], self.draft.key[:6].lower())

    @cached_property
    def start(self) -> Calendar:
        """What the calendar starts with, in its language; hours and services are those of the template."""
        return self.started(UNNAMED, UNNAMED)

    def started(self, business: str, slug: str) -> Calendar:
        """Return the same as a calendar with this id and address."""
        about = self.about
        own = {
            "name": about["name"] or UNNAMED,
            "language": about["language"],
            "currency": about["currency"],
            "time_zone": about["time_zone"] or "UTC",
        }
        if self.template:
            calendar = copied(self.template, Copying(own["name"]), business, slug)
            return replace(
                calendar, business=calendar.business.model_copy(update={**own, "time_zone_written": ""})
            )
        kind = cast("BusinessType", self.draft.kind)
        bare = Calendar(with_template_settings(Business(id=business, slug=slug, **own), kind), {}, {}, {})
        return with_starter_entries(bare, kind)
