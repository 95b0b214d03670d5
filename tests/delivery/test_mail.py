"""What mails look like to the program that reads them, and what they tell."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from shared.domain.appointment import Answer
from shared.domain.service import Price
from shared.i18n import CATALOGUES
from shared.use_cases.ports import NotAccepted
from tests.delivery.letters import (
    APPOINTMENT,
    BUSINESS,
    EVERY,
    NOW,
    SEAT,
    SERVICE,
    START,
    letter,
    of_business,
    of_customer,
    of_service,
)
from tests.delivery.reading import calendars_of, event_of, html_of, sent, text_of
from tests.delivery.surroundings import DELIVERY


INVITED = [(kind, role) for kind in ("confirmation", "change", "cancellation") for role in ("customer", "staff")]


def with_policy(made, **changes):
    return of_business(made, policy=BUSINESS.policy.model_copy(update=changes))


@pytest.mark.parametrize(("kind", "role", "language"), EVERY)
def test_every_letter_renders_in_every_language_within_twenty_kilobytes(kind, role, language):
    made = sent(letter(kind, role, language))
    assert made.get_body(("plain",))["Content-Language"] is None
    assert made["Content-Language"] == language
    assert len(made.as_bytes()) <= 20 * 1024
    assert "<script" not in html_of(made)
    for word in ('http-equiv="refresh', "src=", "@import", "<link", "{{", "{%", "None"):
        assert word not in html_of(made)
    assert "%(" not in text_of(made) + html_of(made) + made["Subject"]


def _messages():
    found = extract_from_dir(
        DELIVERY, [("**.py", "python")], keywords={"_": None, "text": None, "counted": (1, 2)}
    )
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", ["fr", "ru", "pt_BR"])
def test_everything_a_mail_says_is_translated(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    messages = _messages()
    assert len(messages) > 60
    for message in messages:
        identity = message if isinstance(message, str) else message[0]
        entry = catalogue.get(identity, "mail")
        assert entry, f"{identity!r} is missing in {language}"
        forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert len(forms) == (catalogue.num_plurals if isinstance(message, tuple) else 1)
        names = sorted(re.findall(r"%\(\w+\)s", identity))
        for form in forms:
            assert form.strip("\u00a0 ")
            assert sorted(re.findall(r"%\(\w+\)s", form)) == names


@pytest.mark.parametrize("language", ["fr", "ru", "pt_BR"])
def test_no_catalogue_keeps_what_no_mail_says(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.context == "mail"]
    known = {entry.id if isinstance(entry.id, str) else tuple(entry.id) for entry in entries}
    assert known == _messages()


@pytest.mark.parametrize(("kind", "role"), INVITED)
def test_what_changes_a_calendar_brings_it_as_alternative_and_as_attachment(kind, role):
    made = sent(letter(kind, role))
    alternative, attachment = made.iter_parts()
    assert made.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    inline = list(alternative.iter_parts())[2]
    assert inline.get_param("method") == ("CANCEL" if kind == "cancellation" else "REQUEST")
    assert inline.get_param("charset") == "utf-8"
    assert attachment.get_content_type() == "application/ics"
    assert attachment.get_filename() == "invite.ics"
    assert calendars_of(made)[0].splitlines() == calendars_of(made)[1].splitlines()


@pytest.mark.parametrize(
    ("kind", "role"),
    [("reminder", "customer"), ("follow_up", "staff"), ("time_off", "staff"), ("confirmation", "business")],
)
def test_what_changes_no_calendar_brings_none(kind, role):
    made = sent(letter(kind, role))
    assert made.get_content_type() == "multipart/alternative"
    assert calendars_of(made) == []


def test_without_invitations_a_customer_gets_links_and_staff_still_the_invitation():
    customer = sent(with_policy(letter(), send_invitation_to_customer=False))
    staff = sent(with_policy(letter(role="staff"), send_invitation_to_customer=False))
    assert calendars_of(customer) == []
    assert "calendar.google.com/calendar/render" in html_of(customer)
    assert "outlook.live.com" in html_of(customer)
    assert len(calendars_of(staff)) == 2


def test_the_headers_say_who_sends_and_that_no_machine_should_answer():
    made = sent(letter())
    (sender,) = made["From"].addresses
    (reader,) = made["To"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Clinique des Tilleuls", "bookings@openslot.test")
    assert reader.addr_spec == "ada@example.test"
    assert made["Reply-To"] == "accueil@tilleuls.test"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["X-Auto-Response-Suppress"] == "All"
    assert made["Date"].datetime == NOW


def test_a_business_with_a_mailbox_of_its_own_sends_from_it():
    made = sent(of_business(letter(), mail_from="rdv@tilleuls.test"))
    assert made["From"].addresses[0].addr_spec == "rdv@tilleuls.test"
    assert event_of(made)["ORGANIZER"] == "mailto:rdv@tilleuls.test"
    broken = sent(of_business(letter(), mail_from="not an address", email="neither"))
    assert broken["From"].addresses[0].addr_spec == "bookings@openslot.test"
    assert broken["Reply-To"] is None


def test_an_international_domain_is_written_in_ascii():
    assert sent(letter(to="ada@straße.example"))["To"] == "ada@xn--strae-oqa.example"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "a@b\nBcc: eve@example.test",
        "a@b\r\nBcc: eve@example.test",
        "a@example.test, eve@example.test",
        "a@example.test;eve@example.test",
        "<a@example.test>",
        "Ada <a@example.test>",
        '"a b"@example.test',
        "a..b@example.test",
        "a@-example.test",
        "a@exa mple.test",
        "a@example.test\x00",
        "ада@example.test",
        "a@" + "b" * 64 + ".test",
        "a" * 65 + "@example.test",
        "a@[127.0.0.1]",
        "a@\u202eexample.test",
    ],
)
def test_what_is_not_exactly_one_address_is_not_accepted(address):
    with pytest.raises(NotAccepted):
        sent(letter(to=address))


def test_a_try_again_has_the_same_name_and_every_other_mail_another():
    first = sent(letter())
    again = sent(letter(), NOW + timedelta(hours=3))
    others = [
        sent(made)["Message-ID"]
        for made in (
            letter(role="staff"),
            letter("change", sequence=2),
            letter("change", sequence=3),
            letter("cancellation", sequence=3),
            letter(uid="seat2"),
            letter(to="else@example.test"),
            letter("reminder"),
        )
    ]
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@openslot.test>")
    assert len({first["Message-ID"], *others}) == len(others) + 1


def test_two_reminders_of_one_appointment_are_two_mails_and_a_late_try_is_the_same():
    day_before, late = START - timedelta(days=1), START - timedelta(hours=20)
    ids = [sent(letter("reminder"), now)["Message-ID"] for now in (day_before, late, START - timedelta(hours=2))]
    assert ids[0] == ids[1] != ids[2]


def test_later_mails_are_threaded_under_the_first_of_the_same_reader():
    first, later = sent(letter()), sent(letter("cancellation", sequence=4))
    assert first["References"] is None
    assert later["References"] == later["In-Reply-To"] == first["Message-ID"]
    assert sent(letter("change", "staff", sequence=2))["References"] == sent(letter(role="staff"))["Message-ID"]


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
        "€60.00",
        "our form (https://tilleuls.test/form.pdf)",
        "https://book.openslot.test/book/demo-clinic/manage/payload.tag",
        "Monday, November 30, 2026 at 3:00 AM (24 hours before it begins)",
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
        assert "get in touch" in text_of(made)
        assert "/manage/" not in html_of(made)
    assert "get in touch" in text_of(sent(letter(), START - timedelta(hours=3)))
    assert "until the appointment begins" in text_of(sent(with_policy(letter(), minimum_lead_time=timedelta())))


def test_an_online_appointment_has_its_link_on_a_button():
    made = sent(of_service(letter("reminder"), is_online=True, location="https://meet.test/abc?x=1&y=2"))
    assert 'href="https://meet.test/abc?x=1&amp;y=2"' in html_of(made)
    assert "https://meet.test/abc?x=1&y=2" in text_of(made)
    assert "Join online" in text_of(made)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://", "file:///etc/passwd"])
def test_only_links_of_the_web_become_links(url):
    made = sent(of_business(of_service(letter(), location=url), web_site=url))
    assert f'href="{url}"' not in html_of(made)


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Price(kind="free"), "Free of charge"),
        (Price(kind="hourly", amount="80"), "€80.00 per hour"),
        (Price(kind="starts_at", amount="20"), "From €20.00"),
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


def test_line_breaks_and_reordering_marks_never_reach_a_header():
    made = of_business(
        of_service(letter(), name="Cut\r\nBcc: eve@example.test\u202e\u2028X"),
        name="Clinic\nX-Evil: 1 <eve@example.test>, Q",
    )
    message = sent(made)
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert [address.addr_spec for address in message["From"].addresses] == ["bookings@openslot.test"]
    assert "\u202e" not in message["Subject"] + text_of(message)


@pytest.mark.parametrize(
    "name",
    ["Приём у врача в понедельник утром после обеда", "a<e@x.test>Bcc: eve@example.testé é", "=?utf-8?q?x?="],
)
def test_no_space_of_a_subject_or_a_name_is_lost_in_its_encoding(name):
    made = sent(of_business(of_service(letter(), name=name), name="Д-р Ада, « Клиника » é é"))
    assert made["Subject"].endswith("· " + name.replace("=?", "= ?"))
    assert made["From"].addresses[0].display_name == "Д-р Ада « Клиника » é é"


def test_long_names_are_cut_and_nothing_else_is_lost():
    made = of_business(
        of_service(
            of_customer(letter(role="staff", name="Ö" * 500), name="Ada " * 300, notes="y" * 50_000),
            name="S" * 900,
        ),
        name="Ñ" * 400,
    )
    message = sent(made)
    assert len(message["Subject"]) <= 200
    assert "…" in message["Subject"]
    assert len(message["From"].addresses) == 1
    assert len(message.as_bytes()) < 60_000
    assert max(map(len, message.as_bytes().splitlines())) <= 998


@pytest.mark.parametrize(
    ("start", "zone", "words"),
    [
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "Europe/Paris",
            "2:30 AM – 2:00 AM (30 min), Central European Summer Time",
        ),
        (
            datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
            "Europe/Paris",
            "2:00 AM – 2:30 AM (30 min), Central European Standard Time",
        ),
        (
            datetime(2026, 10, 25, 0, 45, tzinfo=UTC),
            "Europe/Paris",
            "2:45 AM – 2:15 AM (30 min), Central European Summer Time",
        ),
        (
            datetime(2026, 3, 29, 0, 45, tzinfo=UTC),
            "Europe/Paris",
            "1:45 AM – 3:15 AM (30 min), Central European Time",
        ),
        (datetime(2026, 4, 4, 14, 45, tzinfo=UTC), "Australia/Lord_Howe", "1:45 AM – 1:45 AM (30 min)"),
        (
            datetime(2026, 12, 1, 8, 0, tzinfo=UTC),
            "Asia/Kolkata",
            "1:30 PM – 2:00 PM (30 min), GMT+05:30 (Kolkata)",
        ),
    ],
)
def test_times_are_true_where_clocks_change(start, zone, words):
    moved = APPOINTMENT.model_copy(update={"start": start, "end": start + timedelta(minutes=30)})
    made = sent(letter(appointment=moved, time_zone=zone))
    assert words in text_of(made)
    assert event_of(made)["DTSTART"].dt == start


def test_the_other_sides_day_is_named_where_it_differs():
    evening = APPOINTMENT.model_copy(update={"start": START.replace(hour=20), "end": START.replace(hour=21)})
    made = letter(appointment=evening, time_zone="Asia/Tokyo")
    assert "Wednesday, December 2, 2026" in text_of(sent(made))
    assert "Tue, Dec 1, 9:00 PM – 10:00 PM in Paris" in text_of(sent(made))
    same = letter(time_zone="Europe/Berlin")
    assert "in Paris" not in text_of(sent(same))


def test_who_lost_an_appointment_learns_whether_it_goes_on():
    cancelled = APPOINTMENT.model_copy(update={"status": "cancelled"})
    assert "given to someone else" in text_of(sent(letter("cancellation", "staff")))
    assert "will not take place" in text_of(sent(letter("cancellation", "staff", appointment=cancelled)))


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
    assert "One place is free again" in text_of(gone)
    assert "3 / 10" not in text_of(sent(letter(appointment=group)))


def test_changed_time_off_is_another_mail():
    made = letter("time_off", "staff")
    longer = replace(made, time_off=made.time_off.model_copy(update={"end": START + timedelta(days=9)}))
    assert sent(made)["Message-ID"] == sent(made)["Message-ID"] != sent(longer)["Message-ID"]


def test_a_cancelled_customer_is_shown_the_way_back_only_where_the_page_is_public():
    made = letter("cancellation")
    hidden = of_business(made, page=BUSINESS.page.model_copy(update={"is_published": False}))
    assert "https://book.openslot.test/book/demo-clinic\n" in text_of(sent(made))
    assert "Book another time" not in text_of(sent(hidden))


def test_a_letter_about_what_no_longer_exists_is_still_written():
    assert "Dr Camille Moreau" in text_of(sent(letter(service=None)))
    assert "Dr Camille Moreau" in text_of(sent(letter(role="staff", seat=None)))


def test_links_in_questions_are_told_as_words():
    seat = SEAT.model_copy(
        update={"answers": (Answer(question="q", text="Read [this](https://a.test)?", answer="Yes"),)}
    )
    assert "Read this?: Yes" in text_of(sent(replace(letter(), seat=seat)))
    assert SERVICE.internal_notes
