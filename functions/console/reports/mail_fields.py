"""The fields of a report by mail, of one calendar or of all: how often it is sent, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from functions.console.forms.fields import Choice, Group, Option, lines_of
from functions.console.forms.form import changed_model
from functions.console.forms.lines import Lines
from functions.console.forms.problems import WrongFields
from shared.domain.reports.report_mail import LONGEST_ADDRESS, MOST_READERS, ReportMail
from shared.domain.text.addresses import folded
from shared.domain.text.pasted import plain_address
from shared.use_cases.booking.check_form import email_problem


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

    from functions.console.context import ConsoleContext
    from functions.console.forms.fields import Field

NEVER = "never"
AnyReportMail = TypeVar("AnyReportMail", bound=ReportMail)


def mail_group(texts: NullTranslations, *, is_on: bool, heading: str = "", more: Sequence[Field] = ()) -> Group:
    """Return the fields, with `more` of them. While reports are off they say so."""
    _ = texts.gettext
    options = (
        Option(NEVER, _("Never")),
        Option("week", _("Every week"), _("On Mondays at 7:00, about the week before")),
        Option("month", _("Every month"), _("On the first at 7:00, about the month before")),
    )
    wrong = _("“%(entry)s” isn’t an email address such as name@example.com")
    every = Choice(name="every", label=_("It is sent"), kind="radio", options=options)
    readers = Lines(
        name="readers",
        label=_("Readers"),
        hint=_("A line for each email address, at most %(count)s") % {"count": MOST_READERS},
        most=MOST_READERS,
        longest=LONGEST_ADDRESS,
        clean=plain_address,
        check=lambda entry: wrong % {"entry": entry} if email_problem(entry) else "",
        is_list=True,
    )
    intro = _(
        "A few figures and a link to the report, which opens for those who may read it. Nothing in it is about a "
        "person. Readers can unsubscribe in each email."
    )
    off = _("Usage reports are turned off for the organisation: nothing is sent until they are on again.")
    return Group(id="report-mail", heading=heading, fields=(every, readers, *more), intro=intro if is_on else off)


def mail_values(mail: ReportMail) -> Mapping[str, str]:
    """Return what the fields show."""
    return {"every": mail.every or NEVER, "readers": "\n".join(mail.readers)}


def changed_mail(
    context: ConsoleContext, before: AnyReportMail, values: Mapping[str, str], **more: Any
) -> AnyReportMail:
    """Return it with the texts of the fields. Raise WrongFields where there is no one to send it to."""
    every = values["every"].replace(NEVER, "")
    readers = _once(lines_of(values["readers"]))
    if every and not readers:
        raise WrongFields({"readers": context.texts.gettext("Enter the address of a reader")})
    since = before.since if every == before.every else context.now
    return changed_model(before, every=every, readers=readers, since=since if every else None, **more)


def _once(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return each address once, in whatever spelling it comes first."""
    return tuple({folded(one): one for one in reversed(addresses)}.values())[::-1]
