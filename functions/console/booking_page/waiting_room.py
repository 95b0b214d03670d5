"""The waiting room: what people read in it, and the service they can come for without a booking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.console.booking_page.frame import preview_of, show_tab
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Choice, Field, Group, Option, lines_of
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.lines import Lines
from functions.console.forms.problems import WrongFields
from functions.console.forms.translated import edited_words, language_groups, words_values
from functions.pages.opening_hours import opening_hours
from functions.pages.qr_code import qr_code
from shared.domain.access.permissions import Permission
from shared.domain.calendar.words import BusinessWords
from shared.domain.visits.on_demand import on_demand_service


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business

LONGEST_TEXT, MOST_TIPS, LONGEST_TIP = 2000, 20, 500


@console_boundary
async def page_waiting_room(req: func.HttpRequest) -> func.HttpResponse:
    """Show the settings of the waiting room, and save them."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    preview = preview_of(context, "waiting-room")
    return await show_tab(
        context, waiting_form(context), "waiting-room", "waiting_room", preview=preview, **_door(context)
    )


def _door(context: CalendarContext) -> dict[str, Any]:
    """Return the link for people at the door, if they may come, and the hours in which they may."""
    link = f"{context.app.settings.public_url}/now/{context.business.slug}"
    is_open = on_demand_service(context.calendar) is not None
    return {
        "door": link if is_open else "",
        "code": qr_code(link) if is_open else "",
        "hours": opening_hours(context.business, context.visitor),
    }


def waiting_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form. People come without a booking only where no code by mail is asked for."""
    wrong = context.texts.gettext(
        "Customers are asked for a code by email, so no one could join right away. "
        "Turn that off under “Who can book”"
    )

    def changed(business: Business, values: Mapping[str, str]) -> Business:
        if values["on_demand"] and business.page.require_email_code:
            raise WrongFields({"on_demand": wrong})
        tips = tuple(lines_of(values["tips"]))
        room, words = business.waiting_room, values["text"]
        room = changed_model(room, text=words, tips=tips, on_demand=values["on_demand"])
        after = changed_model(business, waiting_room=room)
        return changed_model(after, translations=edited_words(BusinessWords, business, after, values))

    own = _words(context)
    text, tips = own.fields
    words = language_groups(context, [replace(text, name="waiting_text"), tips], context.business)
    return SettingsForm((own, *words, _walk_ins(context)), waiting_values, changed)


def _words(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    return Group(
        id="words",
        heading=_("While people wait"),
        intro=_("Everyone with an online appointment waits here until someone admits them."),
        fields=(
            Field(
                name="text",
                label=_("Text"),
                kind="long",
                longest=LONGEST_TEXT,
                is_own=True,
                hint=_("**bold**, *italics* and [links](https://example.com) can be used."),
            ),
            Lines(
                name="tips",
                label=_("Tips"),
                hint=_("A line for each, such as: Have your insurance card at hand"),
                most=MOST_TIPS,
                longest=LONGEST_TIP,
                is_own=True,
            ),
        ),
    )


def _walk_ins(context: CalendarContext) -> Group:
    _, current = context.texts.gettext, context.business.waiting_room.on_demand
    fitting = [
        one
        for one in context.calendar.services.values()
        if one.id == current or (one.is_joinable and not one.is_group and one.removed_at is None)
    ]
    options = (Option("", _("No walk-ins")), *(Option(one.id, one.name) for one in fitting))
    known = {one.value for one in options}
    gone = (Option(current, _("A service that no longer exists")),) if current not in known else ()
    return Group(
        id="walk-ins",
        heading=_("Walk-ins"),
        intro=_(
            "People go straight to the waiting room while you’re open, and the next available person admits them."
        ),
        fields=(
            Choice(
                name="on_demand",
                label=_("What walk-ins come for"),
                options=(*options, *gone),
                hint=_("An online service for one person at a time"),
            ),
        ),
    )


def waiting_values(business: Business) -> Mapping[str, str]:
    """Return what the form shows of a business."""
    room = business.waiting_room
    return {
        **words_values(business.translations),
        "text": room.text,
        "tips": "\n".join(room.tips),
        "on_demand": room.on_demand,
    }
