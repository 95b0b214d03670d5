"""Reads a published iCalendar address, conditionally: an unchanged feed is not sent again."""

from typing import NamedTuple

from shared.delivery.free_busy.fetch import Inquiry, OutsideAnswer, ask
from shared.domain.free_busy.failures import CalendarUnreadable, Cause
from shared.use_cases.free_busy.outside import CalendarPlace, KnownText


CAUSES: dict[int, Cause] = {401: "password_refused", 403: "password_refused", 404: "not_found", 410: "not_found"}


class FoundTexts(NamedTuple):
    """The texts of a calendar, and what is known of them; None if its server says that nothing changed."""

    texts: list[bytes] | None
    known: KnownText


async def read_feed(
    place: CalendarPlace, known: KnownText, allowed: frozenset[str], patience: float
) -> FoundTexts:
    """Return the text of a feed. Raise CalendarUnreadable."""
    headers = {"Accept": "text/calendar, */*;q=0.1"}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.modified:
        headers["If-Modified-Since"] = known.modified
    inquiry = Inquiry(place.url, headers=headers, user=place.user, password=place.password)
    answer = await ask(inquiry, allowed, patience)
    if answer.status == 304:
        return FoundTexts(None, known)
    require_good(answer)
    etag, modified = (answer.headers.get(name, "")[:500] for name in ("ETag", "Last-Modified"))
    return FoundTexts([answer.body], KnownText(etag, modified))


def require_good(answer: OutsideAnswer) -> None:
    """Raise CalendarUnreadable for an answer that is none."""
    if answer.status not in (200, 207):
        raise CalendarUnreadable(CAUSES.get(answer.status, "server_error"), str(answer.status))
