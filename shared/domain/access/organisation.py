"""The organisation's own settings: whether the product is on, for whom, and who may create calendars."""

from typing import Annotated

from pydantic import Field

from shared.domain.access.permissions import Caller
from shared.domain.model import Line, Model
from shared.domain.personal_data.retention import Retention
from shared.domain.reports.report_mail import OrganisationReportMail
from shared.domain.text.addresses import Names, folded


EVERYBODY = "*"
LONGEST_KEPT = 3660  # days


class Organisation(Model):
    """Who may use the product and who may create calendars; organisation administrators may always do both.

    `administrators` are named here in addition to those of the app's settings; a domain or * does not count there.
    With `has_analytics`, what visits take is kept for reports, for `report_days`; 0: as long as the calendar.
    `report_readers` read the report of all calendars, or with "NAME = ID ID" of those calendars.
    `retention` counts for calendars that have none of their own; under a `legal_hold` nothing is erased anywhere.
    `report_mail` is to whom the report of all calendars is sent by mail.
    Calendars may send mail as one of the `mail_senders`: addresses, and domains such as @example.org.
    """

    is_on: bool = True
    users: Names = (EVERYBODY,)
    creators: Names = ()
    administrators: Names = ()
    mail_senders: Names = ()
    has_analytics: bool = True
    report_days: Annotated[int, Field(ge=0, le=LONGEST_KEPT)] = 0
    report_readers: Names = ()
    report_mail: OrganisationReportMail = Field(default_factory=OrganisationReportMail)
    retention: Retention = Field(default_factory=Retention)
    legal_hold: Line = ""

    def may_send_as(self, address: str) -> bool:
        """Return whether calendars may send mail from an address, by the address itself or its domain."""
        own = folded(address)
        return not {own, f"@{own.rpartition('@')[2]}"}.isdisjoint(map(folded, self.mail_senders))

    def may_use(self, caller: Caller, *, works: bool = False) -> bool:
        """Return whether a caller may use the product; one who `works` on a calendar may while it is on."""
        return caller.is_organisation_administrator or (self.is_on and (works or is_named(caller, self.users)))

    def is_administrator(self, caller: Caller) -> bool:
        """Return whether a caller is named as an administrator: one by one, by no domain and not by *."""
        one_by_one = tuple(name for name in self.administrators if name != EVERYBODY and not name.startswith("@"))
        return not caller.is_application and is_named(caller, one_by_one)

    def reports_for(self, caller: Caller) -> frozenset[str] | None:
        """Return the calendars of which a caller is named to read the report; None for all."""
        if caller.is_application:
            return frozenset()
        found: set[str] = set()
        for line in self.report_readers:
            name, calendars = reader_of(line)
            if is_named(caller, (name,)):
                if not calendars:
                    return None
                found.update(calendars)
        return frozenset(found)

    def may_create(self, caller: Caller) -> bool:
        """Return whether a caller is among the creators; an application never is."""
        return not caller.is_application and is_named(caller, self.creators)


def reader_of(line: str) -> tuple[str, tuple[str, ...]]:
    """Return who is named to read reports, and of which calendars; of all where none is given."""
    name, _, calendars = line.partition(" = ")
    return name, tuple(calendars.split())


def without_named(lines: tuple[str, ...], email: str) -> tuple[str, ...]:
    """Return who a list names, without an address; groups, domains and subjects stay."""
    return tuple(line for line in lines if folded(reader_of(line)[0]) != folded(email))


NAMING = ("users", "creators", "administrators", "mail_senders", "report_readers")
"""The lists that may name somebody by their address."""


def lists_naming(organisation: Organisation, email: str) -> list[str]:
    """Return the lists that name an address itself, not only by its domain."""
    lists = ((name, getattr(organisation, name)) for name in NAMING)
    return [name for name, lines in lists if without_named(lines, email) != lines]


def is_named(caller: Caller, names: tuple[str, ...]) -> bool:
    """Return whether a list names a caller: by subject, group, address or domain, or by *."""
    email = folded(caller.email)
    own = {EVERYBODY, caller.subject, *caller.groups} | (
        {email, f"@{email.rpartition('@')[2]}"} if email else set()
    )
    return not own.isdisjoint(folded(name) if "@" in name else name for name in names)
