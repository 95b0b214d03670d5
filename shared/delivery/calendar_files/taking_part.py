"""How customers take part in an online appointment that they cannot join from a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.delivery.mail.formats import mail_formats
from shared.delivery.mail.sanitise import one_line, web_address
from shared.domain.calendar.words import said_as


if TYPE_CHECKING:
    from shared.domain.calendar.business import Business
    from shared.domain.calendar.service import Service


def taking_part(service: Service | None, business: Business, language: str) -> str:
    """Return it in words: the service's place, else whom to ask. Empty if there is a link or none is needed."""
    if service is None or not service.is_online or service.is_joinable:
        return ""
    if service.location:
        place, uri = str(service.location), service.location.uri
        return one_line(place if uri in place else said_as(f"{place} – {uri}", place), 300)
    return whom_to_ask(business, language) % {"business": one_line(business.name, 100)}


def whom_to_ask(business: Business, language: str) -> str:
    """Return who will say how to take part, with `%(business)s` for the name: pages mark its language."""
    _ = mail_formats(language, business.time_zone).text
    also = ""
    if phone := one_line(business.phone, 60):
        also = _("You can also call %(phone)s.") % {"phone": phone}
    elif email := one_line(business.email, 100):
        also = _("You can also write to %(email)s.") % {"email": email}
    text = _("There’s no link to join with. %(business)s will tell you how to join.")
    return f"{text} {also.replace('%', '%%')}".rstrip()


def other_link(service: Service) -> str:
    """Return the web address that is the service's place; online it may also stand beside a name."""
    uri = service.location.uri if service.is_online else ""
    return web_address(str(service.location)) or web_address(uri)
