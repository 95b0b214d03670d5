"""How many came to a booking page, chose a time, and booked: counts a day, of nobody in particular.

- **seen**: the page was opened, or one of its services, from elsewhere: not from one of its own pages.
- **chosen**: the form was opened for a time.
- **booked**: the form was sent, and the appointment made.

Nothing is stored in browsers, so who comes twice is counted twice. Programs that say so are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

BookingStep = Literal["seen", "chosen", "booked"]
ROBOT = re.compile(
    r"bot|crawl|spider|slurp|preview|scan|monitor|uptime|check|fetch|curl|wget|python|java/|go-http|okhttp|axios|"
    r"headless|lighthouse|facebookexternalhit|whatsapp|embedly|http-client|libwww|phantom|selenium",
    re.IGNORECASE,
)
IN_ADVANCE = ("prefetch", "prerender", "preview")


class PageSteps(NamedTuple):
    """How often each step was taken."""

    seen: int = 0
    chosen: int = 0
    booked: int = 0

    def with_one(self, step: BookingStep) -> PageSteps:
        """Return the counts with one more of a step."""
        return self._replace(**{step: getattr(self, step) + 1})

    def plus(self, other: PageSteps) -> PageSteps:
        """Return the sums of both."""
        return PageSteps(self.seen + other.seen, self.chosen + other.chosen, self.booked + other.booked)


class PageReport(NamedTuple):
    """The steps of a period, in all and by day."""

    whole: PageSteps
    days: Mapping[date, PageSteps]


def page_report(days: Iterable[tuple[date, PageSteps]]) -> PageReport:
    """Return the report of days."""
    found, whole = dict(days), PageSteps()
    for one in found.values():
        whole = whole.plus(one)
    return PageReport(whole, found)


def is_person(headers: Mapping[str, str]) -> bool:
    """Return whether a request seems to be a person's: it says a browser and languages, and is not made ahead."""
    agent = headers.get("user-agent", "")
    purpose = f"{headers.get('sec-purpose', '')} {headers.get('purpose', '')}"
    is_ahead = any(word in purpose for word in IN_ADVANCE)
    return bool(agent and headers.get("accept-language")) and not is_ahead and not ROBOT.search(agent)


def comes_from_elsewhere(headers: Mapping[str, str], own: str) -> bool:
    """Return whether a page was not opened from another one of ours, whose origin is `own`."""
    site = headers.get("sec-fetch-site", "")
    return site != "same-origin" if site else not headers.get("referer", "").startswith(f"{own}/")
