"""What appointments claim of people's months, counted."""

from collections.abc import Iterator

from shared.domain.appointments.appointment import Appointment
from shared.domain.timeline.ledger import cut_by_month


class Claims:
    """What live appointments claim of a person's month: the ticks that more than k of them claim are plane k."""

    def __init__(self) -> None:
        self.planes: list[int] = []
        self.alone = 0  # by those that may claim only what is free

    @property
    def any(self) -> int:
        return self.planes[0] if self.planes else 0

    @property
    def nine(self) -> list[int]:
        """The first planes, empty ones too."""
        return [*self.planes, *[0] * 9][:9]

    def claim(self, mask: int, *, is_over: bool) -> bool:
        """Count one more; tell whether that was right."""
        is_right = is_over or not self.alone & mask
        self.alone |= 0 if is_over else mask
        for number, plane in enumerate(self.planes):
            self.planes[number], mask = plane | mask, plane & mask
        self.planes += [mask] if mask else []
        return is_right

    def release(self, mask: int, *, is_over: bool) -> None:
        self.alone &= self.alone if is_over else ~mask
        above = [*self.planes[1:], 0]
        planes = [(plane & ~mask) | (more & mask) for plane, more in zip(self.planes, above, strict=True)]
        while planes and not planes[-1]:
            planes.pop()
        self.planes = planes


def claims_of_people(one: Appointment) -> Iterator[tuple[str, str, int]]:
    for person in one.staff:
        for month, mask in cut_by_month(*one.claim).items():
            yield person, month, mask
