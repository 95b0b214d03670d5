"""The app as a sender: its mailbox, the address of its pages, and the domain of its message ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote


if TYPE_CHECKING:
    from datetime import date

    from shared.domain.calendar.business import Business


@dataclass(frozen=True, slots=True)
class Sender:
    """`address` sends for each business without a mailbox of its own; `public_url` is the root of the pages."""

    address: str
    public_url: str
    domain: str

    def booking_page(self, business: Business) -> str:
        """Return the address of a calendar's booking page."""
        return f"{self.public_url.rstrip('/')}/book/{quote(business.slug, safe='')}"

    def help_page(self, business: Business, *path: str) -> str:
        """Return the address of a calendar's questions and answers, or of another page of its help."""
        return "/".join([self.public_url.rstrip("/"), "help", quote(business.slug, safe=""), *path])

    def visit_page(self, role: str, token: str) -> str:
        """Return where a customer joins an online appointment, or where staff host it."""
        return f"{self.public_url.rstrip('/')}/{'join' if role == 'customer' else 'host'}/{quote(token, safe='')}"

    def staff_page(self, token: str) -> str:
        """Return where a person of the staff changes an appointment, without an account."""
        return f"{self.visit_page('staff', token)}/appointment"

    def confirm_page(self, token: str) -> str:
        """Return where a person of the staff confirms an appointment, without an account."""
        return f"{self.visit_page('staff', token)}/confirm"

    def calendar_link(self, token: str) -> str:
        """Return where a person connects their own calendar, without an account."""
        return f"{self.public_url.rstrip('/')}/own-calendar/{quote(token, safe='')}"

    def report_page(self, business: Business | None, first: date, last: date) -> str:
        """Return where who signed in sees the report of a calendar, or of all, about some days."""
        of = f"calendars/{quote(business.id, safe='')}/reports" if business else "reports"
        return f"{self.public_url.rstrip('/')}/console/{of}?days=days&from={first}&to={last}"

    def leave_page(self, token: str) -> str:
        """Return where a reader takes themselves off the report by mail."""
        return f"{self.public_url.rstrip('/')}/report-mail/{quote(token, safe='')}"

    def queue_page(self, business: Business, appointment: str) -> str:
        """Return where staff who signed in see and change an appointment."""
        place = f"console/queue/{quote(business.id, safe='')}/{quote(appointment, safe='')}"
        return f"{self.public_url.rstrip('/')}/{place}"

    def membership_page(self, token: str) -> str:
        """Return where a person accepts or rejects an invitation to a calendar's staff."""
        return f"{self.public_url.rstrip('/')}/membership/{quote(token, safe='')}"

    def own_calendar_page(self, business: Business, person: str) -> str:
        """Return where a person of a calendar's staff connects their own calendar."""
        place = f"console/calendars/{quote(business.id, safe='')}/staff/person/{quote(person, safe='')}"
        return f"{self.public_url.rstrip('/')}/{place}/own-calendar"

    def stop_page(self, code: str) -> str:
        """Return where a number is taken off the list of those that get SMS."""
        return f"{self.public_url.rstrip('/')}/o/{code}"

    def manage_page(self, business: Business, token: str) -> str:
        """Return where a customer changes or cancels a booking."""
        return f"{self.booking_page(business)}/manage/{quote(token, safe='')}"
