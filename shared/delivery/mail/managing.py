"""What the recipient of a message can do: join, and reschedule or cancel until some time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.delivery.calendar_files.taking_part import other_link


if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from shared.delivery.mail.sender import Sender
    from shared.domain.appointments.messages import Message


def join_address(message: Message, sender: Sender) -> str:
    """Return the lobby's or the host's page; otherwise the link that the service has as its place."""
    if message.visit_token:
        return sender.visit_page(message.role, message.visit_token)
    return other_link(message.service) if message.service else ""


def may_manage(message: Message) -> bool:
    """Return whether the customer has a link and may use it: staff can keep their bookings to themselves."""
    is_own = message.seat is not None and message.seat.made_by == "customer"
    return bool(message.manage_token) and (
        is_own or message.service is None or message.service.customers_may_manage
    )


def own_page(message: Message, sender: Sender) -> str:
    """Return where the reader changes the appointment; empty if they may not."""
    if message.staff_token:
        return sender.staff_page(message.staff_token)
    return sender.manage_page(message.calendar.business, message.manage_token) if may_manage(message) else ""


def notice_of(message: Message) -> timedelta:
    """Return how long before the start customers can still reschedule and cancel."""
    calendar = message.calendar
    policy = calendar.policy_of(message.service) if message.service else calendar.business.policy
    return policy.minimum_lead_time


def latest_change(message: Message, now: datetime) -> datetime | None:
    """Return until when the customer can reschedule or cancel online; None if they cannot, or no longer."""
    if message.appointment is None or not may_manage(message):
        return None
    latest = message.appointment.start - notice_of(message)
    # A retried or delayed mail must not offer what is over when it is sent.
    return latest if latest > now else None
