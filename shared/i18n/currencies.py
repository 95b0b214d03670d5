"""Legal tenders, from CLDR."""

from functools import cache


@cache
def currencies() -> dict[str, str]:
    """Return symbols by ISO 4217 code."""
    from babel.core import get_global  # noqa: PLC0415 - CLDR's tables are read where currencies are asked about
    from babel.numbers import get_currency_symbol, get_territory_currencies  # noqa: PLC0415 - the same

    codes = {code for place in get_global("territory_currencies") for code in get_territory_currencies(place)}
    return {code: get_currency_symbol(code, "en") for code in sorted(codes)}
