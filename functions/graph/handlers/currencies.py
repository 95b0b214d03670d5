"""bookingCurrencies: legal tenders, from CLDR."""

from typing import Annotated

from pydantic import AfterValidator, Field

from functions.graph.call import Collection, Entity, GraphRequest
from shared.domain.errors import NotFound
from shared.i18n.currencies import currencies


def _known(code: str) -> str:
    if code not in currencies():
        raise ValueError("an ISO 4217 code such as EUR")
    return code


Currency = Annotated[str, Field(max_length=3), AfterValidator(_known)]


async def list_currencies(_: GraphRequest) -> Collection:
    """Return all currencies in one page, as Graph does: clients fill a select with them."""
    found = [{"id": code, "symbol": symbol} for code, symbol in currencies().items()]
    return Collection(found, is_short=True)


async def get_currency(call: GraphRequest) -> Entity:
    """Return {id, symbol} of an ISO 4217 code. Raises NotFound."""
    code = call.ids["id"].upper()
    if code not in currencies():
        raise NotFound
    return Entity({"id": code, "symbol": currencies()[code]})
