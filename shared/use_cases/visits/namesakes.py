"""Detects attendees who use a host's name, so that pages can warn of them."""

import unicodedata

from shared.domain.visits.visit import Participant
from shared.use_cases.visits.find_visit import VisitAccess


def is_namesake(entrance: VisitAccess, party: Participant) -> bool:
    """Return whether an attendee's name has all words of the name of a person who serves the appointment."""
    if party.is_staff or party.name is None:
        return False
    words = _words(party.name.value)
    people = (entrance.calendar.staff.get(one) for one in entrance.appointment.staff)
    names = [_words(person.name) for person in people if person]
    return any(name and name <= words for name in names)


def _words(name: str) -> set[str]:
    """Return the words of a name as they are read: without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(one if one.isalnum() else "" if unicodedata.combining(one) else " " for one in plain)
    return set(letters.split())
