"""What mails tell, to whom, in which words and at whose time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from shared.domain.appointments.appointment import Answer, Consent
from shared.domain.calendar.service import Price, Question
from tests.delivery.mail.letters import (
    APPOINTMENT,
    BUSINESS,
    EVERY,
    SEAT,
    SERVICE,
    START,
    letter,
    of_business,
    of_customer,
    of_service,
    with_policy,
)
from tests.delivery.mail.reading import calendars_of, event_of, html_of, sent, text_of


def test_a_customer_reads_all_that_concerns_them():
    text = text_of(sent(letter()))
    for part in (
        "Première consultation",
        "Tuesday, December 1, 2026",
        "3:00 AM – 3:30 AM",
        "Eastern Time (New York)",
        "9:00 AM – 9:30 AM in Paris",
        "Dr Camille Moreau",
        "12 rue des Tilleuls",
        "€60",
        "our form (https://tilleuls.test/form.pdf)",
        "https://book.openslot.test/book/demo-clinic/manage/payload.tag",
        "until Monday, November 30, 2026 at 3:00 AM in New York (24 hours before it starts)",
        "No, never",
        "I agree that my data are kept.",
    ):
        assert part in text


def test_staff_read_everything_the_customer_gave_and_no_link_of_theirs():
    made = sent(letter(role="staff"))
    for part in (
        "Ada Lovelace",
        "ada@example.test",
        "+1 212 555 0100",
        "New York",
        "wheelchair",
        "No, never",
        "REF-7",
    ):
        assert part in text_of(made)
        assert part in html_of(made)
    assert "Patient" in text_of(made)
    assert "/manage/" not in made.as_string()


@pytest.mark.walk
@pytest.mark.parametrize(("kind", "role", "language"), EVERY)
def test_internal_notes_never_leave(kind, role, language):
    made = sent(letter(kind, role, language))
    everything = b"".join(part.get_payload(decode=True) or b"" for part in made.walk())
    assert b"INTERNAL" not in everything


@pytest.mark.parametrize(
    ("kind", "words"),
    [("health", ("Patient", "Пациент")), ("finance", ("Client", "Клиент")), ("retail", ("Customer", "Клиент"))],
)
def test_those_served_are_called_as_the_business_calls_them(kind, words):
    for language, word in zip(("en", "ru"), words, strict=True):
        assert word in text_of(sent(of_business(letter(role="staff", language=language), business_type=kind)))


@pytest.mark.parametrize(
    ("hours", "language", "words"),
    [
        (1, "en", "1 hour before"),
        (2, "en", "2 hours before"),
        (1, "ru", "за 1 час до"),
        (2, "ru", "за 2 часа до"),
        (5, "ru", "за 5 часов до"),
        (21, "ru", "за 21 час до"),
        (96, "ru", "за 4 дня до"),
        (120, "ru", "за 5 дней до"),
        (1, "fr", "1 heure avant"),
        (72, "fr", "3 jours avant"),
        (1, "pt-BR", "1 hora antes"),
        (48, "pt-BR", "48 horas antes"),
    ],
)
def test_plurals_are_right(hours, language, words):
    made = with_policy(letter(language=language), minimum_lead_time=timedelta(hours=hours))
    assert words in text_of(sent(made))


def test_whoever_may_not_change_online_is_told_to_get_in_touch():
    by_staff = SEAT.model_copy(update={"made_by": "staff"})
    kept = of_service(letter(seat=by_staff), customers_may_manage=False)
    for made in (sent(kept), sent(letter(manage_token=""))):
        assert "contact us" in text_of(made)
        assert "/manage/" not in html_of(made)
    assert "contact us" in text_of(sent(letter(), START - timedelta(hours=3)))
    assert "until the appointment starts" in text_of(sent(with_policy(letter(), minimum_lead_time=timedelta())))


def test_an_online_appointment_has_its_link_on_a_button():
    made = sent(of_service(letter("reminder"), is_online=True, location="https://meet.test/abc?x=1&y=2"))
    assert 'href="https://meet.test/abc?x=1&amp;y=2"' in html_of(made)
    assert "https://meet.test/abc?x=1&y=2" in text_of(made)
    assert "Join online" in text_of(made)


@pytest.mark.parametrize(
    ("kind", "is_told"),
    [("confirmation", True), ("change", True), ("reminder", True), ("cancellation", False), ("follow_up", False)],
)
def test_where_there_is_no_link_customers_read_how_to_take_part_and_staff_that_they_have_to_tell(kind, is_told):
    for role, words in (("customer", "will tell you how to join"), ("staff", "Tell them how to join")):
        made = sent(of_service(letter(kind, role), is_online=True, allow_anonymous_join=False))
        assert (words in text_of(made), words in html_of(made)) == (is_told, is_told), role
        assert "/join/" not in made.as_string()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://", "file:///etc/passwd"])
def test_only_links_of_the_web_become_links(url):
    made = sent(of_business(of_service(letter(), location=url), web_site=url))
    assert f'href="{url}"' not in html_of(made)


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Price(kind="free"), "Free of charge"),
        (Price(kind="hourly", amount="80"), "€80 per hour"),
        (Price(kind="starts_at", amount="20"), "From €20"),
        (Price(kind="callback"), "Price on request"),
        (Price(kind="varies"), "Price varies"),
    ],
)
def test_prices_are_told_in_words(price, words):
    assert words in text_of(sent(of_service(letter(), price=price)))


def test_markup_that_people_type_stays_text():
    evil = "<img src=x onerror=alert(1)><b>bold</b> & {{ 7*7 }}"
    made = of_business(of_customer(letter(role="staff", staff=()), name=evil, notes=evil), name=evil)
    page = html_of(sent(made))
    assert "<img" not in page
    assert "<b>bold" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "{{ 7*7 }}" in page


def test_a_link_in_a_text_cannot_break_out_of_its_attribute():
    made = sent(of_service(letter(), confirmation_text='[a"><script>](https://x.test/"onclick="y)'))
    assert "<script>" not in html_of(made)
    assert 'onclick="y' not in html_of(made)


@pytest.mark.parametrize(
    ("start", "zone", "words"),
    [
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "Europe/Paris",
            "2:30 AM UTC+2 – 2:00 AM UTC+1 (30 min), Central European Summer Time",
        ),
        (
            datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
            "Europe/Paris",
            "2:00 AM – 2:30 AM (30 min), Central European Standard Time",
        ),
        (
            datetime(2026, 10, 25, 0, 45, tzinfo=UTC),
            "Europe/Paris",
            "2:45 AM UTC+2 – 2:15 AM UTC+1 (30 min), Central European Summer Time",
        ),
        (
            datetime(2026, 3, 29, 0, 45, tzinfo=UTC),
            "Europe/Paris",
            "1:45 AM UTC+1 – 3:15 AM UTC+2 (30 min), Central European Time",
        ),
        (
            datetime(2026, 4, 4, 14, 45, tzinfo=UTC),
            "Australia/Lord_Howe",
            "1:45 AM UTC+11 – 1:45 AM UTC+10:30 (30 min)",
        ),
        (
            datetime(2026, 12, 1, 8, 0, tzinfo=UTC),
            "Asia/Kolkata",
            "1:30 PM – 2:00 PM (30 min), India Standard Time (Kolkata)",
        ),
    ],
)
def test_times_are_true_where_clocks_change(start, zone, words):
    moved = APPOINTMENT.model_copy(update={"start": start, "end": start + timedelta(minutes=30)})
    made = sent(letter(appointment=moved, time_zone=zone))
    assert words in text_of(made)
    assert event_of(made)["DTSTART"].dt == start


@pytest.mark.parametrize(("hour", "offset"), [(0, "UTC+2"), (1, "UTC+1")])
def test_a_subject_says_which_of_two_equal_times_is_meant(hour, offset):
    start = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    moved = APPOINTMENT.model_copy(update={"start": start, "end": start + timedelta(minutes=30)})
    made = sent(letter(appointment=moved, time_zone="Europe/Paris"))
    assert f"Sun, Oct 25, 2:30 AM {offset} · " in made["Subject"]
    assert "UTC" not in sent(letter(time_zone="Europe/Paris"))["Subject"]


def test_the_last_moment_to_change_has_its_zone_only_where_two_are_told():
    assert "at 3:00 AM in New York (24 hours" in text_of(sent(letter()))
    assert "at 9:00 AM (24 hours" in text_of(sent(letter(time_zone="Europe/Paris")))


def test_the_other_sides_day_is_named_where_it_differs():
    evening = APPOINTMENT.model_copy(update={"start": START.replace(hour=20), "end": START.replace(hour=21)})
    made = letter(appointment=evening, time_zone="Asia/Tokyo")
    assert "Wednesday, December 2, 2026" in text_of(sent(made))
    assert "Tue, Dec 1, 9:00 PM – 10:00 PM in Paris" in text_of(sent(made))
    same = letter(time_zone="Europe/Berlin")
    assert "in Paris" not in text_of(sent(same))


def test_who_lost_an_appointment_learns_whether_it_goes_on():
    cancelled = APPOINTMENT.model_copy(update={"status": "cancelled"})
    assert "reassigned to someone else" in text_of(sent(letter("cancellation", "staff")))
    assert "It won’t take place" in text_of(sent(letter("cancellation", "staff", appointment=cancelled)))


def test_a_group_is_one_event_to_its_staff_and_tells_who_came_and_who_left():
    group = APPOINTMENT.model_copy(update={"capacity": 10, "filled": 3, "seat": None})
    other = SEAT.model_copy(update={"id": "seat2"})
    left = SEAT.model_copy(update={"status": "cancelled"})
    made = letter(role="staff", appointment=group, sequence=3)
    assert event_of(sent(made))["SUMMARY"] == "Première consultation – 3 / 10"
    assert "DESCRIPTION" not in event_of(sent(made))
    assert "Places taken: 3 / 10" in text_of(sent(made))
    assert sent(made)["Message-ID"] != sent(replace(made, seat=other))["Message-ID"]
    gone = sent(replace(made, kind="change", seat=left, sequence=4))
    assert "One attendee cancelled" in text_of(gone)
    assert "3 / 10" not in text_of(sent(letter(appointment=group)))


def test_a_cancelled_customer_is_shown_the_way_back_only_where_the_page_is_public():
    made = letter("cancellation")
    hidden = of_business(made, page=BUSINESS.page.model_copy(update={"is_published": False}))
    assert "https://book.openslot.test/book/demo-clinic\n" in text_of(sent(made))
    assert "Book another appointment" not in text_of(sent(hidden))


def test_a_letter_about_what_no_longer_exists_is_still_written():
    assert "Dr Camille Moreau" in text_of(sent(letter(service=None)))
    assert "Dr Camille Moreau" in text_of(sent(letter(role="staff", seat=None)))


def test_links_in_questions_are_told_as_words():
    seat = SEAT.model_copy(
        update={"answers": (Answer(question="q", text="Read [this](https://a.test)?", answer="Yes"),)}
    )
    assert "Read this?: Yes" in text_of(sent(replace(letter(), seat=seat)))
    assert SERVICE.internal_notes


def test_a_ticked_box_and_what_was_agreed_to_are_told_in_words():
    box = Question(id="q", text="I bring *all* of [this](https://a.test)", kind="checkbox")
    ticked = Answer(question="q", text=box.text, answer="yes")
    seat = SEAT.model_copy(
        update={
            "answers": (ticked,),
            "consent": Consent(at=START, text="I **agree**, as [this](https://a.test) says"),
        }
    )
    asked = replace(letter(language="fr"), seat=seat)
    asked = replace(asked, calendar=replace(asked.calendar, questions={"q": box}))
    assert "I bring all of this : Oui\n" in text_of(sent(asked))
    assert "I agree, as this says" in text_of(sent(asked))
    typed = replace(asked, calendar=replace(asked.calendar, questions={}))
    assert "I bring all of this : yes\n" in text_of(sent(typed))


def test_customer_and_staff_read_the_same_reference_as_the_page_shows():
    seat = SEAT.model_copy(update={"id": "k7wq2abcdefg"})
    for role in ("customer", "staff", "business"):
        assert "Appointment reference: K7WQ 2ABC" in text_of(sent(letter(role=role, seat=seat)))
    assert "Référence du rendez-vous" in text_of(sent(letter(language="fr")))


def test_a_series_names_each_time_with_the_link_to_its_own_page():
    made = sent(letter("series"))
    text = text_of(made)
    assert made["Subject"] == "Appointments confirmed: Tue, Dec 1, 3:00 AM · Première consultation"
    for part in (
        "1: Tuesday, December 1, 2026, 3:00 AM – 3:30 AM\n    https://book.openslot.test/book/demo-clinic/manage/payload.tag",
        "2: Tuesday, December 8, 2026, 3:00 AM – 3:30 AM\n    https://book.openslot.test/book/demo-clinic/manage/payload.2",
    ):
        assert part in text
    assert "Appointment reference" not in text
    assert html_of(made).count("/manage/payload.") == 2
    assert "/manage/" not in sent(letter("series", "staff")).as_string()


def test_staff_of_a_series_get_one_file_with_all_of_its_events():
    made = sent(letter("series", "staff"))
    (file,) = calendars_of(made)
    events = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert [str(one["UID"]) for one in events] == ["seat1@openslot.test", "seat2@openslot.test"]
    assert [one.start for one in events] == [START, START + timedelta(days=7)]
    assert b"METHOD:PUBLISH" in file
    assert made["In-Reply-To"] is None
    assert calendars_of(sent(letter("series", "business"))) == []
