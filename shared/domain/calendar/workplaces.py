"""Where one person works: an address on the staff of several calendars is one person.

Each entry on a staff names the entries that the same person has elsewhere. An entry with a new address is
settling: it cannot be booked until others with that address have been looked for, after it was noted in the list
of that address. So of two entries that can be booked at least one names the other, and one is enough: bookings
there ask the other calendar, whose bookings find what it was told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shared.domain.calendar.business import Calendar, StaffMember, Workplace
from shared.domain.text.addresses import folded


def is_same_person(one: StaffMember, other: StaffMember) -> bool:
    """Return whether two entries have the same address."""
    return folded(one.email) == folded(other.email)


def with_settling(before: Calendar | None, after: Calendar) -> Calendar:
    """Return changed settings in which those are settling whose address is new or gone.

    All others keep what was known of them, whatever the change says.
    """
    staff = {name: _settling(before, one) for name, one in after.staff.items()}
    former = {name: _leaving(before, one) for name, one in after.former.items()}
    return replace(after, staff=staff, former=former)


def _settling(before: Calendar | None, person: StaffMember) -> StaffMember:
    known = before.staff.get(person.id) if before else None
    if known and is_same_person(known, person):
        return _with(person, known.elsewhere, is_settling=known.is_settling)
    elsewhere = known.elsewhere if known else ()
    return _with(person, elsewhere, is_settling=bool(person.email or elsewhere))


def _leaving(before: Calendar | None, person: StaffMember) -> StaffMember:
    known = before.person(person.id) if before else None
    elsewhere = known.elsewhere if known else ()
    return _with(person, elsewhere, is_settling=bool(elsewhere))


def with_elsewhere(calendar: Calendar, found: Mapping[str, tuple[Workplace, ...]]) -> Calendar:
    """Return the settings in which these people, by id, are settled: they work in these other calendars."""

    def settled(people: Mapping[str, StaffMember]) -> dict[str, StaffMember]:
        return {
            name: _with(one, found[name], is_settling=False) if name in found else one
            for name, one in people.items()
        }

    return replace(calendar, staff=settled(calendar.staff), former=settled(calendar.former))


def with_neighbours(
    calendar: Calendar, other: str, settled: Iterable[StaffMember], gone: Iterable[str]
) -> Calendar:
    """Return the settings in which people know these entries of another calendar, and not the `gone` ones."""
    by_address = {folded(one.email): one.id for one in settled if one.email}
    ids = {*by_address.values(), *gone}
    staff = {}
    for name, person in calendar.staff.items():
        kept = [one for one in person.elsewhere if one.calendar != other or one.staff not in ids]
        there = by_address.get(folded(person.email)) if person.email else None
        found = [*kept, *([Workplace(calendar=other, staff=there)] if there else [])]
        staff[name] = _with(person, found, is_settling=person.is_settling)
    return replace(calendar, staff=staff)


def _with(person: StaffMember, elsewhere: Iterable[Workplace], *, is_settling: bool) -> StaffMember:
    places = tuple(sorted(elsewhere, key=lambda one: (one.calendar, one.staff)))
    if (places, is_settling) == (person.elsewhere, person.is_settling):
        return person
    return person.model_copy(update={"elsewhere": places, "is_settling": is_settling})
