"""The preview of people who are to be added: each line as it was understood, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from functions.console.home import ROLES
from shared.domain.text.addresses import folded
from shared.use_cases.booking.check_form import is_email, text_problem
from shared.use_cases.calendars.add_people import NewPerson


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from gettext import NullTranslations

    from functions.console.forms.sent import SentForm
    from functions.console.staff.pasted import PastedPerson
    from shared.domain.calendar.business import Calendar, Role

LONGEST_NAME = 200
MOST_LINKED = 20  # errors that the summary links to; all are marked in the list


class Defaults(NamedTuple):
    """What holds for all lines: the role of those that name none, and whether people are asked first."""

    role: Role
    membership: Literal["active", "pending"]

    @classmethod
    def of(cls, form: SentForm) -> Defaults:
        """Return what was chosen in a form."""
        role = form.get("role")
        is_asked = form.get("membership") == "pending"
        return cls(cast("Role", role) if role in ROLES else "team_member", "pending" if is_asked else "active")


class PreviewLine(NamedTuple):
    """A line of the preview; with an `error`, `line` is to be corrected.

    A person who is on the staff already is there too: a repeated form must ask for the same people.
    """

    number: int
    line: str
    person: NewPerson | None
    role: str
    error: str


@dataclass(frozen=True)
class Preview:
    """All lines of a preview."""

    lines: Sequence[PreviewLine]

    @property
    def good(self) -> list[PreviewLine]:
        """The lines whose people can be added."""
        return [one for one in self.lines if not one.error]

    @property
    def wrong(self) -> list[PreviewLine]:
        """The lines with an error."""
        return [one for one in self.lines if one.error]

    @property
    def linked(self) -> list[PreviewLine]:
        """The wrong lines that the summary names."""
        return self.wrong[:MOST_LINKED]


def preview_of(
    people: Sequence[PastedPerson], calendar: Calendar, defaults: Defaults, texts: NullTranslations
) -> Preview:
    """Return the preview of people. Of two lines with one address, the second is wrong."""
    there = {folded(one.email): one.name for one in calendar.staff.values()}
    seen: dict[str, int] = {}
    lines = []
    for number, one in enumerate(people, 1):
        error, role, address = next(_errors(one, seen, texts), ""), one.role or defaults.role, folded(one.email)
        person = None if error else NewPerson(one.name, one.email, role, defaults.membership)
        seen.setdefault(address, number)
        if not error and address in there:
            error = texts.gettext("Already on the staff, as %(name)s: empty this line") % {"name": there[address]}
        lines.append(PreviewLine(number, one.line, person, texts.gettext(ROLES[role]), error))
    return Preview(lines)


def _errors(one: PastedPerson, seen: Mapping[str, int], texts: NullTranslations) -> Iterator[str]:
    """Yield what is wrong with a line by itself, or with one before it, the gravest first."""
    _ = texts.gettext
    if not one.email:
        yield _("Not an email address. Enter one such as name@example.com")
    elif not is_email(one.email):
        yield _("%(address)s isn’t an email address. Enter one such as name@example.com") % {"address": one.email}
    elif folded(one.email) in seen:
        number = seen[folded(one.email)]
        yield _("The same address as in line %(number)s: empty this line") % {"number": number}
    if one.said:
        roles = ", ".join(_(label) for label in ROLES.values())
        yield _("“%(role)s” isn’t a role. Roles are: %(roles)s") % {"role": one.said[:60], "roles": roles}
    if text_problem(one.name, LONGEST_NAME):
        yield _("The name is too long, or some of its characters aren’t allowed")
