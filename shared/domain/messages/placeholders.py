"""Which placeholders and conditions the texts of each kind of message may use, in each of their parts."""

from shared.domain.messages.message_text import TextKind, TextPart
from shared.domain.messages.template import UsableNames


BUSINESS = ("business", "phone", "email")
APPOINTMENT = (
    "customer",
    "service",
    "staff",
    "start",
    "short start",
    "day",
    "time",
    "duration",
    "time zone",
    "place",
    "price",
    "reference",
)
PAGES = (
    "booking page",
    "website",
    "privacy page",
    "questions page",
    "guide page",
    "infographic page",
    "device test page",
)
CONDITIONS = ("online", "in person", "group", "price")
OVER = ("cancellation", "follow_up", "staff_cancellation", "staff_reassigned", "staff_follow_up")
"""The kinds with no appointment to join any more."""
MANAGED = ("confirmation", "change", "reminder", "new_link")
"""Those with a link to change it. That of a series leads to its first date, whose page has the others."""


def names_for(kind: TextKind, part: TextPart) -> UsableNames:
    """Return what a part of a text may refer to.

    Servers log subjects, so that these have neither codes nor links.
    """
    values, links, conditions = _names(kind)
    if part == "subject":
        return UsableNames([one for one in values if one != "code"], (), conditions)
    return UsableNames(values, links, conditions)


def _names(kind: TextKind) -> tuple[list[str], list[str], tuple[str, ...]]:
    if kind == "code":
        return ["code", *BUSINESS], [*PAGES], ()
    if kind == "invitation":
        return ["recipient", *BUSINESS], ["invitation link", *PAGES], ()
    if kind == "report":
        return ["period", *BUSINESS], ["report link", *PAGES], ()
    values, links, conditions = [*APPOINTMENT, *BUSINESS], [*PAGES], [*CONDITIONS]
    if kind.startswith("staff_"):
        values = ["recipient", *values, "customer phone", "customer email"]
    if kind not in OVER:
        links, conditions = ["join link", *links], [*conditions, "can join"]
    if kind in ("series", "staff_series"):
        values = [*values, "count"]
    if kind == "series":
        links = ["manage link", *links]
    if kind in MANAGED:
        values, links, conditions = [*values, "change until"], ["manage link", *links], [*conditions, "can change"]
    return values, links, tuple(conditions)
