"""What Graph's clients may switch on but this installation does not have: the one place that knows.

Clients may send back what they have read, or a default. Nothing is shown as on without taking effect.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from functions.wiring import services


SMS = "smsNotificationsEnabled"
"""Microsoft's own examples switch it on: without a provider it is shown as off, and a header says so."""
REASON = "not available on this installation"


def shows_sms(value: bool) -> bool:
    """Return whether SMS is shown as on: where it is, and takes effect."""
    return value and services().settings.sms.is_on


def _ignored(sent: Mapping[str, Any]) -> list[str]:
    """Return the members that are switched on and stay off."""
    return [SMS] if sent.get(SMS) is True and not shows_sms(True) else []


def available(sent: Any) -> Any:
    """Return what was sent, with ignored members off."""
    if isinstance(sent, list):
        return [available(one) for one in sent]
    if not isinstance(sent, dict):
        return sent
    off = dict.fromkeys(_ignored(sent), False)
    return {name: available(value) for name, value in {**sent, **off}.items()}


def warning(sent: Any) -> dict[str, str]:
    """Return the Warning header that names the ignored members, empty if none."""
    names = sorted({*_passed_over(sent)})
    return {"Warning": f'299 - "{", ".join(names)}: {REASON}, it stays off"'} if names else {}


def _passed_over(sent: Any) -> Iterator[str]:
    if isinstance(sent, dict):
        yield from _ignored(sent)
        sent = list(sent.values())
    if isinstance(sent, list):
        for one in sent:
            yield from _passed_over(one)
