"""A calendar's texts in the other languages of its page: fields that are shown on demand, a group for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from functions.console.forms.fields import Group, lines_of
from functions.console.forms.form import changed_model
from shared.domain.calendar.words import Translation, base_language
from shared.i18n import LANGUAGES, html_tag


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.console.context import CalendarContext
    from functions.console.forms.fields import Field
    from shared.domain.calendar.business import Business

EditedTranslation = TypeVar("EditedTranslation", bound=Translation)


def other_languages(business: Business) -> list[str]:
    """Return the languages of the page beside the calendar's own, as their catalogues are named."""
    own = base_language(business.language)
    return [one for one in LANGUAGES if business.page.offers_language(one) and base_language(one) != own]


def language_groups(context: CalendarContext, fields: Iterable[Field]) -> tuple[Group, ...]:
    """Return a closed group for each other language, with these fields; named as the texts are in the words."""
    return tuple(_group(context, one, fields) for one in other_languages(context.business))


def _group(context: CalendarContext, language: str, fields: Iterable[Field]) -> Group:
    _, name = context.texts.gettext, LANGUAGES[language]
    translated = (
        replace(
            one,
            name=named(one.name, language),
            label=f"{one.label} ({name})",
            hint="",
            is_required=False,
            is_own=False,
            is_rich=False,
            lang=html_tag(language),
        )
        for one in fields
    )
    return Group(
        id=f"in-{html_tag(language)}",
        heading=_("In another language: %(language)s") % {"language": name},
        intro=_(
            "For customers who read the page in this language. Where a field is empty, they read your own text."
        ),
        fields=tuple(translated),
        is_closed=True,
    )


def named(text: str, language: str) -> str:
    """Return the name of the field of a text in a language."""
    return f"{text}-{language}"


def words_values(translations: Iterable[Translation]) -> Mapping[str, str]:
    """Return what the fields show of a document's words."""
    return {
        named(name, words.language): "\n".join(value) if isinstance(value, tuple) else value
        for words in translations
        for name, value in words
        if name != "language"
    }


def edited_words(
    kind: type[EditedTranslation], stored: Iterable[EditedTranslation], values: Mapping[str, str]
) -> tuple[EditedTranslation, ...]:
    """Return a document's words with the texts of a form, which may not show all. Raises InvalidFields."""
    found = {one.language: one for one in stored}
    for language in LANGUAGES:
        blank = found.get(language) or kind(language=language)
        texts: dict[str, Any] = {
            name: tuple(lines_of(values[at])) if isinstance(value, tuple) else values[at]
            for name, value in blank
            if (at := named(name, language)) in values
        }
        if texts:
            found[language] = changed_model(blank, None, **texts)
    return tuple(one for one in found.values() if not one.is_empty)
