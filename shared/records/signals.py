"""The keys of the signals by which two browsers connect: recipient, sender and number."""

from shared.records.table import Range


def room_of(business: str, appointment: str) -> str:
    """Return the partition that holds a visit's signals."""
    return f"{business}|{appointment}"


def signal_key(to: str, sender: str, number: int) -> str:
    """Return the key; the number is padded, so that a sender's signals sort in order."""
    return f"{to}|{sender}|{number:06d}"


def signals_to(page: str) -> Range:
    """Return the signals that wait for a page."""
    return Range(f"{page}|", f"{page}|~")


def recipient_of(signal: str) -> str:
    """Return the page that a signal is for."""
    return signal.partition("|")[0]


def sender_of(signal: str) -> str:
    """Return the page that sent a signal."""
    return signal.split("|")[1]


def pair_of(signal: str) -> str:
    """Return recipient and sender of a signal."""
    return signal.rpartition("|")[0]
