"""What one appointment has otherwise than its service: price, reminders, joining, and language of the mails."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from functions.console.appointments.forms import Select
from functions.console.forms.checks import NUMBER, cleaned
from functions.console.services.offsets import RECIPIENTS
from functions.console.services.prices import KINDS
from functions.pages.form_field import FormField
from shared.domain.calendar.service import MAXIMUM_REMINDERS, Price, Reminder
from shared.domain.errors import InvalidFields
from shared.i18n import LANGUAGES, html_tag, match_language


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.console.appointments.asked import AskedBooking
    from shared.domain.calendar.service import Service

OF, AT = "own-of", "remind-"
"""The service that the boxes of reminders are of, and how their names begin."""
OFFSETS = tuple(timedelta(hours=count) for count in (1, 2, 24, 48, 168))
PRICED = ("fixed", "hourly", "starts_at")
DEAREST, LONGEST_AMOUNT = 10**9, 20
MAY_JOIN = {"yes": True, "no": False}
FIELDS = ("language", "price_kind", "amount", "joining")


class ReminderBox(NamedTuple):
    """A reminder to send or not."""

    id: str
    label: str
    is_chosen: bool


class OwnTerms(NamedTuple):
    """The part of the form with what differs from the service; it is open where something does."""

    service: str
    fields: Sequence[FormField | Select]
    reminders: Sequence[ReminderBox]
    is_open: bool


def own_terms(asked: AskedBooking) -> OwnTerms | None:
    """Return what can be agreed for this appointment; None in a calendar without services.

    An appointment of a group has a customer's language only, as its seats have the terms of the session.
    """
    service = asked.service
    if service is None:
        return None
    fields: list[FormField | Select] = [_language(asked, service)]
    boxes: Sequence[ReminderBox] = ()
    if not service.is_group:
        fields += _price(asked, service)
        boxes = _reminders(asked, service)
        fields += [_joining(asked, service)] if service.is_online else []
    is_changed = any(asked.form.get(name) for name in FIELDS) or _chosen(asked.form, service) is not None
    return OwnTerms(service.id, fields, boxes, is_changed)


def agreed_terms(form: Mapping[str, str], service: Service | None) -> dict[str, object]:
    """Return the terms of the form that differ from the service's. Raises InvalidFields."""
    if service is None or service.is_group:
        return {}
    found: dict[str, object] = {}
    if price := _agreed_price(form):
        found["price"] = price
    if (reminders := _chosen(form, service)) is not None:
        found["reminders"] = reminders
    if service.is_online and form.get("joining") in MAY_JOIN:
        found["allow_anonymous_join"] = MAY_JOIN[form["joining"]]
    return found


def language_in(form: Mapping[str, str]) -> str:
    """Return the chosen language, empty for the usual one. Raises InvalidFields for one that does not exist."""
    tag = form.get("language", "")
    if tag and tag not in map(html_tag, LANGUAGES):
        raise InvalidFields([("/language", "not a language of the mails")])
    return tag


def _language(asked: AskedBooking, service: Service) -> Select:
    _, business = asked.context.visitor.texts.gettext, asked.context.calendar.business
    usual = match_language(service.language or business.customer_language) or "en"
    offered = [(html_tag(one), name) for one, name in LANGUAGES.items() if business.page.offers_language(one)]
    options = [("", _("As usual: %(what)s") % {"what": LANGUAGES[usual]}), *offered]
    return Select("language", _("Language of their emails"), [("", options)], asked.form.get("language", ""))


def _price(asked: AskedBooking, service: Service) -> list[FormField | Select]:
    context, form = asked.context, asked.form
    _, currency = context.visitor.texts.gettext, context.calendar.business.currency
    usual = context.formats.price(service.price, currency) or _("no price")
    kinds = [("", _("As usual: %(what)s") % {"what": usual}), *((one, _(label)) for one, label in KINDS.items())]
    return [
        Select("price_kind", _("Price"), [("", kinds)], form.get("price_kind", "")),
        FormField("amount", f"{_('Amount')} ({currency})", "text", form.get("amount", ""), longest=LONGEST_AMOUNT),
    ]


def _agreed_price(form: Mapping[str, str]) -> Price | None:
    """Return the price of the form; an amount alone is a fixed price."""
    typed = cleaned("number", form.get("amount", ""))
    kind = form.get("price_kind", "") or ("fixed" if typed else "")
    if not kind:
        return None
    if kind not in KINDS:
        raise InvalidFields([("/price_kind", "not a kind of price")])
    if kind not in PRICED:
        return Price.model_validate({"kind": kind})
    if not NUMBER.fullmatch(typed) or not 0 <= Decimal(typed) <= DEAREST:
        raise InvalidFields([("/amount", "not an amount")])
    return Price.model_validate({"kind": kind, "amount": Decimal(typed)})


def _joining(asked: AskedBooking, service: Service) -> Select:
    _ = asked.context.visitor.texts.gettext
    said = {"yes": _("Allowed"), "no": _("Not allowed")}
    usual = said["yes" if service.allow_anonymous_join else "no"]
    options = [("", _("As usual: %(what)s") % {"what": usual}), *said.items()]
    label = _("Joining from a browser")
    return Select("joining", label, [("", options)], asked.form.get("joining", ""))


def _reminders(asked: AskedBooking, service: Service) -> list[ReminderBox]:
    """Return the service's reminders, and others at usual times; a time that is past already is said to be."""
    context, formats = asked.context, asked.context.formats
    _, chosen = context.visitor.texts.gettext, _chosen(asked.form, service)

    def said(one: Reminder) -> str:
        label = _("%(length)s before") % {"length": formats.duration(one.offset)}
        label += "" if one.recipients == "customer" else f", {_(RECIPIENTS[one.recipients])}"
        is_late = asked.start is not None and asked.start - one.offset <= context.now
        return f"{label} ({_('too late for this time')})" if is_late else label

    return [
        ReminderBox(AT + name, said(one), one in (service.reminders if chosen is None else chosen))
        for name, one in _offered(service).items()
    ]


def _offered(service: Service) -> dict[str, Reminder]:
    """Return by name the reminders to choose from: those of the service, and to customers at usual times."""
    own = {f"own{number}": one for number, one in enumerate(service.reminders)}
    there = {one.offset for one in service.reminders}
    others = [one for one in OFFSETS if one not in there][: MAXIMUM_REMINDERS - len(own)]
    return own | {f"{one // timedelta(hours=1)}": Reminder(offset=one) for one in others}


def _chosen(form: Mapping[str, str], service: Service) -> tuple[Reminder, ...] | None:
    """Return the reminders whose boxes are ticked; None where they are the service's or the form had no boxes."""
    if form.get(OF) != service.id:
        return None
    found = tuple(one for name, one in _offered(service).items() if form.get(AT + name))
    return None if found == service.reminders else found
