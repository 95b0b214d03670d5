"""What mails look like to the program that reads them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from shared.i18n import CATALOGUES
from shared.use_cases.ports import NotAccepted
from tests.delivery.mail.letters import (
    EVERY,
    NOW,
    START,
    letter,
    of_business,
    of_customer,
    of_service,
    with_policy,
)
from tests.delivery.mail.reading import calendars_of, event_of, html_of, sent, text_of
from tests.delivery.mail.surroundings import DELIVERY


INVITED = [(kind, role) for kind in ("confirmation", "change", "cancellation") for role in ("customer", "staff")]


@pytest.mark.walk
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


@pytest.mark.walk
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


@pytest.mark.walk
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


def test_changed_time_off_is_another_mail():
    made = letter("time_off", "staff")
    longer = replace(made, time_off=made.time_off.model_copy(update={"end": START + timedelta(days=9)}))
    assert sent(made)["Message-ID"] == sent(made)["Message-ID"] != sent(longer)["Message-ID"]


def test_a_weekly_time_off_is_one_mail_that_says_how_often_it_comes():
    weekly = sent(letter("time_off", "staff", text="8")).get_body(("plain",)).get_content()
    assert "every week, 8 times in all" in weekly
    assert "every week" not in sent(letter("time_off", "staff", text="")).get_body(("plain",)).get_content()
