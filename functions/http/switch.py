"""The organisation's switch, by which the public pages and the API take no bookings."""

from __future__ import annotations

from functions.wiring import services
from shared.domain.errors import SwitchedOff
from shared.use_cases.organisation.settings import find_organisation


SEEN_FOR = 20.0  # seconds: a booking reuses what the page before it has read


async def require_switched_on() -> None:
    """Raise SwitchedOff where the organisation has turned the product off."""
    if not (await find_organisation(store=services().store, within=SEEN_FOR)).is_on:
        raise SwitchedOff
