"""Who can book on the page, how they are checked, and who finds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.console.booking_page.frame import show_tab, with_page
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Choice, Group, NumberField, Option, Tick, lines_of, on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.lines import Lines
from functions.console.forms.problems import WrongFields
from shared.domain.access.permissions import Permission
from shared.domain.text.pasted import plain_address
from shared.use_cases.booking.check_form import email_problem


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business

MOST_NAMED, LONGEST_NAME, MOST_OPEN = 1000, 254, 1000
DOMAIN = re.compile(r"@([a-z0-9-]+\.)+[a-z0-9-]{2,}", re.IGNORECASE)
GROUP = re.compile(r"(group|role):\S.*")


@console_boundary
async def page_access(req: func.HttpRequest) -> func.HttpResponse:
    """Show who can book, and save it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    return await show_tab(context, access_form(context), "access")


def access_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form. A list of people counts, and is kept, only for a page that serves just them."""
    _ = context.texts.gettext
    nobody = _("Name at least one person, group or domain, or choose who else can book")
    walk_ins = _("Walk-ins are on, and they can’t wait for a code. Turn them off under “Waiting room”")

    def changed(business: Business, values: Mapping[str, str]) -> Business:
        is_named = values["access"] == "named"
        if is_named and not values["audience"]:
            raise WrongFields({"audience": nobody})
        if values["require_email_code"] and business.waiting_room.on_demand:
            raise WrongFields({"require_email_code": walk_ins})
        page = with_page(
            business,
            access="everyone" if values["access"] == "everyone" else "organisation",
            audience=tuple(lines_of(values["audience"])) if is_named else (),
            require_email_code=bool(values["require_email_code"]),
            index_by_search_engines=bool(values["index_by_search_engines"]),
            is_on_front_page=bool(values["is_on_front_page"]),
        )
        return changed_model(page, most_open=values["most_open"] or "0")

    return SettingsForm((_people(context), _checks(context), _found(context)), access_values, changed)


def _people(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    options = (
        Option("everyone", _("Everyone"), _("Anyone with the link")),
        Option("organisation", _("Members of the organisation"), _("After signing in, as at the console")),
        Option("named", _("Only the people named here"), _("After signing in. No one else can book")),
    )
    example = _("A line for each: ada@example.com, a whole domain as @example.com, or a group as group:NAME")
    return Group(
        id="people",
        heading=_("Who can book"),
        fields=(
            Choice(name="access", label=_("Who can book"), kind="radio", options=options),
            Lines(
                name="audience",
                label=_("People, groups and domains"),
                hint=example,
                most=MOST_NAMED,
                longest=LONGEST_NAME,
                clean=plain_name,
                check=lambda entry: _name_problem(entry, context),
                is_list=True,
            ),
        ),
    )


def _checks(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    return Group(
        id="checks",
        heading=_("Against misuse"),
        fields=(
            Tick(
                name="require_email_code",
                label=_("Check the email address with a code"),
                hint=_("Before booking, customers enter a six-digit code that we email them."),
                said=(_("With a code"), _("Without a code")),
            ),
            NumberField(
                name="most_open",
                label=_("Upcoming appointments of one customer"),
                hint=_("How many at a time. 0 means no limit."),
                wrong=_("Enter a whole number from 0 to %(most)s") % {"most": MOST_OPEN},
                least="0",
                most=str(MOST_OPEN),
                is_required=True,
            ),
        ),
    )


def _found(context: CalendarContext) -> Group:
    _, address = context.texts.gettext, context.app.settings.public_url
    listed = context.texts.pgettext("page", "Listed"), context.texts.pgettext("page", "Not listed")
    return Group(
        id="found",
        heading=_("Where the page is found"),
        fields=(
            Tick(
                name="index_by_search_engines",
                label=_("Search engines may list it"),
                hint=_("Pages that ask for a sign-in are never listed."),
                said=listed,
            ),
            Tick(
                name="is_on_front_page",
                label=_("List it on the front page"),
                hint=_("At %(address)s, while the page is published and for everyone") % {"address": address},
                said=listed,
            ),
        ),
    )


def access_values(business: Business) -> Mapping[str, str]:
    """Return what the form shows of a business."""
    page = business.page
    return {
        "access": "named" if page.access == "organisation" and page.audience else page.access,
        "audience": "\n".join(page.audience),
        "require_email_code": on(page.require_email_code),
        "most_open": str(business.most_open),
        "index_by_search_engines": on(page.index_by_search_engines),
        "is_on_front_page": on(page.is_on_front_page),
    }


def plain_name(typed: str) -> str:
    """Return an entry of the list as it is compared: an address out of "Ada <ada@example.com>"."""
    return plain_address(typed) if "@" in typed else typed.strip()


def _name_problem(entry: str, context: CalendarContext) -> str:
    """Return why an entry names nobody; empty also for one that is there already, from a program for instance."""
    _ = context.texts.gettext
    if entry in context.business.page.audience or DOMAIN.fullmatch(entry) or GROUP.fullmatch(entry):
        return ""
    if entry.startswith("@"):
        return _("“%(entry)s” isn’t a domain such as @example.com") % {"entry": entry}
    if "@" in entry and email_problem(entry):
        return _("“%(entry)s” isn’t an email address such as name@example.com") % {"entry": entry}
    if "." in entry and "@" not in entry:
        return _("“%(entry)s” isn’t an address. Do you mean @%(entry)s?") % {"entry": entry}
    return "" if "@" in entry or re.fullmatch(r"[\w.:|-]{8,}", entry) else _unknown(entry, context)


def _unknown(entry: str, context: CalendarContext) -> str:
    said = context.texts.gettext("“%(entry)s” names no one: enter an email address, @domain or group:NAME")
    return said % {"entry": entry}
