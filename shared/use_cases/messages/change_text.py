"""Changes one of a calendar's own texts for messages; one that says nothing of its own is removed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from shared.domain.calendar.business import Calendar
from shared.domain.errors import InvalidFields, NotFound
from shared.domain.messages.message_text import (
    MOST_TEXTS,
    PARTS,
    REMINDERS,
    MessageText,
    TextPart,
    TextPlace,
    stored_text,
)
from shared.domain.messages.placeholders import names_for
from shared.domain.messages.template import parse
from shared.records.calendars import with_document
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.commands import Author, Etags, name_change, require_unchanged
from shared.use_cases.context import Context


TextEdit = Callable[[MessageText], MessageText]


@dataclass(frozen=True, slots=True)
class TextChange:
    """One text of a calendar, to be changed by one author; `body` is what was sent."""

    business: str
    author: Author
    body: str
    context: Context

    async def edit(self, place: TextPlace, edit: TextEdit, etags: Etags = None) -> Calendar:
        """Replace the text by what `edit` returns for it as it is by then.

        Raise NotFound for a service or a reminder that there is not, EditConflict if the etags are outdated, and
        InvalidFields for templates that are wrong.
        """

        def change(calendar: Calendar) -> Calendar:
            require_place(calendar, place)
            current = stored_text(calendar.texts, place)
            require_unchanged(current, etags)
            return with_text(calendar, edit(current))

        return await change_calendar(
            name_change(self.context.secret, self.business, f"text changed {place.id}", self.author, self.body),
            change,
            action="text changed",
            subject=f"texts/{place.id}",
            author=self.author,
            store=self.context.store,
            now=self.context.now,
        )


def require_place(calendar: Calendar, place: TextPlace) -> None:
    """Raise NotFound unless there are messages for which the text would count."""
    service = calendar.services.get(place.service)
    if place.service and (service is None or service.removed_at):
        raise NotFound
    offsets = [one.offset for one in service.reminders] if service and place.kind in REMINDERS else []
    if place.before and timedelta(minutes=place.before) not in offsets:
        raise NotFound


def with_text(calendar: Calendar, text: MessageText) -> Calendar:
    """Return the calendar with a text, or without it if it is empty. Raise InvalidFields."""
    others = {name: one for name, one in calendar.texts.items() if name != text.id}
    if text.is_empty:
        return replace(calendar, texts=others)
    wrong = [(f"/{part}", "is not a template of this message") for part in PARTS if _is_wrong(text, part)]
    if len(others) >= MOST_TEXTS:
        wrong.append(("/body", f"a calendar has at most {MOST_TEXTS} texts"))
    if wrong:
        raise InvalidFields(wrong)
    return with_document(calendar, text)


def _is_wrong(text: MessageText, part: TextPart) -> bool:
    return bool(parse(getattr(text, part), names_for(text.kind, part)).faults)
