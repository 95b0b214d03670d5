"""A calendar's texts in the other languages of its page: fields that are shown on demand, a group for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from functions.console.forms.fields import Group, OutdatedText, Tick, lines_of
from functions.console.forms.form import changed_model
from shared.domain.calendar.words import Translation, base_language, with_sources
from shared.i18n import LANGUAGES, html_tag, match_language


if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from functions.console.context import CalendarContext
    from functions.console.forms.fields import Field
    from shared.domain.calendar.business import Business

EditedTranslation = TypeVar("EditedTranslation", bound=Translation)


class Described(Protocol):
    """A document with texts of its own, and what they are in other languages."""

    @property
    def translations(self) -> Sequence[Translation]:
        """The texts in other languages."""

    @property
    def own_texts(self) -> Mapping[str, str]:
        """The texts that are translated, by the names that they have in the translations."""


def other_languages(business: Business) -> list[str]:
    """Return the languages of the page beside the calendar's own, as their catalogues are named."""
    own = base_language(business.language)
    return [one for one in LANGUAGES if business.page.offers_language(one) and base_language(one) != own]


def language_groups(context: CalendarContext, fields: Iterable[Field], document: Described) -> tuple[Group, ...]:
    """Return a closed group for each other language, with these fields; named as the texts are in the words."""
    listed = tuple(fields)
    return tuple(_group(context, one, listed, document) for one in other_languages(context.business))


def _group(context: CalendarContext, language: str, fields: Iterable[Field], document: Described) -> Group:
    _, name = context.texts.gettext, LANGUAGES[language]
    words = next((one for one in document.translations if one.language == language), None)
    own = LANGUAGES[match_language(context.business.language) or "en"]
    notice = _("The text in %(language)s has changed since this was translated.") % {"language": own}
    changed = words.outdated(document.own_texts) if words else {}
    outdated = {at: OutdatedText(notice, *texts) for at, texts in changed.items()}
    shown: list[Field] = []
    for one in fields:
        shown.append(_translated(one, language, outdated.get(one.name)))
        if one.name in outdated:
            right = _("The translation is still right: %(text)s") % {"text": one.label}
            shown.append(Tick(name=still_right(one.name, language), label=right, said=(_("on"), _("off"))))
    return Group(
        id=f"in-{html_tag(language)}",
        heading=_("In another language: %(language)s") % {"language": name},
        intro=_(
            "For customers who read the page in this language. Where a field is empty, they read your own text."
        ),
        fields=tuple(shown),
        is_closed=not any(one.outdated for one in shown),
    )


def _translated(field: Field, language: str, outdated: OutdatedText | None) -> Field:
    return replace(
        field,
        name=named(field.name, language),
        label=f"{field.label} ({LANGUAGES[language]})",
        hint="",
        is_required=False,
        is_own=False,
        is_rich=False,
        lang=html_tag(language),
        outdated=outdated,
    )


def named(text: str, language: str) -> str:
    """Return the name of the field of a text in a language."""
    return f"{text}-{language}"


def still_right(text: str, language: str) -> str:
    """Return the name of the box which says that the translation of a text that has changed is still right."""
    return f"right-{named(text, language)}"


def words_values(translations: Iterable[Translation]) -> Mapping[str, str]:
    """Return what the fields show of a document's words."""
    return {named(name, words.language): text for words in translations for name, text in words.texts.items()}


def edited_words(
    kind: type[EditedTranslation],
    before: Described,
    after: Described,
    values: Mapping[str, str],
    apply: Callable[[EditedTranslation, Mapping[str, str]], EditedTranslation] | None = None,
) -> tuple[EditedTranslation, ...]:
    """Return a document's words with the texts of a form, which may not show all. Raises InvalidFields.

    `before` and `after` are the document without and with its own texts of the form. `apply` puts those texts into
    the words that are no fields of them.
    """
    found: dict[str, Any] = {one.language: one for one in before.translations}
    for language in LANGUAGES:
        names = {**before.own_texts, **after.own_texts}
        sent = {name: values[at] for name in names if (at := named(name, language)) in values}
        if sent:
            stored = found.get(language) or kind(language=language)
            edited = changed_model(stored, None, **_fields(stored, sent))
            edited = apply(edited, sent) if apply else edited
            right = said_right(sent, language, values)
            found[language] = with_sources(stored, edited, before.own_texts, after.own_texts, right)
    return tuple(one for one in found.values() if not one.is_empty)


def said_right(names: Iterable[str], language: str, values: Mapping[str, str]) -> set[str]:
    """Return the names of the texts whose translation was said to be still right."""
    return {name for name in names if values.get(still_right(name, language))}


def _fields(words: Translation, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of words that have these texts; a tuple has a line for each."""
    stored = {name: value for name, value in words if name in sent}
    return {
        name: tuple(lines_of(sent[name])) if isinstance(value, tuple) else sent[name]
        for name, value in stored.items()
    }
