"""The staff of a calendar as a table; the page that adds several people reads it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.staff.states import badge_of, role_name


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from gettext import NullTranslations

    from shared.domain.calendar.business import Calendar, StaffMember


def staff_table(
    calendar: Calendar, people: Iterable[StaffMember], texts: NullTranslations
) -> Iterator[tuple[str, ...]]:
    """Yield the headings, and a row for each of these people."""
    _, served = texts.gettext, dict[str, list[str]]()
    for service in calendar.listed_services:
        for person in service.staff:
            served.setdefault(person, []).append(service.name)
    yield _("Name"), _("Email address"), _("Role"), _("State"), _("Services")
    for one in people:
        services = ", ".join(served.get(one.id, []))
        yield one.name, one.email, role_name(one, texts), badge_of(one, texts).label, services
