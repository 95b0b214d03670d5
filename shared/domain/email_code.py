"""One-time codes by mail: six digits that follow from secret, address and minute; nothing is stored."""

import hmac
from datetime import datetime

from shared.domain.addresses import folded
from shared.domain.business import BookingPage
from shared.domain.links import digest
from shared.domain.service import Service


MINUTES_VALID = 10


def is_code_asked(page: BookingPage, service: Service) -> bool:
    """Whether a booking needs a code; a service that asks for no address cannot need one."""
    return page.require_email_code and service.customer_fields.email != "hidden"


def email_code(secret: str, business: str, email: str, now: datetime) -> str:
    """Return the code that a mail sent now carries: the same for each mail of one minute."""
    return _code_of(secret, business, email, _minute(now))


def is_right_code(secret: str, business: str, email: str, given: str, now: datetime) -> bool:
    """Whether a code is that of this minute or of the ten before it; every one of them is compared."""
    typed, minute = plain_code(given).encode(errors="replace"), _minute(now)
    codes = [_code_of(secret, business, email, minute - back) for back in range(MINUTES_VALID + 1)]
    return sum(hmac.compare_digest(code.encode(), typed) for code in codes) > 0


def plain_code(given: str) -> str:
    """Return a code without what people and telephones put between its digits."""
    return "".join(given.split()).replace("-", "")


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


def _code_of(secret: str, business: str, email: str, minute: int) -> str:
    name = digest(secret, "code", business, folded(email), str(minute))
    return f"{int.from_bytes(name[:8], 'big') % 1_000_000:06d}"
