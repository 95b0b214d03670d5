"""The keys of what two browsers tell each other to connect: to whom, from whom, and its number."""

from shared.records.table import Range


def room_of(business: str, appointment: str) -> str:
    """Return the partition that holds a visit's signals."""
    return f"{business}|{appointment}"


def signal_key(to: str, sender: str, number: int) -> str:
    return f"{to}|{sender}|{number:06d}"


def signals_to(page: str) -> Range:
    return Range(f"{page}|", f"{page}|~")


def recipient_of(signal: str) -> str:
    return signal.partition("|")[0]


def sender_of(signal: str) -> str:
    return signal.split("|")[1]


def pair_of(signal: str) -> str:
    """Return to whom and from whom a signal is."""
    return signal.rpartition("|")[0]
