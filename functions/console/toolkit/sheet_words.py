"""The words of the infographic in one language: standard ones as they are, or the calendar's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Field, Group
from functions.console.forms.form import SettingsForm
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.toolkit.answers import reader_in
from functions.console.toolkit.frame import SECTION
from functions.console.toolkit.infographic import preview_of
from functions.pages.render import OURSELVES, with_frames
from functions.pages.rich_text import said_in
from functions.pages.toolkit.help_links import help_links
from shared.domain.access.permissions import Permission
from shared.domain.calendar.toolkit import LONGEST_ALT
from shared.domain.toolkit.infographic import (
    LONGEST_HEADING,
    LONGEST_NOTE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_WORDS,
    STEPS,
    OwnSheet,
    StepWords,
    variant_for,
)
from shared.i18n import LANGUAGES
from shared.presentation.toolkit.letters import letters_without_font
from shared.presentation.toolkit.sheet import infographic_sheet, standard_text
from shared.presentation.toolkit.sheet_words import HEADING, TITLES
from shared.use_cases.toolkit.change_sheet import change_sheet, find_sheet


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.toolkit import PicturePlace
    from shared.use_cases.toolkit.change_sheet import SheetEdit


@console_boundary
async def toolkit_infographic_words(req: func.HttpRequest) -> func.HttpResponse:
    """Show the words in one language, and save them."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    reader = reader_in(context, req.params.get("of", ""))
    own = await find_sheet(context.business.id, reader.language, store=context.app.store)
    tag, name = reader.language_tag, LANGUAGES[reader.language]
    response = await show_or_save(
        context,
        words_form(context, reader),
        own,
        lambda edit: _save(context, reader, edit),
        section=SECTION,
        heading=context.texts.gettext("Words of the infographic"),
        template="console/toolkit/sheet_words.html",
        done=context.here(SECTION, "infographic", news="saved"),
        preview=preview_of(context, "words", tag, [(tag, name)]),
        own_lang=said_in(tag, context.visitor),
        language=name,
        is_own=not own.is_blank,
        back=context.here(SECTION, "infographic"),
    )
    return with_frames(response, shows=OURSELVES)


def words_form(context: CalendarContext, reader: Visitor) -> SettingsForm[OwnSheet]:
    """Return the form. It begins with the standard words; those that are left as they are stay standard."""
    _, usual = context.texts.gettext, standard_words(context, reader)

    def values(sheet: OwnSheet) -> Mapping[str, str]:
        own = {"heading": sheet.heading, "note": sheet.note}
        own |= {f"alt-{place}": sheet.alts.get(place, "") for place in context.business.toolkit.pictures}
        for name in STEPS:
            own |= {f"title-{name}": sheet.step(name).title, f"text-{name}": sheet.step(name).text}
        return {name: own[name] or usual[name] for name in own}

    def changed(sheet: OwnSheet, sent: Mapping[str, str]) -> OwnSheet:
        if context.form.get("reset"):
            return OwnSheet(language=sheet.language)
        own = {name: "" if text == usual[name] else text for name, text in sent.items()}
        steps = {name: StepWords(title=own[f"title-{name}"], text=own[f"text-{name}"]) for name in STEPS}
        said = {name: one for name, one in steps.items() if one.title or one.text}
        alts = {place: own[f"alt-{place}"] for place in context.business.toolkit.pictures}
        kept = {place: alt for place, alt in alts.items() if alt}
        words = {"heading": own["heading"], "note": own["note"], "steps": said, "alts": kept}
        edited = sheet.model_copy(update=words)
        if wrong := _wrong(context, reader, edited, own):
            raise WrongFields(wrong)
        return edited

    return SettingsForm(_groups(context, reader), values, changed)


def standard_words(context: CalendarContext, reader: Visitor) -> dict[str, str]:
    """Return the standard words by field, as the form reads them."""
    _, business = reader.texts.gettext, context.business
    variant = variant_for(business.toolkit.variant, business.business_type)
    found = {"heading": _(HEADING), "note": ""}
    found |= {f"alt-{place}": one.alt for place, one in business.toolkit.pictures.items()}
    for name in STEPS:
        found[f"title-{name}"] = _(TITLES[name])
        found[f"text-{name}"] = standard_text(name, variant, business, reader.texts)
    return found


def _groups(context: CalendarContext, reader: Visitor) -> tuple[Group, ...]:
    _ = context.texts.gettext
    heading = Field(name="heading", label=_("Heading"), longest=LONGEST_HEADING, is_own=True)
    note = Field(
        name="note",
        label=_("Note"),
        longest=LONGEST_NOTE,
        is_own=True,
        hint=_("What else customers should know beforehand"),
    )
    steps = [
        Group(
            id=f"step-{name}",
            heading=_("Step %(number)s: %(title)s")
            % {"number": place, "title": reader.texts.gettext(TITLES[name])},
            fields=(
                Field(name=f"title-{name}", label=_("Title"), longest=LONGEST_TITLE, is_own=True),
                Field(name=f"text-{name}", label=_("Text"), kind="long", longest=LONGEST_TEXT, is_own=True),
                *_alt(context, name),
            ),
        )
        for place, name in enumerate(STEPS, 1)
    ]
    return Group(id="whole", heading=_("Page"), fields=(heading, *_alt(context, "top"), note)), *steps


def _alt(context: CalendarContext, place: PicturePlace) -> tuple[Field, ...]:
    """Return the field for what a picture of the calendar's own shows, where there is one."""
    if place not in context.business.toolkit.pictures:
        return ()
    label = context.texts.gettext("What the picture shows")
    return (Field(name=f"alt-{place}", label=label, longest=LONGEST_ALT, is_own=True),)


def _wrong(context: CalendarContext, reader: Visitor, sheet: OwnSheet, own: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the words, by field: letters that no font has, or more than fit on the page."""
    _, origin = context.texts.gettext, context.app.settings.public_url
    shown = {name: text for name, text in own.items() if not name.startswith("alt-")}
    lacking = {name: letters for name, text in shown.items() if (letters := letters_without_font(text))}
    said = _("The infographic’s fonts don’t have these characters: %(letters)s")
    if lacking:
        return {name: said % {"letters": " ".join(letters)} for name, letters in lacking.items()}
    links = help_links(origin, context.business.slug)
    count = infographic_sheet(context.business, sheet, reader.texts, reader.language_tag, links).word_count
    if count <= MOST_WORDS:
        return {}
    longest = max(shown, key=lambda name: len(shown[name]))
    many = _("At most %(most)s words fit on the page. With this text there are %(count)s")
    return {longest: many % {"most": MOST_WORDS, "count": count}}


async def _save(context: CalendarContext, reader: Visitor, edit: SheetEdit) -> None:
    app = context.app
    await change_sheet(
        context.business.id,
        reader.language,
        edit,
        author=context.author,
        body=context.sent_text,
        context=app.context,
    )
