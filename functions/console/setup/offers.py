"""The services that a new calendar begins with: the template's, ticked or not, and one of one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from functions.console.forms.checks import number_in
from functions.console.forms.fields import ON, Field, Group, NumberField, Tick
from functions.console.forms.problems import WrongFields
from shared.domain.calendar.service import Price, Service


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.console.setup.new_calendar import NewCalendar

MOST = 12  # services on the page; those of a larger template come along as they are
MOST_MINUTES, MOST_COSTLY = f"{7 * 24 * 60}", f"{10**9}"


class OfferRow(NamedTuple):
    """A service on the page: a box to tick unless it is one's own, with its name, length and price."""

    tick: Tick | None
    fields: Sequence[Field]
    note: str


def offer_rows(new: NewCalendar) -> list[OfferRow]:
    """Return the rows of the page; the last is empty, for a service of one's own."""
    _ = new.context.texts.gettext
    rows = [_row(new, number, service) for number, service in enumerate(_shown(new))]
    return [*rows, OfferRow(None, _fields(new, len(rows), _("Another service")), "")]


def offer_groups(new: NewCalendar) -> tuple[Group, ...]:
    """Return all fields as one group, by which they are read and checked."""
    shown = [one for row in offer_rows(new) for one in (*([row.tick] if row.tick else ()), *row.fields)]
    return (Group(id="offers", heading="", fields=tuple(replace(one, is_required=False) for one in shown)),)


def suggested_offers(new: NewCalendar) -> Mapping[str, str]:
    """Return the texts of the template's services, all of them ticked."""
    found: dict[str, str] = {}
    for number, service in enumerate(_shown(new)):
        price = f"{service.price.amount:f}" if service.price.kind == "fixed" else ""
        minutes = f"{service.duration // timedelta(minutes=1)}"
        found |= {f"take-{number}": ON, f"name-{number}": service.name}
        found |= {f"minutes-{number}": minutes, f"price-{number}": price}
    last = len(_shown(new))
    return {**found, f"name-{last}": "", f"minutes-{last}": "30", f"price-{last}": ""}


def check_offers(new: NewCalendar, values: Mapping[str, str]) -> None:
    """Raise WrongFields unless something is offered, and everything that is has a name and a length."""
    _ = new.context.texts.gettext
    last, wrong = len(_shown(new)), {}
    for number in range(last + 1):
        name = values[f"name-{number}"]
        is_taken = bool(values.get(f"take-{number}")) or (number == last and bool(name))
        if is_taken and not name:
            wrong[f"name-{number}"] = _("Give it a name, or clear its box")
        if is_taken and not values[f"minutes-{number}"]:
            wrong[f"minutes-{number}"] = minutes_wanted(new)
    if not wrong and not chosen_offers(new, values, "", ()):
        wrong["take-0" if last else "name-0"] = _("Choose at least one service: customers need something to book")
    if wrong:
        raise WrongFields(wrong)


def chosen_offers(
    new: NewCalendar, values: Mapping[str, str], business: str, staff: tuple[str, ...]
) -> list[Service]:
    """Return the services to create, for the calendar with this id, each served by these people."""
    services = (new.started(business, "new") if business else new.start).listed_services
    shown, rest = services[:MOST], services[MOST:]
    last = len(shown)
    own = Service(id=str(uuid5(NAMESPACE_URL, f"{business}/own service")), name="-")
    taken = [_edited(one, values, number) for number, one in enumerate(shown) if values.get(f"take-{number}")]
    if values[f"name-{last}"]:
        taken.append(_edited(own, values, last))
    return [one.model_copy(update={"staff": staff}) for one in (*taken, *rest)]


def _shown(new: NewCalendar) -> list[Service]:
    return new.start.listed_services[:MOST]


def _edited(service: Service, values: Mapping[str, str], number: int) -> Service:
    """Return a service with what was typed; a price that was not is left as the template has it."""
    price, amount = service.price, values[f"price-{number}"]
    if amount:
        price = Price(kind="fixed", amount=number_in(amount))
    elif price.kind == "fixed":
        price = Price()
    minutes = timedelta(minutes=int(number_in(values[f"minutes-{number}"])))
    return service.model_copy(update={"name": values[f"name-{number}"], "duration": minutes, "price": price})


def _row(new: NewCalendar, number: int, service: Service) -> OfferRow:
    texts = new.context.texts
    _, count = texts.gettext, service.maximum_attendees
    group = texts.ngettext("Group of up to %(num)s person", "Group of up to %(num)s people", count) % {
        "num": count
    }
    note = [_("Online") if service.is_online else _("In person"), *([group] if service.is_group else [])]
    tick = Tick(name=f"take-{number}", label=service.name)
    name, *others = _fields(new, number, _("Name of the service"))
    # shown as required, which it is only where the box is ticked
    return OfferRow(tick, (replace(name, is_required=True), *others), " · ".join(note))


def _fields(new: NewCalendar, number: int, label: str) -> tuple[Field, ...]:
    _ = new.context.texts.gettext
    minutes, price = (f"{one}-{number}" for one in ("minutes", "price"))
    wrong, unit = _("Enter a price such as 40, or leave it empty"), new.about["currency"]
    return (
        Field(name=f"name-{number}", label=label, longest=200, is_own=True),
        NumberField(
            name=minutes,
            label=new.context.texts.pgettext("unit", "Minutes"),
            least="1",
            most=MOST_MINUTES,
            wrong=minutes_wanted(new),
        ),
        NumberField(name=price, label=_("Price"), least="0", most=MOST_COSTLY, step="any", unit=unit, wrong=wrong),
    )


def minutes_wanted(new: NewCalendar) -> str:
    """Return what is said where a service has no acceptable length."""
    return new.context.texts.gettext("Enter how many minutes it takes, such as 30")
