"""The settings of a small clinic at the console, where Alma is the administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.functions.console.staff.office import BOSS, an_office, fill


if TYPE_CHECKING:
    from shared.domain.calendar.business import Business
    from tests.functions.console.staff.office import Office

SETTINGS = "/console/calendars/biz0clinic/settings"
DATES, RULES = f"{SETTINGS}/dates", f"{SETTINGS}/rules"


async def business(office: Office) -> Business:
    return (await office.store.calendars.reload("biz0clinic")).business


async def changed(office: Office, **changes: object) -> None:
    """Change the business as another administrator would."""
    calendar = await office.store.calendars.reload("biz0clinic")
    from dataclasses import replace

    await office.save(replace(calendar, business=calendar.business.model_copy(update=changes)))


__all__ = ["BOSS", "DATES", "RULES", "SETTINGS", "an_office", "business", "changed", "fill"]
