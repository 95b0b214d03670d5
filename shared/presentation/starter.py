"""What a new calendar starts with by a starter template, in the calendar's own language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.calendar.starter import with_template_entries
from shared.i18n import translator


if TYPE_CHECKING:
    from shared.domain.calendar.business import BusinessType, Calendar


def with_starter_entries(calendar: Calendar, kind: BusinessType) -> Calendar:
    """Return a new calendar with the services and questions of the template for its kind of business."""
    texts = translator(calendar.business.language)
    return with_template_entries(calendar, kind, lambda text: texts.pgettext("template", text))
