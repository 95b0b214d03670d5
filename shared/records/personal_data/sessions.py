"""The keys of the sessions that people have begun, in the organisation's table."""

from shared.domain.text.addresses import folded
from shared.records.accounts import hash_of
from shared.records.table import Range


SESSIONS = "sessions"


ALL_SESSIONS = Range("!", "~")


def address_hash(email: str) -> str:
    """Return what a session says of the address of who began it; empty if it is not known."""
    return hash_of(folded(email)) if email else ""


def session_key(person: str, name: str) -> str:
    """Return the key of a session; `person` is a hash of who began it."""
    return f"{person}|{name}"


def sessions_of(person: str) -> Range:
    """Return the sessions of one person."""
    return Range(f"{person}|", f"{person}|~")


def session_name(key: str) -> str:
    """Return the id of a session by its key."""
    return key.rpartition("|")[2]
