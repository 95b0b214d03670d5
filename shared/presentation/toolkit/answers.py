"""The standard answers to customers' questions: each states the facts of the calendar's settings, as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from shared.domain.text.pasted import dialled
from shared.domain.toolkit.questions import QUESTIONS, OwnAnswer
from shared.domain.visits.rules import OPENS_BEFORE
from shared.presentation.periods import changeable_until
from shared.presentation.toolkit.words import ASKED, PAID, TOPICS


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from gettext import NullTranslations

    from shared.domain.calendar.toolkit import PaymentKind
    from shared.domain.toolkit.facts import OfferedService, ToolkitFacts
    from shared.domain.toolkit.questions import QuestionId
    from shared.i18n.formats import Formats

MOST_NAMED = 12  # services or people in one answer
IN_LINKS = "!#$%&*+,/:;=?@~-._"  # what stays as it is in the address of a link


class HelpLinks(NamedTuple):
    """Absolute addresses of a calendar's pages for customers; `guide` is empty where there is none."""

    book: str
    now: str
    test: str
    guide: str


class AnsweredQuestion(NamedTuple):
    """A question with its answer as Markdown; `own` is the calendar's own words, if there are any."""

    id: QuestionId
    question: str
    answer: str
    own: OwnAnswer | None = None


class AnsweredTopic(NamedTuple):
    """A topic with its questions."""

    id: str
    heading: str
    questions: list[AnsweredQuestion]


@dataclass(frozen=True)
class Writer:
    """Writes standard answers in one language."""

    facts: ToolkitFacts
    texts: NullTranslations
    formats: Formats
    links: HelpLinks

    def standard(self, question: QuestionId) -> str:
        """Return the standard answer to a question."""
        return "\n\n".join(part for part in WRITTEN[question](self) if part)

    def topics(self, own: Mapping[str, OwnAnswer]) -> list[AnsweredTopic]:
        """Return all questions by topic, with the calendar's own answers where there are any."""
        _ = self.texts.gettext
        found: dict[str, list[AnsweredQuestion]] = {topic: [] for topic in TOPICS}
        for one in QUESTIONS:
            words = own.get(one.id)
            answer = words.text if words else self.standard(one.id)
            found[one.topic].append(AnsweredQuestion(one.id, _(ASKED[one.id]), answer, words))
        return [AnsweredTopic(topic, _(heading), found[topic]) for topic, heading in TOPICS.items()]

    def named(self, name: str, value: str) -> str:
        """Return a value behind its name, as the language punctuates it."""
        return self.texts.gettext("%(name)s: %(value)s") % {"name": name, "value": value}


def _what(write: Writer) -> list[str]:
    _ = write.texts.gettext
    said = _(
        "You talk with someone from %(name)s by video, from wherever you are. "
        "Otherwise it’s like an appointment in person, at the time you booked."
    )
    return [said % {"name": write.facts.business.name}]


def _difference(write: Writer) -> list[str]:
    _, facts = write.texts.gettext, write.facts
    online, there = (facts.of_kind(is_online=kind) for kind in (True, False))
    if not facts.services:
        return [_("No services are available to book right now.")]
    if not there:
        return [_("All our appointments are online.")]
    place = str(facts.business.address)
    where = _("In person, you find us here: %(place)s") % {"place": place} if place else ""
    if not online:
        return [_("All our appointments are in person."), where]
    return [_both(write, _names(online), _names(there)), where]


def _course(write: Writer) -> list[str]:
    _ = write.texts.gettext
    said = _(
        "Open the link in your confirmation email: it takes you to a waiting room. "
        "As soon as someone admits you, you can see and hear each other."
    )
    elsewhere = (
        _("The appointment itself takes place in Microsoft Teams.") if write.facts.provider == "teams" else ""
    )
    return [said, elsewhere]


def _fees(write: Writer) -> list[str]:
    _, facts = write.texts.gettext, write.facts
    parts, is_partial = [], False
    for is_online, heading in ((True, _("Online")), (False, _("In person"))):
        services = facts.of_kind(is_online=is_online)
        lines = [line for one in services if (line := _priced(write, one))][:MOST_NAMED]
        parts += ["\n".join([f"**{heading}**", *lines])] if lines else []
        is_partial = is_partial or len(lines) < len(services)
    if not parts:
        return [_("Ask us what it costs before you book.")]
    return [*parts, _("For everything else, ask us before you book.") if is_partial else ""]


def _priced(write: Writer, service: OfferedService) -> str:
    price = write.formats.price(service.price, write.facts.business.currency)
    return write.named(service.name, price) if price else ""


def _payment(write: Writer) -> list[str]:
    _, toolkit = write.texts.gettext, write.facts.business.toolkit
    kinds = _both(write, _paid(write, toolkit.paid_online), _paid(write, toolkit.paid_in_person))
    more = link(_("Bills and payment"), toolkit.billing_url) if toolkit.billing_url else ""
    return [kinds or _("We’ll let you know how to pay when you book, or at your appointment."), more]


def _paid(write: Writer, kinds: Sequence[PaymentKind]) -> str:
    return ", ".join(write.texts.gettext(PAID[one]) for one in kinds)


def _book(write: Writer) -> list[str]:
    _, facts, links = write.texts.gettext, write.facts, write.links
    page = link(_("Booking page"), links.book)
    here = _("Choose a service and a time on our booking page. You’ll get a confirmation by email.")
    walk_in = link(_("Join now without an appointment"), links.now) if facts.has_walk_ins else ""
    return [here, page, _reached(write), walk_in]


def _who(write: Writer) -> list[str]:
    _, people = write.texts.gettext, write.facts.people
    kinds = {
        _("Online and in person"): [one.name for one in people if one.is_online and one.is_in_person],
        _("Online only"): [one.name for one in people if one.is_online and not one.is_in_person],
        _("In person only"): [one.name for one in people if not one.is_online],
    }
    lines = [write.named(f"**{kind}**", _some(names)) for kind, names in kinds.items() if names]
    if not lines:
        return [_("We choose someone who has time for you.")]
    return [_("When you book, you can choose someone, or leave it to us."), "\n".join(lines)]


def _change(write: Writer) -> list[str]:
    _, facts = write.texts.gettext, write.facts
    limits = [{one.hours for one in facts.of_kind(is_online=kind)} for kind in (True, False)]
    online, there = (_until(write, each) for each in limits)
    said = online or there if online == there or not (online and there) else _both(write, online, there)
    may = any(each - {None} for each in limits)
    way = _("Open the link in your confirmation email to reschedule or cancel.") if may else ""
    return [way, said, _reached(write)]


def _until(write: Writer, limits: set[int | None]) -> str:
    """Return until when appointments can be changed whose limits are these numbers of hours."""
    texts = write.texts
    if not limits:
        return ""
    if len(limits) > 1:
        return texts.gettext("Until when depends on the service: your confirmation says it.")
    hours = next(iter(limits))
    if hours is None:
        return texts.gettext("Contact us to reschedule or cancel.")
    return changeable_until(texts, hours)


def _equipment(write: Writer) -> list[str]:
    _ = write.texts.gettext
    said = _(
        "A computer, a tablet or a phone with camera and microphone, and a recent browser: "
        "Chrome, Edge, Firefox or Safari. There’s nothing to install."
    )
    return [said, link(_("Test camera and microphone"), write.links.test)]


def _join(write: Writer) -> list[str]:
    _, minutes = write.texts.gettext, int(OPENS_BEFORE.total_seconds()) // 60
    steps = [
        _("Open the link in your confirmation or reminder. The waiting room opens %(minutes)s minutes before.")
        % {"minutes": minutes},
        _("Allow your browser to use camera and microphone."),
        _("Wait until someone admits you."),
    ]
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    guide = write.links.guide
    return [numbered, link(_("How to join, step by step"), guide) if guide else ""]


def _trouble(write: Writer) -> list[str]:
    _ = write.texts.gettext
    said = _(
        "Reload the page, and close other programs that use the camera. "
        "If that doesn’t help, try another browser or another device."
    )
    return [said, _reached(write)]


def _portal(write: Writer) -> list[str]:
    _, portal = write.texts.gettext, write.facts.business.toolkit.portal_url
    said = _("You don’t need one: the link in your confirmation email takes you straight to your appointment.")
    if not portal:
        return [said]
    also = _("If you have an account in our portal, you can also open your appointment there.")
    return [said, also, link(_("Our portal"), portal)]


def _both(write: Writer, online: str, there: str) -> str:
    """Return what counts online and what counts in person, a line each; only the one that is there."""
    _ = write.texts.gettext
    both = ((_("Online"), online), (_("In person"), there))
    return "\n".join(write.named(f"**{kind}**", said) for kind, said in both if said)


def _names(services: Sequence[OfferedService]) -> str:
    return _some([one.name for one in services])


def _some(names: Sequence[str]) -> str:
    """Return names as a list, of many of them the first."""
    return ", ".join([*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])])


def _reached(write: Writer) -> str:
    """Return how the calendar is reached by other ways; empty where it names none."""
    _, business = write.texts.gettext, write.facts.business
    phone = f"[{business.phone}](tel:{dialled(business.phone)})" if business.phone else ""
    email = f"[{business.email}](mailto:{business.email})" if business.email else ""
    if phone and email:
        return _("You can also call %(phone)s or write to %(email)s.") % {"phone": phone, "email": email}
    if phone:
        return _("You can also call %(phone)s.") % {"phone": phone}
    return _("You can also write to %(email)s.") % {"email": email} if email else ""


def link(words: str, address: str) -> str:
    """Return a link as Markdown; brackets and spaces of the address are escaped."""
    return f"[{words}]({quote(address, safe=IN_LINKS)})"


WRITTEN: Mapping[QuestionId, Callable[[Writer], list[str]]] = {
    "what": _what,
    "difference": _difference,
    "course": _course,
    "fees": _fees,
    "payment": _payment,
    "book": _book,
    "who": _who,
    "change": _change,
    "equipment": _equipment,
    "join": _join,
    "trouble": _trouble,
    "portal": _portal,
}
