"""The words of the questions that customers have, of their topics, and of the settings behind the answers."""

from collections.abc import Mapping

from shared.domain.calendar.toolkit import PaymentKind
from shared.domain.toolkit.facts import Fact
from shared.domain.toolkit.questions import QuestionId, Topic
from shared.i18n.marked import marked


TOPICS: Mapping[Topic, str] = {
    "basics": marked("About online appointments"),
    "booking": marked("Booking"),
    "technology": marked("Technology"),
}
ASKED: Mapping[QuestionId, str] = {
    "what": marked("What is an online appointment?"),
    "difference": marked("How is it different from an appointment in person?"),
    "course": marked("What happens in an online appointment?"),
    "fees": marked("What does an appointment cost?"),
    "payment": marked("How do I pay?"),
    "book": marked("How do I book an appointment?"),
    "who": marked("Who can I book with?"),
    "change": marked("How do I reschedule or cancel?"),
    "equipment": marked("What do I need?"),
    "join": marked("How do I join?"),
    "trouble": marked("What if something doesn’t work?"),
    "portal": marked("Do I need an account or a portal?"),
}
PAID: Mapping[PaymentKind, str] = {
    "card": marked("Card"),
    "link": marked("Payment link"),
    "transfer": marked("Bank transfer"),
    "invoice": marked("Invoice"),
    "cash": marked("Cash"),
    "insurance": marked("Insurance"),
}
SETTINGS: Mapping[Fact, tuple[str, tuple[str, ...]]] = {
    "name": (marked("Name of the business"), ("settings",)),
    "contact": (marked("Phone and email"), ("settings",)),
    "place": (marked("Address"), ("settings",)),
    "services": (marked("Services"), ("services",)),
    "prices": (marked("Prices"), ("services",)),
    "payment": (marked("Payment"), ("toolkit", "settings")),
    "page": (marked("Booking page"), ("page",)),
    "people": (marked("Staff"), ("staff",)),
    "changing": (marked("Until when customers can reschedule or cancel"), ("settings", "rules")),
    "room": (marked("Where online appointments take place"), ("settings", "meetings")),
    "portal": (marked("Portal"), ("toolkit", "settings")),
}
"""For each fact the name of its setting, and the page of the calendar's console where it is changed."""
