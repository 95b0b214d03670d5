"""The visitor of a page: language, time zone, and the query values that every link carries."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from functions.http.prefilled import prefilled_zone
from shared.domain.calendar.business import ORIGIN
from shared.domain.calendar.time_zone import is_known_zone
from shared.i18n import LANGUAGES, html_tag, match_language, translator
from shared.i18n.formats import Formats, newest_name


if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from shared.domain.calendar.business import Business

# Listed by name: no other query value gets into links.
CARRIED = re.compile(
    r"lang|tz|embed|embed_origin|staff|RefID|utm_\w{1,20}|name|email|firstName|lastName|phone|a\d{1,2}"
)
PREFILL = re.compile(r"name|email|firstName|lastName|phone|a\d{1,2}")
PLAIN = re.compile(r"[\w.~-]*", re.ASCII)
LONGEST_CARRIED = 200


@dataclass(frozen=True)
class Visitor:
    """Whom a page is rendered for. `region_tag` is a language tag with a region, for formats.

    `carried` are the query values to keep in links; `zone_is_settled` where the visitor or the calendar set the
    zone. `may_post_to` is the embedding site that events are sent to, empty unless the calendar allows it.
    `languages` are those that can be chosen.
    """

    language: str
    region_tag: str
    zone: str
    zone_is_settled: bool
    carried: Mapping[str, str]
    may_post_to: str = ""
    languages: tuple[str, ...] = tuple(LANGUAGES)

    @property
    def is_embedded(self) -> bool:
        return self.carried.get("embed") == "1"

    @property
    def autofocus(self) -> str:
        """The autofocus attribute; none in a frame, where browsers refuse it for other sites."""
        return "" if self.is_embedded else " autofocus"

    @property
    def language_tag(self) -> str:
        return html_tag(self.language)

    @property
    def locale_tag(self) -> str:
        """The language with its region, such as `en-GB`, by which mails format times as the pages do."""
        return self.region_tag.replace("_", "-")

    @cached_property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def texts(self) -> NullTranslations:
        return translator(self.language)

    @cached_property
    def formats(self) -> Formats:
        """Formats in the visitor's language, region and time zone."""
        return Formats(self.region_tag, self.zone, self.texts)

    def link(self, *segments: str, **changes: str | None) -> str:
        """Return the URL of a page with all carried values; a change of None drops a value."""
        values = {**self.carried, **changes}
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in values.items() if value)
        return "/" + "/".join(map(_quoted, segments)) + (f"?{query}" if query else "")

    def without_prefill(self) -> Visitor:
        """Return the visitor without prefill values, once the form holds them."""
        kept = {name: value for name, value in self.carried.items() if not PREFILL.fullmatch(name)}
        return replace(self, carried=kept)


def _quoted(text: str) -> str:
    """Return a text as a part of an address. Most have nothing to quote, and a page of times has some 250."""
    return text if PLAIN.fullmatch(text) else quote(text, safe="")


def read_visitor(
    query: Mapping[str, str], accept_language: str, business: Business | None, *, is_staff: bool = False
) -> Visitor:
    """Return the visitor by query and Accept-Language; a calendar may force its own zone.

    Customers read the languages that the calendar's page offers, staff any.
    """
    carried = {name: value[:LONGEST_CARRIED] for name, value in query.items() if CARRIED.fullmatch(name)}
    if "tz" in carried:
        carried["tz"] = prefilled_zone(carried["tz"])
    tags = [
        carried.get("lang", ""),
        *_accepted(accept_language),
        business.customer_language if business else "",
        "en",
    ]
    offered = _offered(None if is_staff else business)
    language = next((found for tag in tags if tag and (found := match_language(tag)) in offered), offered[0])
    zone, is_settled = _zone(carried.get("tz", ""), business)
    carried.pop("tz", None)
    if is_settled and not (business and business.page.always_business_time_zone):
        carried["tz"] = zone
    origin = carried.get("embed_origin", "")
    # the origin comes from the query: events are only sent to sites that the calendar lists
    allowed = business is not None and ORIGIN.fullmatch(origin) and origin in business.page.frame_origins
    may_post_to = origin if allowed else ""
    return Visitor(language, _region_tag(language, tags), zone, is_settled, carried, may_post_to, offered)


def _offered(business: Business | None) -> tuple[str, ...]:
    """Return the languages that a calendar's page offers; all if it offers none that there is."""
    offers = tuple(one for one in LANGUAGES if business is None or business.page.offers_language(one))
    return offers or tuple(LANGUAGES)


def at_home(visitor: Visitor, zone: str) -> Visitor:
    """Return the visitor in the zone of the booking, which mails use too, unless the URL names another."""
    is_told = visitor.zone_is_settled or not is_known_zone(zone)
    return visitor if is_told else replace(visitor, zone=zone)


def _zone(wanted: str, business: Business | None) -> tuple[str, bool]:
    own = business.time_zone if business else "UTC"
    if business and business.page.always_business_time_zone:
        return own, True
    return (_of_today(wanted), True) if is_known_zone(wanted) else (own, False)


def _of_today(zone: str) -> str:
    """Return the zone's present name: browsers and old links say Europe/Kiev."""
    newest = newest_name(zone)
    return newest if "Etc/" not in newest and is_known_zone(newest) else zone


def _accepted(header: str) -> list[str]:
    """Return the language tags of an Accept-Language header, best first."""
    weighted = []
    for place, part in enumerate(header[:200].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
            weighted.append((-_number(weight), place, tag))
    return [tag for _, _, tag in sorted(weighted)]


def _number(weight: str) -> float:
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0


def _region_tag(language: str, tags: list[str]) -> str:
    """Return the first wanted tag of the language with a region: `en-GB` writes 14:00, `en` 2 PM."""
    same = (tag for tag in tags if match_language(tag) == language and re.fullmatch(r"[a-z]{2}[-_][A-Z]{2}", tag))
    return next(same, language).replace("-", "_")
