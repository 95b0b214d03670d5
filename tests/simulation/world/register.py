"""What must be true after each commit of a calendar's customers (who was merged, who is blocked) and of its texts."""

from collections.abc import Iterator

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.customer import CustomerRecord
from shared.domain.calendar.business import Business
from shared.domain.calendar.logo import logo_hash
from shared.domain.messages.message_text import MessageText
from shared.domain.toolkit.questions import OwnAnswer
from shared.records.codec import load_row
from shared.records.keys import (
    APPOINTMENT,
    BUSINESS,
    CUSTOMER,
    OWN_ANSWER,
    SEAT,
    customer_key,
    id_of,
    own_picture_key,
    text_key,
)
from shared.records.table import Row
from tests.simulation.world.service import Changes, Service


MOST_WORDS = 20  # of a text to which words are added
MOST_IN_NAME = 6  # of the name of a group of staff


def lost_words(changes: Changes) -> Iterator[str]:
    """Name the texts that lost what somebody else had written: each change adds one word at the end."""
    for key, (before, after) in changes.items():
        if key.startswith((text_key(""), OWN_ANSWER)):
            was, now = (_words(key, one) if one else [] for one in (before, after))
            if [*was, *now[-1:]][-MOST_WORDS:] != now:
                yield f"{key} said {was}, and says {now}"
        if key == BUSINESS and before and after:
            was, now = _group(before), _group(after)
            if was != now and [*was, *now[-1:]][-MOST_IN_NAME:] != now:
                yield f"the group of staff was called {was}, and is called {now}"


def a_picture(seen: str, word: str) -> bytes:
    """Return a picture in which it says which one was there when it was chosen."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><!--{seen} {word}--></svg>'.encode()


def wrong_pictures(changes: Changes) -> Iterator[str]:
    """Name pictures whose file and setting were not changed as one, and those that replaced another one unseen."""
    was, now = (_picture(one) for one in changes.get(BUSINESS, (None, None)))
    row = changes.get(own_picture_key("book"), (None, None))[1]
    file = logo_hash(bytes(row.values["data"])) if row else ""
    if (file or was != now) and file != now:
        yield f"the picture is called {now}, and its file {file}"
    if file and bytes(row.values["data"]).split(b"<!--")[1].split(b" ")[0].decode() != was:
        yield f"a picture replaced {was}, which nobody had seen"


def _picture(row: Row | None) -> str:
    used = load_row(Business, row).toolkit.pictures if row else {}
    return used["book"].file if "book" in used else ""


def _words(key: str, row: Row) -> list[str]:
    is_answer = key.startswith(OWN_ANSWER)
    return (load_row(OwnAnswer, row).text if is_answer else load_row(MessageText, row).subject).split()


def _group(row: Row) -> list[str]:
    return next((one.name.split() for one in load_row(Business, row).staff_groups), [])


def wrong_customers(changes: Changes, service: Service, business: str) -> Iterator[str]:
    """Name customers who lead to nobody, or whose ids do not know of each other, and bookings of the blocked."""
    for key, (_, after) in changes.items():
        if after and key.startswith(CUSTOMER):
            yield from _wrong_ids(id_of(key), load_row(CustomerRecord, after), service, business)
    seats = [load_row(Seat, after) for key, (_, after) in changes.items() if after and key.startswith(SEAT)]
    elsewhere = {one.id for one in seats if one.status == "moved"}
    for key, (before, after) in changes.items():
        if before or not after or not key.startswith((APPOINTMENT, SEAT)):
            continue
        seat = load_row(Appointment, after).seat if key.startswith(APPOINTMENT) else load_row(Seat, after)
        if seat is None or seat.made_by == "staff" or seat.id in elsewhere:
            continue
        if (known := _customer(seat.customer_id, service, business)) and known.is_blocked:
            yield f"{seat.customer.email} has booked {seat.id} online, and is blocked"


def _customer(name: str, service: Service, business: str) -> CustomerRecord | None:
    row = service.row(customer_key(name), business)
    return load_row(CustomerRecord, row) if row else None


def _wrong_ids(name: str, one: CustomerRecord, service: Service, business: str) -> Iterator[str]:
    if one.merged_into:
        other = _customer(one.merged_into, service, business)
        if other is None or other.merged_into or name not in other.also:
            yield f"customer {name} was merged into {one.merged_into}, who does not know of it"
    for other_name in one.also:
        other = _customer(other_name, service, business)
        if other is None or other.merged_into != name or other.is_blocked != one.is_blocked:
            yield f"customer {name} has the id {other_name} too, whose row does not say so"
