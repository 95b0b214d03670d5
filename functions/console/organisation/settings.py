"""Who may use the product, who may create calendars and administer the organisation, and how mails are sent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.forms.fields import ON, Choice, Group, Option, Tick, lines_of
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.lines import Lines
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.organisation.context import SECTION, enter_organisation, organisation_tabs
from functions.console.organisation.names import name_problem, person_problem, plain_name, sender_problem
from shared.domain.access.organisation import EVERYBODY, Organisation
from shared.domain.access.permissions import Permission
from shared.domain.errors import Forbidden
from shared.domain.text.addresses import folded
from shared.use_cases.organisation.settings import LASTS, change_organisation, find_organisation


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from functions.console.forms.fields import Field

MOST = 1000
LISTS = ("users", "creators", "administrators", "mail_senders")
OFF = "off"


@console_boundary
async def organisation_settings(req: func.HttpRequest) -> func.HttpResponse:
    """Show the settings of the organisation, and save them."""
    context = await enter_organisation(req, Permission.CHANGE_ORGANISATION)
    organisation = await organisation_of(context)
    return await show_or_save(
        context,
        organisation_form(context, organisation),
        organisation,
        lambda edit: save_organisation(context, edit),
        section=SECTION,
        heading=context.texts.gettext("Organisation"),
        tabs=organisation_tabs(context, ""),
    )


async def organisation_of(context: ConsoleContext) -> Organisation:
    """Return the organisation as it is; as cached once a form is sent, which changes what it is by then."""
    return await find_organisation(store=context.app.store, within=LASTS if context.is_sent else 0.0)


async def save_organisation(context: ConsoleContext, edit: Callable[[Organisation], Organisation]) -> Organisation:
    """Apply a change to the organisation as it is by then. Raises Forbidden for who administers it no more."""

    def change(before: Organisation) -> Organisation:
        if not _administers(context, before):
            raise Forbidden
        return edit(before)

    number = hashlib.sha256(context.author.key.encode()).hexdigest()[:12]
    return await change_organisation(
        change, actor=context.author.actor, number=number, store=context.app.store, now=context.now
    )


def organisation_form(context: ConsoleContext, organisation: Organisation) -> SettingsForm[Organisation]:
    """Return the form. Turning the product off has to be confirmed; nobody can lock themselves out."""
    _ = context.texts.gettext
    asks = organisation.is_on and context.form.get("is_on") == OFF

    def changed(before: Organisation, values: Mapping[str, str]) -> Organisation:
        if before.is_on and values["is_on"] == OFF and values.get("sure") != ON:
            raise WrongFields({"sure" if asks else "is_on": _("Select this box to turn it off")})
        after = organisation_with(before, values)
        if before.is_administrator(context.caller) and not _administers(context, after):
            raise WrongFields({"administrators": _("Keep your own line: you would lock yourself out")})
        return after

    groups = (_use(context, asks=asks), _creation(context), _administrators(context), _senders(context))
    return SettingsForm(groups, organisation_values, changed)


def _administers(context: ConsoleContext, organisation: Organisation) -> bool:
    caller = context.caller
    own = {caller.subject, folded(caller.email), *caller.groups}
    return not context.app.settings.administrators.isdisjoint(own) or organisation.is_administrator(caller)


def _use(context: ConsoleContext, *, asks: bool) -> Group:
    _ = context.texts.gettext
    states = (
        Option(
            ON, context.texts.pgettext("booking", "On"), _("Booking pages take bookings, and staff work as usual")
        ),
        Option(
            OFF, context.texts.pgettext("booking", "Off"), _("For everyone but the organisation’s administrators")
        ),
    )
    people = (
        Option(EVERYBODY, _("Everyone who can sign in")),
        Option("named", _("Only those named below"), _("Staff of a calendar may use it in any case")),
    )
    off = _(
        "Booking pages will then take no bookings and say so, and staff can’t open the console. "
        "Existing appointments stay, with their reminders. You can turn it on again at any time."
    )
    sure: tuple[Field, ...] = (
        (Tick(name="sure", label=_("Yes, turn it off for everyone"), hint=off),) if asks else ()
    )
    return Group(
        id="use",
        heading=_("Who may use it"),
        fields=(
            Choice(name="is_on", label=_("Booking is"), kind="radio", options=states),
            *sure,
            Choice(name="whom", label=_("For whom"), kind="radio", options=people),
            _list(context, "users", _("Named people, groups and domains"), _line_hint(context)),
        ),
    )


def _creation(context: ConsoleContext) -> Group:
    _ = context.texts.gettext
    intro = _("The organisation’s administrators may always create calendars. No one else may, unless named here.")
    hint = _("%(lines)s. A line with * stands for everyone who can sign in.") % {"lines": _line_hint(context)}
    field = _list(context, "creators", _("People, groups and domains"), hint)
    return Group(id="creation", heading=_("Who may create calendars"), intro=intro, fields=(field,))


def _administrators(context: ConsoleContext) -> Group:
    _ = context.texts.gettext
    intro = _(
        "They see and change everything here, can open every calendar (each visit is logged "
        "there), and are never locked out. Administrators named by the installation itself stay, "
        "whatever is written here."
    )
    hint = _("A line for each: ada@example.com, or a group as group:NAME")
    if named := ", ".join(sorted(context.app.settings.administrators)):
        intro += " " + _("It names %(names)s.") % {"names": named}
    field = _list(context, "administrators", _("More administrators"), hint, person_problem)
    return Group(id="heads", heading=_("Administrators"), intro=intro, fields=(field,))


def _senders(context: ConsoleContext) -> Group:
    _ = context.texts.gettext
    intro = _(
        "Emails come from %(address)s. "
        "Calendars may have other senders among the addresses and domains named here."
    )
    hint = _(
        "A line for each: desk@example.com, or a whole domain as @example.com. The domain’s DNS "
        "must allow your mail server (SPF) and hold the key that it signs with (DKIM), or emails "
        "end up as spam."
    )
    return Group(
        id="senders",
        heading=_("Senders of emails"),
        intro=intro % {"address": context.app.settings.mail_from},
        fields=(_list(context, "mail_senders", _("Addresses and domains"), hint, sender_problem),),
    )


def _line_hint(context: ConsoleContext) -> str:
    return context.texts.gettext(
        "A line for each: ada@example.com, a whole domain as @example.com, or a group as group:NAME"
    )


def _list(
    context: ConsoleContext, name: str, label: str, hint: str, check: Callable[..., str] = name_problem
) -> Lines:
    return Lines(
        name=name,
        label=label,
        hint=hint,
        most=MOST,
        longest=254,
        clean=plain_name,
        check=lambda line: check(line, context.texts),
        is_list=True,
    )


def organisation_values(organisation: Organisation) -> Mapping[str, str]:
    """Return what the form shows of the organisation."""
    users = [name for name in organisation.users if name != EVERYBODY]
    return {
        **{name: "\n".join(getattr(organisation, name)) for name in LISTS},
        "is_on": ON if organisation.is_on else OFF,
        "whom": EVERYBODY if EVERYBODY in organisation.users else "named",
        "users": "\n".join(users),
        "sure": "",
    }


def organisation_with(organisation: Organisation, values: Mapping[str, str]) -> Organisation:
    """Return the organisation with the texts of the form. Raises InvalidFields."""
    given: dict[str, Any] = {name: tuple(lines_of(values[name])) for name in LISTS}
    if values["whom"] == EVERYBODY:
        given["users"] = (EVERYBODY, *given["users"])
    return changed_model(organisation, is_on=values["is_on"] == ON, **given)
