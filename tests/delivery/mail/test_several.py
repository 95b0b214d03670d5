"""What mails and texts say of several appointments that were changed together."""

from dataclasses import replace

import icalendar
import pytest

from shared.delivery.sms.wording import whole_sms
from shared.domain.appointments.messages import Message
from shared.domain.messages.message_text import MessageText
from tests.delivery.mail.letters import NOW, SENDER, letter, weekly, with_policy
from tests.delivery.mail.reading import calendars_of, html_of, sent, text_of


def several(kind: str, role: str = "customer") -> Message:
    """The letter about two appointments that were changed together."""
    made = letter(kind, role)
    return replace(made, series=tuple(replace(one, kind=kind) for one in weekly(made)))


def test_a_change_of_several_names_each_with_its_page_and_a_cancellation_without():
    changed, cancelled = sent(several("change")), sent(several("cancellation"))
    assert changed["Subject"] == "Appointments changed: Tue, Dec 1, 3:00 AM · Première consultation"
    assert cancelled["Subject"].startswith("Appointments cancelled: ")
    for made, heading in ((changed, "Changed appointments"), (cancelled, "Cancelled appointments")):
        for part in (
            heading.upper(),
            "1: Tuesday, December 1, 2026, 3:00 AM",
            "2: Tuesday, December 8, 2026, 3:00 AM",
        ):
            assert part.casefold() in text_of(made).casefold()
    assert html_of(changed).count("/manage/payload.") == 2
    assert "/manage/" not in html_of(cancelled)
    assert "Here are the new details of your appointments" in text_of(changed)
    assert "are cancelled. You don’t need to do anything." in text_of(cancelled)


@pytest.mark.parametrize(("kind", "status"), [("change", "CONFIRMED"), ("cancellation", "CANCELLED")])
@pytest.mark.parametrize("role", ["customer", "staff"])
def test_several_that_change_are_one_file_with_the_standing_of_each(kind, status, role):
    made = with_policy(several(kind, role), send_invitation_to_customer=True)
    made = replace(made, series=tuple(replace(one, calendar=made.calendar) for one in made.series))
    (file,) = calendars_of(sent(made))
    events = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert [(str(one["UID"]), one["STATUS"]) for one in events] == [
        ("seat1@openslot.test", status),
        ("seat2@openslot.test", status),
    ]
    assert b"METHOD:PUBLISH" in file
    assert [bool(one.walk("VALARM")) for one in events] == [kind == "change"] * 2


def test_own_words_about_one_appointment_are_not_said_of_several():
    text = MessageText(kind="change", language="en", subject="Moved to {start}")
    made = several("change")
    own = replace(made, calendar=replace(made.calendar, texts={text.id: text}))
    assert sent(replace(own, series=()))["Subject"].startswith("Moved to")
    assert sent(own)["Subject"].startswith("Appointments changed")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("series", "your appointments: Tue, Dec 1, 3:00 AM; Tue, Dec 8, 3:00 AM."),
        ("change", "your appointments have changed: Tue"),
        ("cancellation", "your appointments are cancelled: Tue"),
        ("reminder", "reminder of your appointments: Tue"),
    ],
)
def test_a_text_names_the_first_of_several(kind, said):
    made = several(kind)
    assert said in whole_sms(made, SENDER, NOW).replace("\u202f", " ")
    many = replace(made, series=made.series * 5)
    assert "; +4." in whole_sms(many, SENDER, NOW)
