"""All that a customer can get of a booking: its mails with their calendar files, its pages, and its JSON."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from shared.delivery.mail.message import compose
from shared.delivery.mail.sender import Sender


if TYPE_CHECKING:
    from shared.domain.appointments.messages import Message
    from tests.support.edge import World

ROOT = "https://book.example.org"
SENDER = Sender("bookings@example.org", ROOT, "example.org")


async def seen_by_customer(world: World, manage: str, join: str = "") -> dict[str, str]:
    """Return the texts by what they are; `manage` and `join` are the addresses that the customer was given."""
    manage, join = manage.removeprefix(ROOT), join.removeprefix(ROOT)
    business, token = manage.split("/")[2], manage.rpartition("/")[2]
    urls = {
        "manage": manage,
        "confirmation": f"{manage}?new=1",
        "move": f"{manage}/move",
        "cancel": f"{manage}/cancel",
        "calendar file": f"{manage}/appointment.ics",
        "JSON": f"/api/{business}/appointments/{token}",
        **({"join": join, "device test": f"{join}/test"} if join else {}),
    }
    found = {name: unfolded((await world.call("GET", url)).body) for name, url in urls.items()}
    for number, letter in enumerate(mails(world)):
        found |= {f"{letter.kind} {number} {name}": text for name, text in parts(letter, world).items()}
    return found


def mails(world: World) -> list[Message]:
    return [one for one in world.postman.letters if one.role == "customer"]


def parts(letter: Message, world: World) -> dict[str, str]:
    message = compose(letter, SENDER, world.now)
    leaves = [part for part in message.walk() if not part.is_multipart()]
    found = {part.get_content_type(): unfolded(part.get_payload(decode=True)) for part in leaves}
    return {"headers": "\n".join(str(value) for value in message.values()), **found}


def unfolded(body: bytes) -> str:
    """The text without what only carries it: folded lines of calendar files, HTML's escapes, marks of direction."""
    text = body.replace(b"\r\n", b"\n").decode()
    whole = text.replace("\n ", "") if text.startswith("BEGIN:VCALENDAR") else unescape(text)
    return whole.replace("\u2068", "").replace("\u2069", "")
