"""Save a calendar's configuration: business, services, staff and questions in one transaction per hundred rows."""

from collections.abc import Collection, Iterable, Sequence

from shared.domain.business import Business, Calendar
from shared.domain.errors import Conflict, InvalidFields
from shared.domain.model import Model
from shared.domain.service import Service
from shared.use_cases.commands import name_command
from shared.use_cases.ports import Operation, Range, Rows, Stale, Store, Values, Writes
from shared.use_cases.rows import (
    BUSINESS,
    CONFIGURATION,
    IDENTIFIER,
    dump,
    load,
    question_key,
    service_key,
    staff_key,
)


AT_ONCE = 90  # rows of one transaction; a larger calendar is saved in several, the business last


async def save_calendar(calendar: Calendar, *, key: str, store: Store, secret: str) -> None:
    """Create or replace settings; what the calendar does not name is left as it is.

    The slug is taken first, so that no two calendars share one. Raises Conflict where another has it.
    """
    check_calendar(calendar)
    business = calendar.business
    await _take_slug(business, store)
    await store.table.transact("org", "calendars", [Operation("upsert", business.id, {"slug": business.slug})])
    documents = [*_documents(calendar), (BUSINESS, business)]
    for index in range(0, len(documents), AT_ONCE):
        part = documents[index : index + AT_ONCE]
        await _save(business, part, f"{key}-{index}", store, secret)
    await store.calendars.reload(business.id)


def _documents(calendar: Calendar) -> list[tuple[str, Model]]:
    rows: list[tuple[str, Model]] = [(service_key(name), one) for name, one in calendar.services.items()]
    rows += [(staff_key(name), one) for name, one in calendar.staff.items()]
    return rows + [(question_key(name), one) for name, one in calendar.questions.items()]


async def _take_slug(business: Business, store: Store) -> None:
    try:
        await store.table.transact("slugs", business.slug, [Operation("insert", "0", {"business": business.id})])
    except Stale:
        if await store.calendars.business_of(business.slug) != business.id:
            raise Conflict(f"The address {business.slug} is another calendar's.") from None


async def _save(
    business: Business, documents: Sequence[tuple[str, Model]], key: str, store: Store, secret: str
) -> None:
    command = name_command(secret, business.id, "save", "settings", key, repr(documents))
    version = command.hash[:12]

    def decide(rows: Rows) -> Writes:
        saved: dict[str, Values | None] = {row: dump(one) for row, one in documents if row != BUSINESS}
        current = rows.values(BUSINESS)
        kept = load(Business, current) if current and BUSINESS not in dict(documents) else business
        saved[BUSINESS] = {**dump(kept.model_copy(update={"version": version})), "version": version}
        return Writes(saved, {"version": version})

    def reads(_: Rows) -> Iterable[Range]:
        return [CONFIGURATION]

    await store.decide(command, reads, decide)


def check_calendar(calendar: Calendar) -> None:
    """Raise InvalidFields for what cannot fit together: unknown people or questions, ids that are no keys."""
    errors = [
        (f"/{kind}/{name}", "an id is 1 to 60 characters of A-Z a-z 0-9 . _ ~ -")
        for kind in ("services", "staff", "questions")
        for name in getattr(calendar, kind)
        if not IDENTIFIER.fullmatch(name)
    ]
    for service in calendar.services.values():
        errors += [*_unknown_people(service, calendar.staff), *_unknown_questions(service, calendar.questions)]
    if errors:
        raise InvalidFields(errors)


def _unknown_people(service: Service, staff: Collection[str]) -> list[tuple[str, str]]:
    unknown = [one for one in service.staff if one not in staff]
    return [(f"/services/{service.id}/staff", f"{one} is not on the staff") for one in unknown]


def _unknown_questions(service: Service, questions: Collection[str]) -> list[tuple[str, str]]:
    unknown = [one.id for one in service.questions if one.id not in questions]
    return [(f"/services/{service.id}/questions", f"{one} is not a question") for one in unknown]
