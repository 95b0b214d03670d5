"""The fields of a price: what kind it is, and the amount of those that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.forms.checks import number_in
from functions.console.forms.fields import Choice, Group, NumberField, Option
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Price, Service

KINDS = {
    "not_set": marked("Show no price"),
    "free": marked("Free of charge"),
    "fixed": marked("Fixed price"),
    "hourly": marked("Price per hour"),
    "starts_at": marked("Starting at"),
    "varies": marked("Price varies"),
    "callback": marked("Price on request"),
}
PRICE_FIELDS = ("price_kind", "amount")


def price_group(context: CalendarContext) -> Group:
    """Return the fields of a price."""
    _ = context.texts.gettext
    kinds = tuple(Option(kind, _(label)) for kind, label in KINDS.items())
    return Group(
        id="price",
        heading=_("Price"),
        intro=_("Customers read it before they book. Nothing is charged here."),
        fields=(
            Choice(name="price_kind", label=_("Kind of price"), options=kinds, width="medium"),
            NumberField(
                name="amount",
                label=_("Amount"),
                unit=context.business.currency,
                least="0",
                step="any",
                hint=_("For a fixed price, a price per hour, and “starting at”"),
                wrong=_("Enter an amount from 0 to 1,000,000,000, such as 25 or 25.50"),
            ),
        ),
    )


def price_values(price: Price) -> Mapping[str, str]:
    """Return what the form shows of a price."""
    kind = "not_set" if price.kind == "undefined" else price.kind
    return {"price_kind": kind, "amount": f"{price.amount.normalize():f}" if price.amount else ""}


def price_in(service: Service, values: Mapping[str, str]) -> Mapping[str, object]:
    """Return the price of the form's texts, to be validated."""
    if values == price_values(service.price):
        return service.price.model_dump()
    return {"kind": values["price_kind"], "amount": number_in(values["amount"])}
