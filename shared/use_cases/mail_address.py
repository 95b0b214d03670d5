"""Which mail addresses messages can be sent to. Forms accept no others, so nobody waits for a message in vain."""

import re

from shared.domain.text.mail_domain import in_ascii


LONGEST = 254  # RFC 5321, 4.5.3.1.3
LONGEST_LOCAL_PART = 64
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def ascii_address(text: str) -> str:
    """Return the address with its domain in ASCII; empty unless the text is one address that mail can reach."""
    local, _, domain = text.rpartition("@")
    if len(text) > LONGEST or len(local) > LONGEST_LOCAL_PART or not LOCAL_PART.fullmatch(local):
        return ""
    ascii_domain = in_ascii(domain)
    found = f"{local}@{ascii_domain}"
    return found if DOMAIN.fullmatch(ascii_domain) and len(found) <= LONGEST else ""
