"""The house that sends: its mailbox, its public address, and the domain that names its messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote


if TYPE_CHECKING:
    from shared.domain.calendar.business import Business


@dataclass(frozen=True, slots=True)
class Sender:
    """`address` sends for every business without a mailbox of its own; `public_url` is where the pages live."""

    address: str
    public_url: str
    domain: str

    def booking_page(self, business: Business) -> str:
        return f"{self.public_url.rstrip('/')}/book/{quote(business.slug, safe='')}"

    def visit_page(self, role: str, token: str) -> str:
        """Where a customer joins an online appointment, or one of its people holds it."""
        return f"{self.public_url.rstrip('/')}/{'join' if role == 'customer' else 'host'}/{quote(token, safe='')}"

    def membership_page(self, token: str) -> str:
        """Where somebody accepts or rejects an invitation to a calendar's staff."""
        return f"{self.public_url.rstrip('/')}/membership/{quote(token, safe='')}"

    def manage_page(self, business: Business, token: str) -> str:
        return f"{self.booking_page(business)}/manage/{quote(token, safe='')}"
