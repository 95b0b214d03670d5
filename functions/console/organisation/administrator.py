"""Makes somebody the administrator of a calendar, by their address, whether or not they are on its staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.auth.access import require
from functions.console.boundary import console_boundary
from functions.console.context import CalendarContext, enter
from functions.console.forms.fields import Field, Group
from functions.console.forms.form import SettingsForm
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.organisation.context import SECTION
from shared.domain.access.permissions import Permission
from shared.records.accounts import is_among
from shared.use_cases.calendars.disabled_staff import find_disabled
from shared.use_cases.organisation.restore_administrator import restore_administrator


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func


class Successor(NamedTuple):
    """Who becomes administrator."""

    email: str = ""
    name: str = ""


@console_boundary
async def calendar_administrator(req: func.HttpRequest) -> func.HttpResponse:
    """Show the form of a calendar's next administrator, and make them one."""
    context = await enter(req, Permission.READ_CALENDAR)
    require(context.caller, Permission.CHANGE_ORGANISATION)
    return await show_or_save(
        context,
        _form(context, await find_disabled(store=context.app.store)),
        Successor(),
        lambda edit: _restore(context, edit(Successor())),
        section=SECTION,
        heading=context.texts.gettext("New administrator"),
        intro=_intro(context),
        submit=context.texts.gettext("Make administrator"),
        done=context.link(SECTION, "calendars", find=context.business.name, news="saved"),
    )


def _intro(context: CalendarContext) -> str:
    said = context.texts.gettext(
        "This person will administer %(business)s. Someone who isn’t on its staff yet is added, "
        "and customers can’t book them."
    )
    return said % {"business": context.business.name}


async def _restore(context: CalendarContext, successor: Successor) -> None:
    app = context.app
    await restore_administrator(
        context.business.id,
        successor.email,
        successor.name,
        author=context.author,
        context=app.context,
    )


def _form(context: CalendarContext, disabled: frozenset[str]) -> SettingsForm[Successor]:
    _ = context.texts.gettext
    fields = (
        Field(name="email", label=_("Email address"), kind="email", is_required=True, longest=254),
        Field(name="name", label=_("Name"), hint=_("For someone who isn’t on its staff yet"), longest=200),
    )

    def changed(_before: Successor, values: Mapping[str, str]) -> Successor:
        if is_among(disabled, values["email"]):
            raise WrongFields({"email": _("The account of this person is disabled: choose someone else")})
        return Successor(values["email"], values["name"])

    values: Callable[[Successor], Mapping[str, str]] = lambda one: one._asdict()  # noqa: E731 - a word, not a function
    return SettingsForm((Group(id="who", heading="", fields=fields),), values, changed)
