"""When two mail addresses are the same, and how lists name people."""

from string import ascii_lowercase, ascii_uppercase
from typing import Annotated

from pydantic import Field

from shared.domain.text.mail_domain import in_ascii
from shared.domain.text.pasted import PastedLine


LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)

Names = Annotated[tuple[Annotated[PastedLine, Field(max_length=254)], ...], Field(max_length=1000)]
"""Addresses, domains such as @example.org, subjects of tokens, group:NAME, role:NAME, or * for everybody."""


def mailbox_of(address: str) -> str:
    """Return an address without a +label, which many providers deliver to the same mailbox."""
    local, _, domain = in_one_spelling(address).rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def in_one_spelling(address: str) -> str:
    """Return an address for comparison, whether its domain is written in letters or in ASCII."""
    local, at, domain = folded(address).rpartition("@")
    return f"{local}{at}{in_ascii(domain) or domain}"


def folded(address: str) -> str:
    """Return an address for comparison: without case, for A to Z only.

    Unicode's case folding would turn admin@straße.example into admin@strasse.example, another person's address.
    """
    return address.strip().translate(LOWER)
