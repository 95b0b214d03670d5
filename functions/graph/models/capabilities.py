"""What Graph's clients may switch on but this installation does not have: the one place that knows.

Clients may send back what they have read, or a default. Nothing is shown as on without taking effect.
"""

from collections.abc import Iterator
from typing import Any

from functions.wiring import services


SMS = "smsNotificationsEnabled"
"""Microsoft's own examples switch it on: without a provider it is shown as off, and a header says so."""
REASON = "not available on this installation"


def shows_sms(value: bool) -> bool:
    """Return whether SMS is shown as on: where it is, and takes effect."""
    return value and services().settings.sms.is_on


def _off() -> frozenset[str]:
    return frozenset() if services().settings.sms.is_on else frozenset({SMS})


def available(sent: Any) -> Any:
    """Return what was sent, with ignored members off."""
    if isinstance(sent, list):
        return [available(one) for one in sent]
    if not isinstance(sent, dict):
        return sent
    off = {name: False for name in _off() if sent.get(name) is True}
    return {name: available(value) for name, value in {**sent, **off}.items()}


def warning(sent: Any) -> dict[str, str]:
    """Return the Warning header that names the ignored members, empty if none."""
    names = sorted({*_passed_over(sent)})
    return {"Warning": f'299 - "{", ".join(names)}: {REASON}, it stays off"'} if names else {}


def _passed_over(sent: Any) -> Iterator[str]:
    if isinstance(sent, dict):
        yield from (name for name in _off() if sent.get(name) is True)
        sent = list(sent.values())
    if isinstance(sent, list):
        for one in sent:
            yield from _passed_over(one)
