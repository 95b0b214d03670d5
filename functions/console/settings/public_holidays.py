"""Public holidays of countries and their regions, from the package `holidays`.

The package takes half a second and 10 MB to load, so it is loaded in a thread by the page that needs it.
"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.i18n import LANGUAGES
from shared.i18n.formats import territories, territory_of


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.domain.calendar.business import Business

DAY = timedelta(days=1)


class Region(NamedTuple):
    """A part of a country with holidays of its own."""

    code: str
    name: str


class Holiday(NamedTuple):
    """Consecutive days with one name."""

    first: date
    last: date
    name: str


class Country(NamedTuple):
    """A country as the package knows it, loaded already."""

    code: str
    entity: Any

    @property
    def regions(self) -> list[Region]:
        """The country's regions by name."""
        names = {code: name for name, code in reversed(self.entity.subdivisions_aliases.items()) if len(name) > 3}
        found = [Region(code, names.get(code, code)) for code in self.entity.subdivisions]
        return sorted(found, key=lambda one: one.name.casefold())

    def holidays(self, region: str, years: Iterable[int], language: str) -> list[Holiday]:
        """Return the holidays of these years, named in a language if the package has it, else in the country's."""
        subdivision = region if region in self.entity.subdivisions else None
        spoken = _spoken(language, self.entity)
        days = self.entity(subdiv=subdivision, years=list(years), language=spoken)
        return _joined(sorted(days.items()))


def _spoken(language: str, entity: Any) -> str | None:
    """Return the package's name of a language, or else of the country's own: it would take the machine's."""
    wanted, supported = language.replace("-", "_"), entity.supported_languages
    similar = [one for one in supported if one.partition("_")[0] == wanted.partition("_")[0]]
    return wanted if wanted in supported else next(iter(similar), entity.default_language)


def _joined(days: Iterable[tuple[date, str]]) -> list[Holiday]:
    found: list[Holiday] = []
    for day, name in days:
        if found and found[-1].name == name and found[-1].last + DAY == day:
            found[-1] = found[-1]._replace(last=day)
        else:
            found.append(Holiday(day, day, name))
    return found


async def load_country(code: str) -> Country | None:
    """Return a country by its code, such as FR; None for one without known holidays."""
    return await asyncio.to_thread(_load, code)


def _load(code: str) -> Country | None:
    import holidays  # noqa: PLC0415 - slow to load

    return Country(code, type(holidays.country_holidays(code))) if code in _codes() else None


def _codes() -> list[str]:
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - the same

    return [entity[1] for entity in COUNTRIES.values()]


async def country_names(language: str) -> Mapping[str, str]:
    """Return the countries whose holidays are known, by name in this language: code → name."""
    codes, names = await asyncio.to_thread(_codes), territories(language)
    known = {code: names[code] for code in codes if code in names}
    return dict(sorted(known.items(), key=lambda one: one[1].casefold()))


def country_of(business: Business) -> str:
    """Return the code of the business's country, by its address or else by its time zone; empty if unknown."""
    written = business.address.country_or_region.strip().casefold()
    if written:
        for language in LANGUAGES:
            for code, name in territories(language).items():
                if written in (code.casefold(), name.casefold()):
                    return code
    return territory_of(business.time_zone)


def region_of(business: Business, country: Country) -> str:
    """Return the code of the business's region by its address; empty if unknown."""
    written = business.address.state.strip().casefold()
    found = (one.code for one in country.regions if written in (one.code.casefold(), one.name.casefold()))
    return next(found, "")
