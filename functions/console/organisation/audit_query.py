"""What an audit's page asks for: who, what kind of action, about what, and from when to when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from functions.console.organisation.audit_actions import actor_of, kind_of
from functions.console.organisation.context import searched
from functions.console.typed_day import typed_day
from shared.use_cases.organisation.find_audit import is_place
from shared.use_cases.organisation.search_audit import AuditSearch


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from gettext import NullTranslations

    import azure.functions as func

    from shared.use_cases.organisation.find_audit import AuditEntry


@dataclass(frozen=True)
class AuditQuery:
    """The filters as they were typed, and what is wrong with them by the names of their controls."""

    who: str = ""
    kind: str = ""
    about: str = ""
    first: str = ""
    last: str = ""
    after: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> dict[str, str]:
        """Return the filters that are set, as they stand in an address."""
        found = {"who": self.who, "kind": self.kind, "about": self.about, "from": self.first, "to": self.last}
        return {name: value for name, value in found.items() if value}

    def search(
        self, business: str, zone: str, texts: NullTranslations, name_of: Callable[[AuditEntry], str]
    ) -> AuditSearch:
        """Return what to search in the audit of a calendar, whose days are those of a zone."""
        first, last = typed_day(self.first), typed_day(self.last)

        def wanted(entry: AuditEntry) -> bool:
            return (
                self.who.casefold() in f"{entry.actor} {actor_of(entry, texts)}".casefold()
                and self.kind in ("", kind_of(entry))
                and self.about.casefold() in f"{entry.subject} {name_of(entry)}".casefold()
            )

        return AuditSearch(
            business,
            self.after,
            _midnight(first, zone) if first else None,
            _midnight(last + timedelta(days=1), zone) if last else None,
            wanted if self.who or self.kind or self.about else None,
        )


def audit_query(req: func.HttpRequest, kinds: Mapping[str, str], texts: NullTranslations) -> AuditQuery:
    """Return the filters of a request. Days that are none are errors: without them it would be another search."""
    kind, after, _ = req.params.get("kind", ""), req.params.get("after", ""), texts.gettext
    first, last = searched(req, "from"), searched(req, "to")
    wrong = _("Enter a date such as 2026-11-30")
    errors = {name: wrong for name, day in (("from", first), ("to", last)) if day and not typed_day(day)}
    if not errors and first and last and last < first:
        errors = {"to": _("The last day is before the first")}
    return AuditQuery(
        searched(req, "who"),
        kind if kind in kinds else "",
        searched(req, "about"),
        first,
        last,
        after if after and is_place(after) else "",
        errors,
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
