"""The settings of a small clinic at the console, where Alma is the administrator."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.access.organisation import Organisation
from shared.use_cases.organisation.settings import change_organisation
from tests.functions.console.staff.office import BOSS, an_office, fill
from tests.support.builders import MONDAY


if TYPE_CHECKING:
    from shared.domain.calendar.business import Business
    from tests.functions.console.app import Console
    from tests.functions.console.staff.office import Office

SETTINGS = "/console/calendars/biz0clinic/settings"
DATES, RULES = f"{SETTINGS}/dates", f"{SETTINGS}/rules"


async def business(office: Office) -> Business:
    return (await office.store.calendars.reload("biz0clinic")).business


async def changed(office: Office, **changes: object) -> None:
    """Change the business as another administrator would."""
    calendar = await office.store.calendars.reload("biz0clinic")
    await office.save(replace(calendar, business=calendar.business.model_copy(update=changes)))


async def allow(office: Console, *senders: str) -> None:
    """Let the organisation's calendars send mail from these addresses and domains."""

    def edit(_: Organisation) -> Organisation:
        return Organisation(mail_senders=senders)

    await change_organisation(edit, actor="head", number="1", store=office.store, now=MONDAY)


__all__ = ["BOSS", "DATES", "RULES", "SETTINGS", "allow", "an_office", "business", "changed", "fill"]
