"""bookingTemplates, beyond Graph: what a new calendar may start with."""

from dataclasses import dataclass
from typing import Any

from functions.graph.call import Collection, GraphRequest
from functions.graph.models.business import new_business
from functions.graph.models.values import duration
from shared.domain.calendar.business import Business, BusinessType, Calendar
from shared.domain.calendar.starter import with_template_settings
from shared.domain.calendar.starter_templates import MINUTE, TEMPLATES
from shared.domain.errors import InvalidFields
from shared.i18n import translator
from shared.presentation.starter import with_starter_entries


@dataclass(frozen=True)
class TemplateChoice:
    """The chosen template. `kind` is None for a bare calendar."""

    kind: BusinessType | None

    def business(self, business: str, slug: str) -> Business:
        """Return a new calendar's settings with Graph's defaults, and the template's over them."""
        bare = new_business(business, slug)
        return with_template_settings(bare, self.kind) if self.kind else bare

    def with_template_entries(self, calendar: Calendar) -> Calendar:
        """Return a new calendar with the template's services and question, in its language."""
        return calendar if self.kind is None else with_starter_entries(calendar, self.kind)


def template_of(name: Any) -> TemplateChoice:
    """Return the template of this name, an empty choice for None. Raises InvalidFields for an unknown one."""
    if name is None:
        return TemplateChoice(None)
    kind = next((one for one in TEMPLATES if one == name), None)
    if kind is None:
        raise InvalidFields([("/template", f"one of {', '.join(TEMPLATES)}")])
    return TemplateChoice(kind)


async def list_templates(call: GraphRequest) -> Collection:
    """Return the templates in the language that the client prefers."""
    texts = translator(str(call.req.headers.get("accept-language", "en")).partition(",")[0])
    shown = [
        {
            "id": kind,
            "services": [
                {
                    "displayName": texts.pgettext("template", offer.name),
                    "defaultDuration": duration(offer.minutes * MINUTE),
                    "isLocationOnline": offer.is_online,
                    "maximumAttendeesCount": offer.seats,
                }
                for offer in template.offers
            ],
            "question": texts.pgettext("template", template.questions[0].text),
        }
        for kind, template in TEMPLATES.items()
    ]
    return Collection(shown)
