"""The editor of a text: subject, email and SMS of one kind of message in one language, with preview and test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.checks import whole_in
from functions.console.forms.fields import Group, problems_of, read_all
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.save import CHANGE, Tab, show_or_save
from functions.console.messages.fields import TemplateField
from functions.console.messages.samples import SAMPLES, sample_message
from functions.console.messages.testing import PHONE, send_test, send_test_sms
from functions.console.messages.words import CONDITIONS, PLACEHOLDERS, TO_CUSTOMERS, place_label
from functions.console.settings.tabs import settings_tabs
from functions.pages.render import OURSELVES, with_frames
from shared.delivery.texts.defaults import default_text
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.domain.messages.message_text import (
    KINDS,
    LONGEST_BODY,
    LONGEST_SMS,
    LONGEST_SUBJECT,
    PARTS,
    WITH_SMS,
    MessageText,
    TextPlace,
    stored_text,
)
from shared.domain.messages.placeholders import names_for
from shared.i18n import LANGUAGES, html_tag, match_language, translator
from shared.use_cases.messages.change_text import require_place


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.messages.samples import SampleName
    from shared.domain.appointments.messages import Message
    from shared.domain.calendar.business import Calendar
    from shared.domain.messages.message_text import TextKind, TextPart

TESTS = {"test": send_test, "test-sms": send_test_sms}
"""What sends a test, by the button that was pressed."""


@dataclass(frozen=True)
class EditedText:
    """Which text a page is about."""

    page: CalendarContext
    place: TextPlace

    @property
    def kind(self) -> TextKind:
        return self.place.kind

    @property
    def language(self) -> str:
        return self.place.language

    @property
    def stored(self) -> MessageText:
        """The text as it is stored."""
        return stored_text(self.page.calendar.texts, self.place)

    @property
    def default(self) -> MessageText:
        """What counts without it: the parts of wider texts, else the default text."""
        plain = replace(self.page.calendar, texts={})
        usual = default_text(self.message(plain, "in_person"))
        for one in reversed(self.place.wider):
            wider = stored_text(self.page.calendar.texts, one)
            parts: dict[str, str] = {part: getattr(wider, part) or getattr(usual, part) for part in PARTS}
            usual = usual.model_copy(update=parts)
        return usual

    def message(self, calendar: Calendar, sample: str, **more: Any) -> Message:
        """Return a sample message by the texts of a calendar."""
        known = cast("SampleName", sample if sample in SAMPLES else "in_person")
        return sample_message(
            calendar,
            self.kind,
            self.language,
            sample=known,
            now=self.page.now,
            texts=translator(self.language),
            service=self.place.service,
            before=self.place.before,
            **more,
        )

    def here(self, *segments: str, **query: str) -> str:
        """Return the URL of a page about this text."""
        about = {"language": html_tag(self.language), **about_place(self.place)}
        return self.page.here("settings", "messages", self.kind, *segments, **{**about, **query})

    async def save(self, edit: Callable[[MessageText], MessageText]) -> object:
        """Apply a change to the text as it is by then."""
        return await self.page.wording.edit(self.place, edit)


class PlaceholderView(NamedTuple):
    """A placeholder or condition as the list shows it: what is inserted, and what it stands for."""

    inserted: str
    label: str


def about_place(place: TextPlace) -> dict[str, str]:
    """Return the query values of a text that does not count for all messages of its kind."""
    found = {"service": place.service, "before": str(place.before or "")}
    return {name: value for name, value in found.items() if value}


async def enter_text(req: func.HttpRequest) -> EditedText:
    """Return the text that a page is about. Raises NotFound, and as `enter`."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    kind = next((one for one in KINDS if one == req.route_params["kind"]), None)
    if kind is None:
        raise NotFound
    language = match_language(req.params.get("language", "") or context.business.customer_language) or "en"
    before = req.params.get("before", "")
    place = TextPlace(kind, language, req.params.get("service", ""), whole_in(before, 0))
    require_place(context.calendar, place)
    return EditedText(context, place)


@console_boundary
async def messages_text(req: func.HttpRequest) -> func.HttpResponse:
    """Show a text beside its preview, save it, restore the default, or send it to oneself."""
    text = await enter_text(req)
    form = text_form(text)
    send = TESTS.get(text.page.form.get(CHANGE))
    tested = await send(text, unsaved(text, form), _wrong(text, form)) if send else None
    response = await show_or_save(
        text.page,
        form,
        text.stored,
        text.save,
        section="settings",
        heading=text.page.texts.gettext("Settings"),
        template="console/messages/text.html",
        done=text.here(news="saved"),
        tabs=settings_tabs(text.page, "messages"),
        tested=tested,
        **_around(text),
    )
    return with_frames(response, shows=OURSELVES)


def _wrong(text: EditedText, form: SettingsForm[MessageText]) -> str:
    """Return what is wrong in the form that was sent; empty if nothing is."""
    page = text.page
    return " ".join(problems_of(form.fields, read_all(form.fields, page.form), page.texts).values())


def _around(text: EditedText) -> dict[str, Any]:
    page, service = text.page, text.page.calendar.services.get(text.place.service)
    query = {"service": text.place.service} if text.place.service else {}
    sent = page.form.get("view-sample")
    sample = sent if sent in SAMPLES else "in_person"
    languages = [
        Tab(name, text.here(language=html_tag(tag)), tag == text.language) for tag, name in LANGUAGES.items()
    ]
    return {
        "text": text,
        "label": place_label(text.place, page.formats),
        "is_to_customers": text.kind in TO_CUSTOMERS,
        "service": service,
        "overview": page.here("settings", "messages", **query),
        "text_languages": languages,
        "samples": [(name, page.texts.gettext(label)) for name, label in SAMPLES.items()],
        "sample": sample,
        "preview": text.here("preview", scheme="light", sample=sample),
        "tester": page.caller.email,
        "texts_numbers": text.kind in WITH_SMS and page.app.settings.sms.account is not None,
        "phone": page.form.get(PHONE),
        "names": _names(text),
    }


def _names(text: EditedText) -> list[PlaceholderView]:
    _, names = text.page.texts.gettext, names_for(text.kind, "body")
    values = [PlaceholderView(f"{{{one}}}", _(PLACEHOLDERS[one])) for one in names.values]
    links = [PlaceholderView(f"[…]({{{one}}})", _(PLACEHOLDERS[one])) for one in names.links]
    parts = [PlaceholderView(f"{{if {one}}}…{{end}}", _(CONDITIONS[one])) for one in names.conditions]
    return [*values, *links, *parts]


def text_form(text: EditedText) -> SettingsForm[MessageText]:
    """Return the form of a text. A part that is the default is stored as none."""
    fields = _fields(text)

    def shown(stored: MessageText) -> Mapping[str, str]:
        return {one.name: getattr(stored, one.name) for one in fields}

    def changed(stored: MessageText, values: Mapping[str, str]) -> MessageText:
        parts: dict[str, Any] = {one.name: one.own(values[one.name]) for one in fields}
        return changed_model(stored, **parts)

    return SettingsForm((Group(id="text", heading="", fields=fields),), shown, changed)


def _fields(text: EditedText) -> tuple[TemplateField, ...]:
    _, default = text.page.texts.gettext, text.default
    more: dict[str, Any] = {"is_required": True, "wrong": ""}

    def field(name: TextPart, label: str, kind: str, longest: int, hint: str = "") -> TemplateField:
        return TemplateField(
            name=name,
            label=label,
            kind=kind,
            longest=longest,
            hint=hint,
            default=getattr(default, name),
            names=names_for(text.kind, name),
            **more,
        )

    mail = _("Date, place, buttons and contact details follow below. **bold**, *italics* and links can be used.")
    found = [
        field("subject", _("Subject"), "text", LONGEST_SUBJECT),
        field("body", _("Text of the email"), "long", LONGEST_BODY, mail),
    ]
    if text.kind in WITH_SMS:
        found.append(field("sms", _("Text of the SMS"), "long", LONGEST_SMS))
    return tuple(found)


def unsaved(text: EditedText, form: SettingsForm[MessageText]) -> Calendar:
    """Return the calendar with the text that was sent; parts that cannot be saved count as they are stored."""
    page, stored = text.page, text.stored
    if not page.is_sent:
        return page.calendar
    edited = form.previewed(stored, page.form, page.texts)
    return replace(page.calendar, texts={**page.calendar.texts, edited.id: edited})
