"""A mail to a customer holds no links but the calendar's own, whatever was typed."""

import re

from shared.delivery.mail.message import compose
from shared.domain.appointments.appointment import Answer
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.recipients import CUSTOMER, NEW
from shared.use_cases.messages.compose import message_for
from shared.use_cases.messages.subject import Subject
from tests.delivery.mail.letters import NOW, SENDER
from tests.support.builders import SECRET, a_calendar, an_appointment


EVIL = "https://evil.example/pay www.evil.example evil.example you@evil.example"


def test_names_notes_and_answers_are_no_links_in_text_html_and_calendar_file():
    calendar = a_calendar()
    appointment = an_appointment()
    seat = appointment.seat
    customer = seat.customer.model_copy(update={"name": "evil.example click", "notes": EVIL, "address": EVIL})
    answers = (Answer(question="why", text="Why?", answer=EVIL),)
    seat = seat.model_copy(update={"customer": customer, "answers": answers})
    appointment = appointment.model_copy(update={"seat": seat})
    work = OutboxEntry(
        kind="notify", appointment=appointment.id, seat=seat.id, version=1, recipients=(CUSTOMER.knowing(NEW),)
    )
    letter = message_for(Subject(calendar, appointment, seat), work, CUSTOMER.knowing(NEW), SECRET, NOW)
    message = compose(letter, SENDER, NOW)
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    whole = [one.decode() if isinstance(one, bytes) else one for one in parts]
    assert any("evil. example" in one for one in whole)
    for one in whole:
        unfolded = one.replace("\r\n ", "")
        assert not re.search(r"evil\.example|https?://evil|www\.evil|@evil", unfolded)
