"""When two mail addresses are the same, and how lists name people."""

from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import Annotated

from pydantic import Field

from shared.domain.text.mail_domain import from_ascii, in_ascii
from shared.domain.text.pasted import PastedLine


KNOWN = 4096  # addresses whose folding is remembered: of whoever asks, all of a large staff are compared
LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)

Names = Annotated[tuple[Annotated[PastedLine, Field(max_length=254)], ...], Field(max_length=1000)]
"""Addresses, domains such as @example.org, subjects of tokens, group:NAME, role:NAME, or * for everybody."""


def mailbox_of(address: str) -> str:
    """Return an address without a +label, which many providers deliver to the same mailbox."""
    local, _, domain = folded(address).rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


@lru_cache(KNOWN)
def folded(address: str) -> str:
    """Return an address for comparison: its domain in ASCII, and without case, for A to Z only.

    Unicode's case folding would turn admin@straße.example into admin@strasse.example, another person's address.
    """
    local, at, domain = lowered(address).rpartition("@")
    return f"{local}{at}{(at and in_ascii(domain)) or domain}"


def spellings(address: str) -> tuple[str, ...]:
    """Return an address for comparison, and then with its domain in letters, if that differs.

    Earlier versions stored customers and accounts by the second.
    """
    local, at, domain = folded(address).rpartition("@")
    letters = from_ascii(domain) if at else domain
    return tuple(dict.fromkeys((f"{local}{at}{domain}", f"{local}{at}{letters}")))


def lowered(text: str) -> str:
    """Return a text for comparison: without case, for A to Z only."""
    return text.strip().translate(LOWER)
