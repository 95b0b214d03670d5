"""What Graph's clients may switch on but this installation does not have: the one place that knows.

Clients may send back what they have read, or a default. Nothing is shown as on without taking effect.
"""

from collections.abc import Iterator
from typing import Any

from shared.domain.errors import InvalidFields


REFUSED = frozenset({"availabilityIsAffectedByPersonalCalendar"})
"""Relying on it would lead to double bookings, so switching it on is refused."""
PASSED_OVER = frozenset({"smsNotificationsEnabled"})
"""Microsoft's own examples switch it on, so it is ignored: it is shown as off, and a header says so."""
REASON = "not available on this installation"


def available(sent: Any, path: str = "") -> Any:
    """Return what was sent, with ignored members off. Raises InvalidFields for refused ones that are on."""
    if isinstance(sent, list):
        return [available(one, f"{path}/{number}") for number, one in enumerate(sent)]
    if not isinstance(sent, dict):
        return sent
    if wrong := [f"{path}/{name}" for name in REFUSED if sent.get(name) is True]:
        raise InvalidFields([(pointer, REASON) for pointer in wrong])
    off = {name: False for name in PASSED_OVER if sent.get(name) is True}
    return {name: available(value, f"{path}/{name}") for name, value in {**sent, **off}.items()}


def warning(sent: Any) -> dict[str, str]:
    """Return the Warning header that names the ignored members, empty if none."""
    names = sorted({*_passed_over(sent)})
    return {"Warning": f'299 - "{", ".join(names)}: {REASON}, it stays off"'} if names else {}


def _passed_over(sent: Any) -> Iterator[str]:
    if isinstance(sent, dict):
        yield from (name for name in PASSED_OVER if sent.get(name) is True)
        sent = list(sent.values())
    if isinstance(sent, list):
        for one in sent:
            yield from _passed_over(one)
