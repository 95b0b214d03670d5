"""The mails about appointments of a service: confirmations, reminders, and one after the visit."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.forms.fields import Field, Group, Tick, on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.rows import RowsField, rows_in, rows_text
from functions.console.forms.translated import edited_words, language_groups, words_values
from functions.console.services.context import enter_service
from functions.console.services.offsets import reminder_columns, reminder_in, reminder_row
from shared.domain.calendar.service import MAXIMUM_REMINDERS
from shared.domain.calendar.words import ServiceWords, kept_messages, message_name


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Service

LABEL = 40
TICKS = ("confirm_customer", "confirm_staff", "customers_may_manage", "send_sms")


@console_boundary
async def service_messages(req: func.HttpRequest) -> func.HttpResponse:
    """Show the mails about appointments of the service, and save them."""
    at = await enter_service(req)
    return await at.show_tab(
        "messages", messages_form(at.page, at.service), template="console/services/messages.html"
    )


def messages_form(context: CalendarContext, service: Service) -> SettingsForm[Service]:
    """Return the form. An offset that is not possible is refused with the nearest one."""
    confirmation = _confirmation(context)
    translated = [one for one in confirmation.fields if one.name == "confirmation_text"]
    words = language_groups(context, [*translated, *_message_fields(context, service)], service)
    groups = (confirmation, _texts(context), _reminders(context), _follow_up(context), *words)
    return SettingsForm(groups, messages_values, _changed(context))


def _confirmation(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    said = (_("on"), _("off"))
    return Group(
        id="confirmation",
        heading=_("Confirmation"),
        intro=_("Sent immediately when an appointment is booked, rescheduled or cancelled."),
        fields=(
            Tick(name="confirm_customer", label=_("Send it to customers"), said=said),
            Tick(name="confirm_staff", label=_("Send it to the staff"), said=said),
            Field(
                name="confirmation_text",
                label=_("Text of your own"),
                kind="long",
                longest=8000,
                hint=_("What customers should know or bring. [words](https://example.com) makes a link"),
                is_own=True,
                is_rich=True,
            ),
            Tick(
                name="customers_may_manage",
                label=_("Customers can reschedule and cancel appointments that staff booked for them"),
                hint=_("They can always do so for what they booked themselves, with the link in the email"),
                said=said,
            ),
        ),
    )


def _texts(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    is_on = context.app.settings.sms.is_on
    hint = _("The booking form then has a box by which customers ask for them. It needs their phone number.")
    missing = _("This installation has no SMS provider yet, so no text messages are sent.")
    label = _("Offer text messages (SMS) to customers")
    field = Tick(name="send_sms", label=label, hint=hint, said=(_("on"), _("off")))
    return Group(id="sms", heading=_("Text messages"), intro="" if is_on else missing, fields=(field,))


def _reminders(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    rows = RowsField(
        name="reminders",
        label=_("Reminders"),
        columns=reminder_columns(context, _("Before the start")),
        row_name=_("Reminder"),
        add=_("Add a reminder"),
        empty=_("No reminders are sent."),
        most=MAXIMUM_REMINDERS,
    )
    intro = _("People miss fewer appointments when they’re reminded. A reminder whose time has passed isn’t sent.")
    return Group(id="before", heading=_("Reminders"), intro=intro, fields=(rows,))


def _follow_up(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    rows = RowsField(
        name="follow_up",
        label=_("After the appointment"),
        columns=reminder_columns(context, _("After the end")),
        row_name=context.texts.pgettext("message", "Email"),
        add=_("Send an email afterwards"),
        empty=_("No email is sent afterwards."),
        most=1,
    )
    intro = _("To say thank you, ask how it was, or invite to book again.")
    return Group(id="after", heading=_("After the appointment"), intro=intro, fields=(rows,))


def _message_fields(context: CalendarContext, service: Service) -> list[Field]:
    """Return a field for each text of a reminder or follow-up, which exists once the text is saved."""
    said = context.texts.gettext("Reminder or follow-up “%(start)s”")
    return [
        Field(
            name=message_name(text),
            label=said % {"start": shorten(text, LABEL, placeholder="…")},
            kind="long",
            longest=8000,
        )
        for text in service.message_texts
    ]


def messages_values(service: Service) -> Mapping[str, str]:
    """Return what the form shows of a service."""
    return {
        **{name: on(getattr(service, name)) for name in TICKS},
        "confirmation_text": service.confirmation_text,
        **words_values(service.translations),
        "reminders": rows_text(map(reminder_row, service.reminders)),
        "follow_up": rows_text([reminder_row(service.follow_up)] if service.follow_up else []),
    }


def _changed(context: CalendarContext) -> Callable[[Service, Mapping[str, str]], Service]:
    def changed(service: Service, values: Mapping[str, str]) -> Service:
        reminders, after = (
            [reminder_in(context, row, f"{name}-{place}") for place, row in enumerate(rows_in(values[name]))]
            for name in ("reminders", "follow_up")
        )
        ticked: dict[str, Any] = {name: bool(values[name]) for name in TICKS}
        edited = changed_model(
            service,
            **ticked,
            confirmation_text=values["confirmation_text"],
            reminders=reminders,
            follow_up=after[0] if after else None,
        )
        return changed_model(edited, translations=_translations(service, edited, values))

    return changed


def _translations(before: Service, after: Service, values: Mapping[str, str]) -> tuple[ServiceWords, ...]:
    """Return the words. A message whose own text was changed has the translation that it had, or was sent."""
    moved = _moved(before, after)
    own = {message_name(text): moved.get(text, text) for text in before.message_texts}

    def with_messages(words: ServiceWords, sent: Mapping[str, str]) -> ServiceWords:
        told = dict(words.messages) | {own[name]: text for name, text in sent.items() if name in own}
        return changed_model(words, None, messages=kept_messages(told, after.message_texts))

    carried = tuple(one.carried(moved) for one in before.translations)
    before = before.model_copy(update={"translations": carried})
    return edited_words(ServiceWords, before, after, values, with_messages)


def _moved(before: Service, after: Service) -> dict[str, str]:
    """Return the texts of messages that were changed, by those that they had."""
    was = {one.offset: one.message for one in before.reminders}
    pairs = [(was.get(one.offset, ""), one.message) for one in after.reminders]
    if before.follow_up and after.follow_up:
        pairs.append((before.follow_up.message, after.follow_up.message))
    return {old: new for old, new in pairs if old and new and old not in after.message_texts}
