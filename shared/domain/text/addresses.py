"""When two mail addresses are one, and how lists name people."""

from string import ascii_lowercase, ascii_uppercase
from typing import Annotated

from pydantic import Field

from shared.domain.text.mail_domain import in_ascii
from shared.domain.text.pasted import PastedLine


LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)

Names = Annotated[tuple[Annotated[PastedLine, Field(max_length=254)], ...], Field(max_length=1000)]
"""Addresses, domains such as @example.org, subjects of tokens, group:NAME, role:NAME, or * for everybody."""


def mailbox_of(address: str) -> str:
    """Return whose mailbox an address most likely is: many providers take what follows a + for a label."""
    local, _, domain = in_one_spelling(address).rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def in_one_spelling(address: str) -> str:
    """Return an address as it is compared where its domain may be written in letters or in ASCII."""
    local, at, domain = folded(address).rpartition("@")
    return f"{local}{at}{in_ascii(domain) or domain}"


def folded(address: str) -> str:
    """Return an address as it is compared: A to Z have no case, and no other letter stands for another.

    Unicode's own folding would take admin@straße.example for admin@strasse.example, which is somebody else's.
    """
    return address.strip().translate(LOWER)
