"""The form that connects a person's own calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.forms.fields import Choice, Field, Group, Option, Tick, on
from functions.console.forms.form import SettingsForm
from shared.i18n.marked import marked
from shared.use_cases.free_busy.outside import CalendarPlace


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.context import CalendarContext
    from shared.domain.free_busy.own_calendar import Kind


CAUSES = {
    "refused_address": marked("This address can’t be used: it must begin with https:// and be on the internet."),
    "no_answer": marked("The server doesn’t answer."),
    "password_refused": marked("The server refuses the user name or the password."),
    "not_found": marked("The server knows no calendar at this address."),
    "server_error": marked("The server answers with an error."),
    "not_a_calendar": marked("There is something else than a calendar at this address."),
    "too_large": marked("The calendar is too large."),
    "too_slow": marked("The calendar takes too long to read."),
}


KINDS_OFFERED: tuple[tuple[Kind, str, str], ...] = (
    (
        "feed",
        marked("Address of a feed"),
        marked("Google, Outlook and most others publish one, ending in .ics"),
    ),
    ("caldav", "CalDAV", marked("Nextcloud, iCloud and others, with a user name and an app password")),
)


class TypedCalendar(NamedTuple):
    """What the form holds."""

    kind: Kind = "feed"
    url: str = ""
    user: str = ""
    password: str = ""
    tentative_is_busy: bool = True

    @property
    def place(self) -> CalendarPlace:
        """Where the calendar is; addresses for subscribing begin with webcal and mean https."""
        scheme, colon, rest = self.url.partition(":")
        url = f"https:{rest}" if colon and scheme.lower() in ("webcal", "webcals") else self.url
        return CalendarPlace(self.kind, url, self.user, self.password)


def calendar_form(context: CalendarContext) -> SettingsForm[TypedCalendar]:
    """Return the form. It never shows an address or a password that is stored."""
    _ = context.texts.gettext
    kinds = tuple(Option(name, _(label), _(hint)) for name, label, hint in KINDS_OFFERED)
    fields = (
        Choice(name="kind", label=_("How it is read"), kind="radio", options=kinds),
        Field(
            name="url",
            label=_("Address"),
            hint=_("In Google’s settings: “Secret address in iCal format”. In Outlook’s: “Publish a calendar”."),
            wrong=_("Enter the address of the calendar"),
            is_required=True,
            longest=2000,
        ),
        Field(name="user", label=_("User name"), longest=300),
        Field(name="password", label=_("Password"), kind="password", longest=300),
        Tick(
            name="tentative",
            label=_("Tentative events block bookings too"),
            said=(_("Tentative events block bookings"), _("Tentative events don’t block bookings")),
        ),
    )
    group = Group(
        id="connect",
        heading=_("Connect a calendar"),
        intro=_("Only busy times are kept, never what an event is about. Address and password are encrypted."),
        fields=fields,
    )
    return SettingsForm((group,), _values, _changed)


def _values(typed: TypedCalendar) -> Mapping[str, str]:
    given = typed._asdict()
    return {
        **{name: given[name] for name in ("kind", "url", "user", "password")},
        "tentative": on(typed.tentative_is_busy),
    }


def _changed(_: TypedCalendar, values: Mapping[str, str]) -> TypedCalendar:
    kind: Kind = "caldav" if values["kind"] == "caldav" else "feed"
    return TypedCalendar(kind, values["url"], values["user"], values["password"], bool(values["tentative"]))
