"""Legal tenders, from CLDR."""

from functools import cache


@cache
def currencies() -> dict[str, str]:
    """Return symbols by ISO 4217 code."""
    from babel.core import get_global  # noqa: PLC0415 - CLDR's tables are read where currencies are asked about
    from babel.numbers import get_currency_symbol, get_territory_currencies  # noqa: PLC0415 - the same

    codes = {code for place in get_global("territory_currencies") for code in get_territory_currencies(place)}
    return {code: get_currency_symbol(code, "en") for code in sorted(codes)}


def currency_in(territory: str) -> str:
    """Return the currency that a territory (ISO 3166, such as FR) pays with today; empty if it is not known."""
    from babel.numbers import get_territory_currencies  # noqa: PLC0415 - as above

    found = get_territory_currencies(territory) if territory else []
    return str(found[0]) if found else ""
