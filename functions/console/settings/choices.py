"""What settings can be chosen from: kinds of business, languages, currencies, time zones."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from unicodedata import combining, normalize

from functions.console.forms.fields import Option
from shared.i18n import LANGUAGES, html_tag, translator
from shared.i18n.currencies import currencies
from shared.i18n.formats import Formats, zones_of_places
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from functions.console.context import ConsoleContext

MONDAY = date(2024, 1, 1)
BUSINESS_TYPES = {
    "health": marked("Health care"),
    "finance": marked("Bank or insurance"),
    "retail": marked("Shop"),
    "beauty": marked("Hair and beauty"),
    "education": marked("School or university"),
    "public_sector": marked("Public office"),
    "hr": marked("Human resources"),
    "general": marked("Something else"),
}
UNREAD = {
    "closed": marked("They can’t be booked"),
    "confirm": marked("They confirm what is booked"),
}


def business_types(context: ConsoleContext) -> tuple[Option, ...]:
    """Return the kinds of business."""
    return tuple(Option(value, context.texts.gettext(label)) for value, label in BUSINESS_TYPES.items())


def languages(chosen: str = "") -> tuple[Option, ...]:
    """Return the languages of pages and mails by their own names, with one that is chosen already."""
    known = [Option(html_tag(one), name) for one, name in LANGUAGES.items()]
    others = [] if not chosen or any(one.value == chosen for one in known) else [Option(chosen, chosen)]
    return (*known, *others)


def currency_options(context: ConsoleContext) -> tuple[Option, ...]:
    """Return all currencies as "EUR – euro", by code."""
    names = _locale(context).currencies
    known = {code: names.get(code, "") for code in currencies()}  # of the newest, some languages have no name yet
    return tuple(Option(code, f"{code} – {name}" if name else code) for code, name in known.items())


def zone_options(context: ConsoleContext, chosen: str = "") -> tuple[Option, ...]:
    """Return all time zones as "Paris – Europe/Paris", by city, with one that is chosen already."""
    known = _zones(context.visitor.language)
    if not chosen or any(one.value == chosen for one in known):
        return known
    return _by_city(context.visitor.language, *(one.value for one in known), chosen)


@lru_cache(maxsize=2 * len(LANGUAGES))
def _zones(language: str) -> tuple[Option, ...]:
    """Return the zones of all places, which a process sorts once for each language."""
    return _by_city(language, *zones_of_places(), "UTC")


def _by_city(language: str, *names: str) -> tuple[Option, ...]:
    formats = Formats(language, "UTC", translator(language))
    found = (Option(name, f"{formats.city(name)} – {name}") for name in dict.fromkeys(names))
    return tuple(sorted(found, key=lambda one: _unaccented(one.label)))


def _unaccented(label: str) -> str:
    """Return what a name is sorted by: Açores before Adak."""
    return "".join(one for one in normalize("NFKD", label.casefold()) if not combining(one))


def weekday_names(context: ConsoleContext) -> tuple[str, ...]:
    """Return the names of the weekdays, Monday first."""
    formats = Formats(context.visitor.language, "UTC", context.texts)
    names = [formats.weekday(MONDAY + timedelta(days=day)) for day in range(7)]
    return tuple(name[:1].upper() + name[1:] for name in names)


def _locale(context: ConsoleContext) -> Any:
    return Formats(context.visitor.language, "UTC", context.texts).locale
