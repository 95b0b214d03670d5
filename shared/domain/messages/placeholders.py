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
PAGES = ("booking page", "website", "privacy page")
CONDITIONS = ("online", "in person", "group", "price")


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
    if kind.startswith("staff_"):
        values = ["recipient", *APPOINTMENT, *BUSINESS, "customer phone", "customer email"]
        return values, ["join link", *PAGES], CONDITIONS
    values = [*APPOINTMENT, *BUSINESS]
    if kind in ("cancellation", "follow_up"):
        return values, [*PAGES], CONDITIONS
    if kind == "series":  # each of its dates has a link of its own below the text
        return values, ["join link", *PAGES], CONDITIONS
    return [*values, "change until"], ["manage link", "join link", *PAGES], (*CONDITIONS, "can change")
