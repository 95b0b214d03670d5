"""The people who may read reports of calendars that are not theirs: a line for each, of all or some calendars."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.console.forms.fields import Group
from functions.console.forms.lines import Lines
from functions.console.organisation.names import name_problem, plain_name
from functions.console.organisation.settings import MOST
from shared.domain.access.organisation import reader_of


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.console.context import ConsoleContext

BETWEEN, LONGEST = re.compile(r"[,;\s]+"), 254


def readers_group(context: ConsoleContext, ids: Mapping[str, str]) -> Group:
    """Return the list of these people; `ids` are those of the calendars by the addresses of their pages."""
    _ = context.texts.gettext

    def check(line: str) -> str:
        name, slugs = reader_of(line)
        unknown = next((one for one in slugs if one not in ids), "")
        wrong = _("“%(entry)s” isn’t the address of a booking page") % {"entry": unknown}
        return wrong if unknown else name_problem(name, context.texts)

    hint = _(
        "A line for each: ada@example.com, a whole domain as @example.com, or a group as group:NAME. They read "
        "the report of all calendars, unless you name some by the addresses of their booking pages: "
        "ada@example.com = clinic, bank"
    )
    field = Lines(
        name="report_readers",
        label=_("People, groups and domains"),
        hint=hint,
        most=MOST,
        longest=LONGEST,
        clean=_plain,
        check=check,
    )
    intro = _(
        "Administrators of a calendar read its report, and its other staff see their own visits there. "
        "Those named here see figures and lists of visits, but can’t open the calendars."
    )
    return Group(id="who-reads", heading=_("Who else may read reports"), intro=intro, fields=(field,))


def _plain(line: str) -> str:
    """Return a line in one spelling: NAME, or NAME = ADDRESS ADDRESS."""
    name, _, calendars = line.partition("=")
    slugs = [one for one in BETWEEN.split(calendars.lower()) if one]
    return _line(plain_name(name), slugs)


def as_stored(line: str, ids: Mapping[str, str]) -> str:
    """Return a line with the ids of calendars, as their addresses can change."""
    name, slugs = reader_of(line)
    return _line(name, [ids[one] for one in slugs])


def as_typed(line: str, ids: Mapping[str, str]) -> str:
    """Return a line with addresses; calendars that are gone are left out, unless there are no others."""
    slugs = {name: slug for slug, name in ids.items()}
    name, calendars = reader_of(line)
    return _line(name, [slugs[one] for one in calendars if one in slugs] or calendars)


def _line(name: str, calendars: Sequence[str]) -> str:
    return f"{name} = {' '.join(calendars)}" if calendars else name
