"""The details of a message about an appointment: the time, the facts, and what the customer gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from shared.delivery.calendar_files.calendar_file import is_group, people_of, place_of, places_of
from shared.delivery.calendar_files.taking_part import taking_part
from shared.delivery.mail.formats import MailFormats, mail_formats
from shared.delivery.mail.sanitise import lines, one_line, web_address
from shared.delivery.mail.wording import customer_word
from shared.domain.appointments.appointment import reference_of
from shared.domain.calendar.words import said_as
from shared.i18n import LANGUAGES, match_language, own_tag
from shared.i18n.formats import differ
from shared.presentation.rich_text import words_alone


if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shared.domain.appointments.appointment import Answer, Consent, Seat
    from shared.domain.appointments.messages import Message
    from shared.domain.calendar.service import Question

MOST_ANSWERS = 20
MAP = "https://www.google.com/maps/search/?api=1&"


class Detail(NamedTuple):
    """A label and its value.

    `asks` marks a label, and `is_own` a value, in the calendar's own words and language; `lang` is that of a value
    in neither this nor the message's.
    """

    label: str
    value: str
    url: str = ""
    asks: bool = False
    is_own: bool = False
    lang: str = ""


class Section(NamedTuple):
    """Details under a title; `is_short` if labels and values fit beside each other."""

    title: str
    facts: list[Detail]
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The parts of a calendar leaf, and the time in the recipient's zone; `elsewhere` in the other side's."""

    month: str
    number: str
    weekday: str
    day: str
    times: str
    zone: str
    elsewhere: str = ""


def when_of(message: Message, formats: MailFormats) -> LocalTime | None:
    """Return the time of the message's appointment or time off; None if it is about neither."""
    item = message.time_off or message.appointment
    if item is None:
        return None
    start, end = item.start, item.end
    return LocalTime(
        month=formats.part(start, "MMM").rstrip("."),
        number=str(formats.local(start).day),
        weekday=formats.part(start, "EEE").rstrip("."),
        day=_first_upper(formats.full_day(formats.local(start).date())),
        times=formats.span(start, end),
        zone=_first_upper(formats.zone_name(start)),
        elsewhere=_elsewhere(message, formats, start, end),
    )


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _elsewhere(message: Message, formats: MailFormats, start: datetime, end: datetime) -> str:
    """Return the time in the other side's zone: the business's for the customer and the other way round."""
    seat_zone = message.seat.time_zone if message.seat else ""
    zone = message.calendar.business.time_zone if message.role == "customer" else seat_zone
    if not zone or not differ(start, zone, message.time_zone):
        return ""
    times = formats.span(start, end, zone)
    if formats.local(start).date() != formats.local(start, zone).date():
        times = f"{formats.part(start, 'MMMEd', zone)}, {times}"
    return formats.text("%(time)s in %(city)s") % {"time": times, "city": formats.city(zone)}


def facts_of(message: Message, formats: MailFormats) -> list[Detail]:
    """Return the facts below the time, without those that are not set."""
    _ = formats.text
    if message.appointment is None and message.time_off is None:
        return []
    people = people_of(message)
    if message.time_off:
        found = [Detail(_("Who"), people), Detail(_("Title"), one_line(message.time_off.title), is_own=True)]
        times = _("every week, %(count)s times in all") % {"count": message.text} if message.text else ""
        notes = Detail(_("Notes"), lines(message.time_off.notes), is_own=True)
        return [fact for fact in [*found, Detail(_("Repeats"), times), notes] if fact.value]
    address = one_line(str(message.calendar.business.address), 300)
    found = [
        _state(message, formats),
        Detail(_("With"), people),
        _where(place_of(message), address if message.role == "customer" else "", _),
        _way_in(message, formats),
        Detail(_("Price"), price_of(message, formats)),
        Detail(_("Appointment reference"), reference_of_seat(message)),
        Detail(_("Places taken"), places_of(message) if is_group(message) and message.role != "customer" else ""),
    ]
    return [fact for fact in found if fact.value]


def _state(message: Message, formats: MailFormats) -> Detail:
    """Return that the appointment is yet to be confirmed, where it is."""
    one = message.appointment
    waits = one is not None and one.is_to_confirm and message.kind != "cancellation"
    return Detail(formats.text("Status"), formats.text("To be confirmed") if waits else "")


def reference_of_seat(message: Message) -> str:
    """Return the reference that the customer can name; a series has one for each of its dates."""
    return reference_of(one_line(message.seat.id)) if message.seat and not message.series else ""


def _where(place: str, address: str, _: Callable[[str], str]) -> Detail:
    """Return the place. The link of an online one is on its button; the business's address links to a map."""
    if web_address(place) or place == _("Online"):  # the word is the message's, not the calendar's
        return Detail(_("Where"), _("Online"))
    is_house = place and place == address
    way = MAP + urlencode({"query": address}, quote_via=quote) if is_house else ""
    return Detail(_("Where"), place, way, is_own=True)


def _way_in(message: Message, formats: MailFormats) -> Detail:
    """Return how to take part if there is no link to join, and the place does not say it already."""
    said, _ = taking_part(message.service, message.calendar.business, formats.language), formats.text
    if said == place_of(message) or message.kind not in ("confirmation", "change", "series", "reminder"):
        return Detail("", "")
    if message.role == "customer" or (message.service and message.service.location):
        return Detail(_("How to join"), said, is_own=bool(message.service and message.service.location))
    told = _("Customers have no link to join with. Tell them how to join.") if said else ""
    return Detail(_("Please note"), told)


def price_of(message: Message, formats: MailFormats) -> str:
    """Return the price in words; empty if there is none."""
    return formats.price(message.service.price, message.calendar.business.currency) if message.service else ""


def sections_of(message: Message, formats: MailFormats) -> list[Section]:
    """Return what the customer gave: for staff all of it, for the customer answers and consent."""
    contact = _contact(message, formats) if message.role != "customer" else []
    told = ("confirmation", "change", "series")
    kinds = told if message.role == "customer" else (*told, "reminder")
    return (
        [*contact, *_some(_given(message, message.seat, formats))]
        if message.seat and message.kind in kinds
        else contact
    )


def _contact(message: Message, formats: MailFormats) -> list[Section]:
    if message.seat is None:
        return []
    _, customer = formats.text, message.seat.customer
    language = match_language(message.seat.language) or ""
    found = [
        Detail(_("Name"), one_line(customer.name, 100)),
        Detail(_("Email"), one_line(customer.email), f"mailto:{one_line(customer.email)}"),
        Detail(_("Phone"), one_line(customer.phone, 60)),
        Detail(_("Address"), lines(customer.address, 400)),
        Detail(_("Language"), LANGUAGES.get(language, "")),
        Detail(_("Reference"), one_line(message.seat.ref_id, 100)),
    ]
    return _some(Section(customer_word(message.calendar.business.business_type, _), found, is_short=True))


def _given(message: Message, seat: Seat, formats: MailFormats) -> Section:
    _ = formats.text
    answers = [
        _answer(item, message.calendar.questions.get(item.question), _) for item in seat.answers[:MOST_ANSWERS]
    ]
    label = _("Notes") if message.role == "customer" else _("From the customer")
    notes = Detail(label, lines(seat.customer.notes))
    consent = _agreed(seat.consent, formats) if seat.consent else Detail("", "")
    title = _("Your details") if message.role == "customer" else _("Answers")
    return Section(title, [*answers, notes, consent])


def _answer(item: Answer, asked: Question | None, _: Callable[[str], str]) -> Detail:
    question, answer = item.in_words_of(asked)
    label = said_as(words_alone(question), question)
    value = _("Yes") if item.is_tick(asked) else lines(answer)
    return Detail(one_line(label, 300), value, asks=True, is_own=item.is_choice(asked))


def _agreed(consent: Consent, formats: MailFormats) -> Detail:
    words, lang = lines(words_alone(consent.text), 600), consent.language
    shown = own_tag(lang, formats.language) if lang else ""
    return Detail(formats.text("Consent"), words, is_own=not lang, lang=shown)


def _some(section: Section) -> list[Section]:
    facts = [fact for fact in section.facts if fact.value]
    return [section._replace(facts=facts)] if facts else []


def formats_of(message: Message) -> MailFormats:
    """Return the formats of the recipient's language and time zone."""
    return mail_formats(message.language, message.time_zone or message.calendar.business.time_zone)
