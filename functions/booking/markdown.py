"""A booking page as Markdown, for agents and scripts: what can be booked, and the endpoints to book it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import azure.functions as func

from functions.pages.rich_text import rich


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Business, Calendar
    from shared.domain.calendar.service import Service

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def markdown_answer(calendar: Calendar, visitor: Visitor, origin: str) -> func.HttpResponse:
    """Return the page as text/markdown; pages for members only are not cached."""
    is_public = calendar.business.page.access == "everyone"
    headers = {"Cache-Control": "private, no-cache" if is_public else "no-store"}
    text = markdown_page(calendar, visitor, origin)
    return func.HttpResponse(text, mimetype="text/markdown", charset="utf-8", headers=headers)


def markdown_page(calendar: Calendar, visitor: Visitor, origin: str) -> str:
    """Return the page's text. `origin` is this site's public URL."""
    calendar = calendar.in_language(visitor.language)
    business, services = calendar.business, calendar.offered_services
    parts = [
        f"# {_plain(business.name)}",
        _paragraphs(business),
        "## Services",
        *(_service(service, calendar, visitor, origin) for service in services),
        "## Booking by program",
        _endpoints(business, origin),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _paragraphs(business: Business) -> str:
    facts = [
        ("Address", str(business.address)),
        ("Phone", business.phone),
        ("Email", business.email),
        ("Web site", business.web_site),
        ("Time zone", business.time_zone),
    ]
    lines = [f"- {name}: {_plain(value)}" for name, value in facts if value]
    return "\n\n".join(part for part in (_plain(rich(business.page.header).striptags()), "\n".join(lines)) if part)


def _service(service: Service, calendar: Calendar, visitor: Visitor, origin: str) -> str:
    business = calendar.business
    people = ", ".join(_plain(person.name) for person in calendar.staff_of(service) if person.is_listed)
    price = visitor.formats.price(service.price, business.currency)
    facts = [
        ("Id", f"`{service.id}`"),
        ("Length", visitor.formats.duration(service.duration)),
        ("Price", price),
        ("With", people),
        ("Place", "online" if service.is_online else _plain(str(service.location))),
        ("Seats", str(service.maximum_attendees) if service.is_group else ""),
        ("Page", f"<{origin}/book/{business.slug}/{service.id}>"),
    ]
    lines = [f"- {name}: {value}" for name, value in facts if value]
    head = [f"### {_plain(service.name)}", _plain(rich(service.description).striptags()), "\n".join(lines)]
    return "\n\n".join(part for part in head if part)


def _endpoints(business: Business, origin: str) -> str:
    api = f"{origin}/api/{business.slug}"
    return f"""- `GET {api}` gives services, staff, questions and policy as JSON.
- `GET {api}/slots?service=ID&from=YYYY-MM-DD&to=YYYY-MM-DD&tz=ZONE` gives the free times, at most 62 days.
- `POST {api}/appointments` of `application/json`, with an `Idempotency-Key` header, books one:
  `{{"service": ID, "start": RFC3339, "customer": {{"name": …, "email": …}}, "consent": true}}`.
  201 holds `manage`, the link by which the customer moves or cancels; 409 holds `alternatives`.
{_code_hint(business, api)}- All of it is described at <{origin}/openapi.json>."""


def _code_hint(business: Business, api: str) -> str:
    if not business.page.require_email_code:
        return ""
    return f'  The booking needs `code`, from the mail that `POST {api}/codes` with `{{"email": …}}` sends.\n'


def _plain(text: str) -> str:
    """Return one paragraph with Markdown's special characters escaped: names must not become markup."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
