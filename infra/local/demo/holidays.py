"""Public holidays of France and Brazil, as special dates of the demo's calendars."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from shared.domain.calendar.business import SpecialDates
from shared.domain.timeline.hours import weekdays


if TYPE_CHECKING:
    from collections.abc import Iterable

FIXED_IN_FRANCE = {
    (1, 1): "Jour de l’An",
    (5, 1): "Fête du Travail",
    (5, 8): "Victoire 1945",
    (7, 14): "Fête nationale",
    (8, 15): "Assomption",
    (11, 1): "Toussaint",
    (11, 11): "Armistice 1918",
    (12, 25): "Noël",
}
FIXED_IN_BRAZIL = {
    (1, 1): "Confraternização Universal",
    (1, 25): "Aniversário de São Paulo",
    (4, 21): "Tiradentes",
    (5, 1): "Dia do Trabalho",
    (7, 9): "Revolução Constitucionalista",
    (9, 7): "Independência do Brasil",
    (10, 12): "Nossa Senhora Aparecida",
    (11, 2): "Finados",
    (11, 15): "Proclamação da República",
    (11, 20): "Dia da Consciência Negra",
    (12, 25): "Natal",
    (12, 31): "Fechamento do ano",
}
MOVABLE_IN_FRANCE = {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"}
MOVABLE_IN_BRAZIL = {-48: "Carnaval", -47: "Carnaval", -2: "Sexta-feira Santa", 60: "Corpus Christi"}


def easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian computus)."""
    golden, century = year % 19, year // 100
    skipped = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - skipped - year % 100 % 4) % 7
    late = (golden + 11 * skipped + 22 * weekday) // 451
    month, day = divmod(skipped + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def french_holidays(years: Iterable[int]) -> tuple[SpecialDates, ...]:
    """Return the eleven holidays of each year, and short days before Christmas and New Year."""
    found = []
    for year in years:
        found += _closed(year, FIXED_IN_FRANCE, MOVABLE_IN_FRANCE)
        short = weekdays((510, 720), days=range(6))
        found += [
            SpecialDates(
                first=date(year, 12, day), last=date(year, 12, day), title="Horaires réduits", hours=short
            )
            for day in (24, 31)
        ]
    return tuple(found)


def brazilian_holidays(years: Iterable[int]) -> tuple[SpecialDates, ...]:
    """Return the national and São Paulo's holidays, and the half day of Ash Wednesday."""
    found = []
    for year in years:
        found += _closed(year, FIXED_IN_BRAZIL, MOVABLE_IN_BRAZIL)
        ashes = easter(year) - timedelta(days=46)
        found.append(
            SpecialDates(first=ashes, last=ashes, title="Quarta-feira de Cinzas", hours=weekdays((780, 1020)))
        )
    return tuple(found)


def _closed(year: int, fixed: dict[tuple[int, int], str], movable: dict[int, str]) -> list[SpecialDates]:
    days = {date(year, month, day): title for (month, day), title in fixed.items()}
    days |= {easter(year) + timedelta(days=after): title for after, title in movable.items()}
    return [SpecialDates(first=day, last=day, title=title) for day, title in sorted(days.items())]
