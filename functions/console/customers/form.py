"""The form about a customer: how to reach them, and what staff note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.forms.fields import Field, Group
from functions.console.forms.form import SettingsForm, changed_model
from shared.domain.appointments.customer import CustomerRecord, Phone
from shared.domain.calendar.place import Address
from shared.domain.errors import InvalidFields
from shared.use_cases.booking.check_form import is_phone


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.context import CalendarContext

PLAIN = ("name", "email", "phone", "address", "notes")


def customer_form(context: CalendarContext) -> SettingsForm[CustomerRecord]:
    """Return the form. Further numbers and addresses, which address books have, stay as they are."""
    _ = context.texts.gettext
    moved = _("Appointments keep the details that were given for them; later ones with this address belong here")
    fields = (
        Field(name="name", label=_("Name"), is_required=True, longest=120),
        Field(name="email", label=_("Email address"), kind="email", longest=254, hint=moved),
        Field(
            name="phone",
            label=_("Phone"),
            kind="tel",
            longest=40,
            width="medium",
            wrong=_("Enter a phone number such as +33 1 23 45 67 89"),
        ),
        Field(name="address", label=_("Address"), longest=500),
        Field(
            name="notes",
            label=_("Notes"),
            kind="long",
            longest=4000,
            hint=_("Only staff of this calendar can read them"),
        ),
    )
    return SettingsForm((Group(id="customer", heading="", fields=fields),), customer_values, customer_with)


def customer_values(record: CustomerRecord) -> Mapping[str, str]:
    """Return what the form shows of a customer."""
    return {name: getattr(record, name) for name in PLAIN}


def customer_with(record: CustomerRecord, values: Mapping[str, str]) -> CustomerRecord:
    """Return the customer with the texts of the form. Raises InvalidFields."""
    phone, address = values["phone"], values["address"]
    if phone and not is_phone(phone):
        raise InvalidFields([("/phone", "not a phone number")])
    phones = record.phones
    if phone != record.phone:
        kind = record.phones[0].kind if record.phones else "other"
        phones = (*([Phone(number=phone, kind=kind)] if phone else []), *record.phones[1:])
    addresses = record.addresses
    if address != record.address:
        addresses = (*([Address(street=address)] if address else []), *record.addresses[1:])
    given: dict[str, Any] = {name: values[name] for name in PLAIN}
    return changed_model(record, **given, phones=phones, addresses=addresses)
