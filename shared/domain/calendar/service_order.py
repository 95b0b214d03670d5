"""The order of a calendar's services, as its staff set it: on the booking page, in lists and in the public API."""

from collections.abc import Iterable, Mapping, Sequence

from shared.domain.calendar.service import Service


def in_order(services: Mapping[str, Service], order: Sequence[str]) -> list[Service]:
    """Return the services that were not removed; those that `order` does not name come last."""
    places = {name: place for place, name in enumerate(order)}
    listed = [one for one in services.values() if one.removed_at is None]
    return sorted(listed, key=lambda one: places.get(one.id, len(places)))


def moved(services: Iterable[Service], name: str, place: int) -> tuple[str, ...]:
    """Return the order with one of `services` at a place, which counts from 0; beyond the last is the last."""
    names = [one.id for one in services]
    names.remove(name)
    names.insert(max(place, 0), name)
    return tuple(names)
