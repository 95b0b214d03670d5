"""The terms of one appointment, as agreed when it was booked: a later change of its service leaves them."""

from datetime import timedelta

from pydantic import Field

from shared.domain.calendar.place import Location, ValidLocation
from shared.domain.calendar.service import MAXIMUM_REMINDERS, Price, Reminder, Service
from shared.domain.model import Line, Model, Request, Text


A_DAY = timedelta(days=1)


class Terms(Model):
    """`notes` are the staff's own and never shown to customers; `tells_customer` is whether they get mails."""

    service_name: Line = ""
    location: ValidLocation = Location()
    is_online: bool = False
    price: Price = Price()
    pre_buffer: timedelta = timedelta()
    post_buffer: timedelta = timedelta()
    reminders: tuple[Reminder, ...] = ()
    notes: Text = ""
    additional_information: Text = ""
    label: Line = ""
    tells_customer: bool = True
    customers_may_manage: bool = True
    send_sms: bool = False
    allow_anonymous_join: bool | None = None  # from a browser; as the service has it where nothing is said

    def service(self, identifier: str, service: Service | None, duration: timedelta) -> Service:
        """Return the service as it was booked: as it is now, with the agreed terms in place of its own."""
        agreed = {
            "name": self.service_name,
            "location": self.location,
            "is_online": self.is_online,
            "price": self.price,
            "duration": duration,
            "pre_buffer": self.pre_buffer,
            "post_buffer": self.post_buffer,
            "reminders": self.reminders,
            "customers_may_manage": self.customers_may_manage,
            "send_sms": self.send_sms,
        }
        base = service or Service(id=identifier, name=self.service_name)
        others = {"name": base.name != self.service_name, "location": base.location.name != self.location.name}
        if any(others.values()):  # what was agreed on is not what is translated
            blank = {name: "" for name, is_other in others.items() if is_other}
            agreed["translations"] = tuple(one.model_copy(update=blank) for one in base.translations)
        if self.is_online:
            agreed["allow_anonymous_join"] = is_joinable(service, self.is_online, self.allow_anonymous_join)
        told = base.confirm_customer and self.tells_customer
        return base.model_copy(update={**agreed, "confirm_customer": told})


def is_joinable(service: Service | None, is_online: bool | None, is_allowed: bool | None) -> bool:
    """Return whether customers can join an appointment from a browser.

    `is_online` and `is_allowed` are the agreed terms; None leaves it to the service. The link of an appointment
    that was booked online keeps working even if its service is in person by now.
    """
    if is_online is None:
        is_online = service is not None and service.is_online
    if is_allowed is None:
        is_allowed = service is None or not service.is_online or service.allow_anonymous_join
    return is_online and is_allowed


def service_as_agreed(service: Service | None, *, is_online: bool | None, may_join: bool | None) -> Service | None:
    """Return a service with the agreed way of taking part; None was not agreed on."""
    if service is None:
        return None
    joins = is_joinable(service, is_online, may_join)
    is_online = service.is_online if is_online is None else is_online
    return service.model_copy(update={"is_online": is_online, "allow_anonymous_join": joins})


def terms_of(service: Service) -> Terms:
    """Return the default terms of a booking of this service."""
    return Terms(
        service_name=service.name,
        location=service.location,
        is_online=service.is_online,
        price=service.price,
        pre_buffer=service.pre_buffer,
        post_buffer=service.post_buffer,
        reminders=service.reminders,
        customers_may_manage=service.customers_may_manage,
        send_sms=service.send_sms,
    )


class TermsChange(Request):
    """A change of some terms; fields that are not set stay as they are."""

    service_name: Line = ""
    location: ValidLocation = Location()
    is_online: bool = False
    price: Price = Price()
    pre_buffer: timedelta = Field(default=timedelta(), ge=timedelta(), le=A_DAY)
    post_buffer: timedelta = Field(default=timedelta(), ge=timedelta(), le=A_DAY)
    reminders: tuple[Reminder, ...] = Field(default=(), max_length=MAXIMUM_REMINDERS)
    notes: Text = ""
    additional_information: Text = ""
    label: Line = ""
    tells_customer: bool = True
    customers_may_manage: bool = True
    send_sms: bool = False
    allow_anonymous_join: bool | None = None

    def applied(self, terms: Terms) -> Terms:
        """Return the terms with the fields that this change sets."""
        return terms.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})
