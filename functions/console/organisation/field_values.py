"""Values of settings in words: yes and no, dates and durations, hours, and names in place of ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from functions.console.home import ROLES
from functions.console.organisation.field_labels import HOURS, label_of
from functions.console.settings.choices import BUSINESS_TYPES, UNREAD
from shared.i18n.marked import marked
from shared.presentation.toolkit.sheet_words import VARIANTS
from shared.presentation.toolkit.words import PAID


if TYPE_CHECKING:
    from shared.domain.calendar.business import Calendar
    from shared.i18n.formats import Formats

DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[0-9:.]*(Z|[+-]\d\d:\d\d)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MONDAY = date(2024, 1, 1)
EMPTY = marked("empty")
PAYMENT_WORDS: Mapping[str, str] = {str(kind): word for kind, word in PAID.items()}
VARIANT_WORDS: Mapping[str, str] = {str(kind): word for kind, word in VARIANTS.items()}
WORDS: Mapping[str, Mapping[str, str]] = {
    "role": ROLES,
    "business_type": BUSINESS_TYPES,
    "when_unread": UNREAD,
    "page.access": {"everyone": marked("Everyone"), "organisation": marked("Members of the organisation")},
    "page.layout": {"list": marked("List"), "cards": marked("Cards")},
    "policy.availability": {
        "when_staff_are_free": marked("When staff are free"),
        "not_bookable": marked("Not bookable"),
        "weekly_hours": marked("In weekly hours"),
    },
    "meeting.provider": {
        "built_in": marked("The built-in room"),
        "link": marked("A room behind a link"),
        "teams": marked("Microsoft Teams"),
    },
    "toolkit.variant": VARIANT_WORDS,
    "toolkit.paid_online": PAYMENT_WORDS,
    "toolkit.paid_in_person": PAYMENT_WORDS,
    "price": {
        "not_set": marked("Not set"),
        "fixed": marked("Fixed price"),
        "hourly": marked("Price per hour"),
        "free": marked("Free of charge"),
        "starts_at": marked("Starting price"),
        "varies": marked("Price varies"),
        "callback": marked("Price on request"),
    },
    "assignment": {"one": marked("One person"), "all": marked("All together")},
    "anyone": {"random": marked("At random"), "evenly": marked("Evenly"), "priority": marked("By priority")},
    "serves": {
        "both": marked("Online and in person"),
        "virtual": marked("Only online"),
        "in_person": marked("Only in person"),
    },
    "membership": {
        "active": marked("Accepted"),
        "pending": marked("Not answered yet"),
        "rejected": marked("Declined the invitation"),
    },
    "recipients": {"customer": marked("Customer"), "staff": marked("Staff"), "all": marked("Everyone")},
    "customer_fields": {
        "required": marked("Required"),
        "optional": marked("Optional"),
        "hidden": marked("Not asked"),
    },
    "kind": {
        "text": marked("Text"),
        "choice": marked("One of several"),
        "checkbox": marked("Checkbox"),
    },
}
"""The words for the values of a field, by its name, or by the first part or the last of it."""


@dataclass(frozen=True)
class ValueWords:
    """Writes the values of an audit for a reader; `calendar` has the names of services and people."""

    formats: Formats
    calendar: Calendar | None = None

    def text(self, field: str, value: Any) -> str:
        """Return a value of a field in words."""
        _, (*parents, last) = self.formats.texts.gettext, field.split(".")
        if last.isdecimal() and parents[-1] in HOURS and isinstance(value, list):
            return f"{self._weekday(int(last))} {self._intervals(value)}"
        if value is None or value in ("", [], {}):
            return _(EMPTY)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, list):
            return self._list(field, value)
        if isinstance(value, Mapping):
            return self._parts(value)
        return self._plain(field, str(value))

    def _plain(self, field: str, value: str) -> str:
        if words := self._words(field, value):
            return words
        try:
            return self._time(value)
        except (ValueError, OverflowError):  # a name may look like a time that there is not
            return value

    def _time(self, value: str) -> str:
        """Return a date, a moment or a length in words, and other texts as they are."""
        if MOMENT.fullmatch(value):
            return self.formats.when(datetime.fromisoformat(value))
        if DAY.fullmatch(value):
            return self.formats.full_day(date.fromisoformat(value))
        if (found := DURATION.fullmatch(value)) and any(found.groups()):
            days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
            length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            return self.formats.duration(length) or "0"
        return value

    def _words(self, field: str, value: str) -> str:
        name = re.sub(r"\.\d+", "", field)
        for known in (name, name.partition(".")[0], name.rpartition(".")[2]):
            if found := WORDS.get(known, {}).get(value):
                return self.formats.texts.gettext(found)
        return self._name(name, value)

    def _name(self, field: str, value: str) -> str:
        """Return the name of a person, service or question whose id stands in a field."""
        if self.calendar is None:
            return ""
        if field in ("staff", "members", "staff_groups.members"):
            person = self.calendar.person(value)
            return person.name if person else ""
        if field in ("service", "service_order", "waiting_room.on_demand"):
            service = self.calendar.services.get(value)
            return service.name if service else ""
        question = self.calendar.questions.get(value) if field == "id" else None
        return question.text if question else ""

    def _list(self, field: str, value: list[Any]) -> str:
        if _is_week(value):
            days = [(day, self._intervals(one)) for day, one in enumerate(value) if one]
            return "; ".join(f"{self._weekday(day)} {text}" for day, text in days) or self._closed
        return ", ".join(self.text(field, one) for one in value)

    def _parts(self, value: Mapping[str, Any]) -> str:
        texts = self.formats.texts
        if list(value) == ["more"]:
            more = int(value["more"])
            return texts.ngettext("%(num)s more", "%(num)s more", more) % {"num": more}
        shown = [(name, one) for name, one in value.items() if one not in (None, "", [], [[]] * 7)]
        shown = [(name, one) for name, one in shown if name != "id" or "name" not in value]
        named = [(name, label_of(name, "", texts), self.text(name, one)) for name, one in shown]
        return ", ".join(text if name == "id" else f"{label}: {text}" for name, label, text in named)

    @property
    def _closed(self) -> str:
        return self.formats.texts.gettext("Closed")

    def _weekday(self, day: int) -> str:
        return self.formats.weekday(MONDAY + timedelta(days=day))

    def _intervals(self, intervals: list[list[int]]) -> str:
        written = [f"{_clock(start)}–{_clock(end)}" for start, end in intervals]
        return ", ".join(written) or self._closed


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _are_intervals(value: list[Any]) -> bool:
    return bool(value) and all(
        isinstance(one, list) and len(one) == 2 and all(isinstance(end, int) for end in one) for one in value
    )


def _is_week(value: list[Any]) -> bool:
    return len(value) == 7 and all(isinstance(one, list) and (not one or _are_intervals(one)) for one in value)
