"""One-time codes by mail: six digits that follow from secret, address and second.

Only the second at which a code was sent is stored, until the code is used or expires.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import Service
from shared.domain.links import digest
from shared.domain.secrets import verifying
from shared.domain.text.addresses import folded


MINUTES_VALID = 10
VALID = MINUTES_VALID * 60  # seconds


def is_code_asked(page: BookingPage, service: Service) -> bool:
    """Return whether a booking needs a code; never for a service that does not ask for an address."""
    return page.require_email_code and service.customer_fields.email != "hidden"


def email_code(secret: str, business: str, email: str, now: datetime) -> str:
    """Return the code for a mail that is sent now."""
    return _code_of(secret, business, email, second_of(now))


def sent_at(secret: str, business: str, email: str, given: str, valid: Iterable[int]) -> int | None:
    """Return the second at which this code was sent, None if it was not. All of them are compared."""
    typed = plain_code(given).encode(errors="replace")
    codes = [(second, _code_of(one, business, email, second)) for second in valid for one in verifying(secret)]
    found = [second for second, code in codes if hmac.compare_digest(code.encode(), typed)]
    return found[0] if found else None


def still_valid(seconds: Iterable[int], now: datetime) -> list[int]:
    """Return the seconds at which a code was sent that is still valid."""
    last = second_of(now)
    return [second for second in seconds if last - VALID <= second <= last]


def second_of(now: datetime) -> int:
    """Return the Unix time in whole seconds."""
    return int(now.timestamp())


def plain_code(given: str) -> str:
    """Return a code without spaces and dashes."""
    return "".join(given.split()).replace("-", "")


def _code_of(secret: str, business: str, email: str, second: int) -> str:
    name = digest(secret, "code", business, folded(email), str(second))
    # Of 64 bits, the remainder is as good as uniform.
    return f"{int.from_bytes(name[:8], 'big') % 1_000_000:06d}"
