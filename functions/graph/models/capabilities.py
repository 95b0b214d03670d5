"""What Graph's clients may switch on and this installation does not have: the one place that knows it.

A client that sends back what it has read, or a default, is understood; nothing that is on does nothing.
"""

from collections.abc import Iterator
from typing import Any

from shared.domain.errors import InvalidFields


REFUSED = frozenset({"availabilityIsAffectedByPersonalCalendar"})
"""To believe in it would lead to double bookings, so that to switch it on is refused."""
PASSED_OVER = frozenset({"smsNotificationsEnabled"})
"""Microsoft's own examples switch it on: it stays off, which is what is shown, and a header says so."""
REASON = "not available on this installation"


def available(sent: Any, path: str = "") -> Any:
    """Return what was sent with what stays off. Raises InvalidFields for what is not to be believed to be on."""
    if isinstance(sent, list):
        return [available(one, f"{path}/{number}") for number, one in enumerate(sent)]
    if not isinstance(sent, dict):
        return sent
    if wrong := [f"{path}/{name}" for name in REFUSED if sent.get(name) is True]:
        raise InvalidFields([(pointer, REASON) for pointer in wrong])
    off = {name: False for name in PASSED_OVER if sent.get(name) is True}
    return {name: available(value, f"{path}/{name}") for name, value in {**sent, **off}.items()}


def warning(sent: Any) -> dict[str, str]:
    """Return the header that names what was sent and stays off."""
    names = sorted({*_passed_over(sent)})
    return {"Warning": f'299 - "{", ".join(names)}: {REASON}, it stays off"'} if names else {}


def _passed_over(sent: Any) -> Iterator[str]:
    if isinstance(sent, dict):
        yield from (name for name in PASSED_OVER if sent.get(name) is True)
        sent = list(sent.values())
    if isinstance(sent, list):
        for one in sent:
            yield from _passed_over(one)
