"""What calendars are told: parsed by another library, and kept by a real CalDAV server."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import icalendar
import pytest

from shared.delivery.calendar_files.calendar_file import WORK, calendar_file, google_link, method_of, outlook_link
from shared.domain.calendar.place import Coordinates
from tests.delivery.mail.letters import (
    APPOINTMENT,
    NOW,
    SENDER,
    START,
    letter,
    of_business,
    of_customer,
    of_service,
)
from tests.delivery.mail.surroundings import free_port


COLLECTION = "/ada/calendar/"
MAKE = """<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop><resourcetype>
<collection/><C:calendar/></resourcetype></prop></set></mkcol>"""


def parsed(made, method="REQUEST", now=NOW):
    calendar = icalendar.Calendar.from_ical(calendar_file(made, SENDER, now, method))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


@pytest.fixture
def caldav(tmp_path):
    """A Radicale server of its own, with a calendar in it."""
    port = free_port()
    command = [sys.executable, "-m", "radicale", f"--server-hosts=127.0.0.1:{port}", "--auth-type=none"]
    command += [f"--storage-filesystem-folder={tmp_path}", "--logging-level=error"]
    with (
        subprocess.Popen(command) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=("ada", "x")) as client,
    ):
        _wait(client)
        assert client.request("MKCOL", COLLECTION, content=MAKE).status_code == 201
        yield client
        server.terminate()


def _wait(client):
    for _ in range(100):
        try:
            client.get("/.web/")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("radicale did not start")


def _store(client, data: bytes):
    """What a mail program does with an invitation: keep it under its UID, without the method (RFC 4791, 4.1)."""
    kept = b"".join(line for line in data.splitlines(keepends=True) if not line.startswith(b"METHOD:"))
    uid = str(icalendar.Calendar.from_ical(data).walk("VEVENT")[0]["UID"])
    answer = client.put(f"{COLLECTION}{uid}.ics", content=kept, headers={"Content-Type": "text/calendar"})
    assert answer.status_code in (201, 204), answer.text
    return _read(client)


def _read(client):
    query = """<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop>
    <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>"""
    answer = client.request("REPORT", COLLECTION, content=query, headers={"Depth": "1"})
    assert answer.status_code == 207
    from xml.etree.ElementTree import fromstring

    found = fromstring(answer.content).iter("{urn:ietf:params:xml:ns:caldav}calendar-data")
    return [event for data in found for event in icalendar.Calendar.from_ical(data.text).walk("VEVENT")]


def test_a_caldav_server_keeps_an_appointment_that_is_added_moved_and_withdrawn(caldav):
    (added,) = _store(caldav, calendar_file(letter(), SENDER, NOW))
    later = APPOINTMENT.model_copy(update={"start": START + timedelta(hours=2), "end": START + timedelta(hours=3)})
    moved_letter = letter("change", sequence=2, appointment=later)
    (moved,) = _store(caldav, calendar_file(moved_letter, SENDER, NOW + timedelta(minutes=1)))
    gone_letter = letter("cancellation", sequence=3, appointment=later)
    (withdrawn,) = _store(caldav, calendar_file(gone_letter, SENDER, NOW + timedelta(minutes=2), "CANCEL"))

    assert added["UID"] == moved["UID"] == withdrawn["UID"] == "seat1@openslot.test"
    assert [event["SEQUENCE"] for event in (added, moved, withdrawn)] == [1, 2, 3]
    assert [event["STATUS"] for event in (added, moved, withdrawn)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert (added["DTSTART"].dt, moved["DTSTART"].dt) == (START, START + timedelta(hours=2))


def test_an_invitation_holds_what_calendars_need():
    calendar, event = parsed(letter())
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert event["DTSTAMP"].dt == NOW
    assert b"DTSTART:20261201T080000Z" in calendar.to_ical()
    assert event["CLASS"] == "PRIVATE"
    assert event["ORGANIZER"] == "mailto:bookings@openslot.test"
    assert event["ORGANIZER"].params["CN"] == "Clinique des Tilleuls"
    assert event["ATTENDEE"] == "mailto:ada@example.test"
    assert (event["ATTENDEE"].params["PARTSTAT"], event["ATTENDEE"].params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert event["LOCATION"] == "12 rue des Tilleuls, 75003 Paris"
    assert event["URL"] == "https://book.openslot.test/book/demo-clinic/manage/payload.tag"
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(minutes=-15)


def test_a_withdrawal_says_so_and_rings_no_bell():
    calendar, event = parsed(letter("cancellation", sequence=2), "CANCEL")
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert event.walk("VALARM") == []


def test_a_download_names_no_attendee():
    calendar, event = parsed(letter(), "PUBLISH")
    assert calendar["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event
    assert len(event.walk("VALARM")) == 1


OWN = ["bookings@openslot.test", "Bookings@OpenSlot.test"]


@pytest.mark.parametrize("role", ["customer", "staff"])
@pytest.mark.parametrize("to", OWN)
def test_who_organises_it_themselves_is_not_invited(role, to):
    made = letter(role=role, to=to)
    assert method_of(made, SENDER) == "PUBLISH"
    calendar, event = parsed(made, "PUBLISH")
    assert (calendar["METHOD"], event["ORGANIZER"]) == ("PUBLISH", "mailto:bookings@openslot.test")
    assert "ATTENDEE" not in event
    gone = letter("cancellation", role=role, to=to)
    assert method_of(gone, SENDER) == "CANCEL"
    assert "ATTENDEE" not in parsed(gone, "CANCEL")[1]


def test_a_calendar_with_a_mailbox_of_its_own_is_organised_by_it():
    made = of_business(letter(role="staff"), mail_from="Camille@Tilleuls.test")
    assert method_of(made, SENDER) == "PUBLISH"
    assert method_of(replace(made, to="camille+work@tilleuls.test"), SENDER) == "REQUEST"
    assert method_of(replace(made, to=OWN[0]), SENDER) == "REQUEST"
    assert method_of(replace(made, to=""), SENDER) == "REQUEST"


def test_who_gave_no_address_can_still_take_the_file():
    _, event = parsed(letter(to=""), "CANCEL")
    assert "ATTENDEE" not in event


def test_each_side_sees_the_other_in_the_title_and_answers_stay_out():
    _, customers = parsed(letter())
    _, staffs = parsed(letter(role="staff"))
    assert customers["SUMMARY"] == "Première consultation – Clinique des Tilleuls"
    assert staffs["SUMMARY"] == "Ada Lovelace – Première consultation"
    assert "URL" not in staffs
    assert "+1 212 555 0100" in staffs["DESCRIPTION"]
    for event in (customers, staffs):
        assert "wheelchair" not in event.to_ical().decode()
        assert "never" not in event.to_ical().decode()


def test_calendars_find_the_place_of_a_service_by_its_coordinates():
    made = of_service(letter(), location="Annex")
    assert "GEO" not in parsed(made)[1]
    place = Coordinates(latitude=48.8584, longitude=-2.25)
    location = made.service.location.model_copy(update={"coordinates": place})
    there = replace(made, service=made.service.model_copy(update={"location": location}))
    assert parsed(there)[1]["GEO"].to_ical() == "48.8584;-2.25"
    online = replace(there, visit_token="payload.tag")
    assert "GEO" not in parsed(online)[1]


def test_an_online_appointment_takes_place_where_its_link_leads():
    _, event = parsed(of_service(letter(), is_online=True, location="https://meet.test/a,b;c"))
    assert event["LOCATION"] == "https://meet.test/a,b;c"
    assert parsed(of_service(letter(language="ru"), is_online=True))[1]["LOCATION"] == "Онлайн"


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
        "x\nATTENDEE:mailto:eve@example.test",
        'x";CN="eve:mailto:eve@example.test',
        "x\\nBEGIN:VALARM",
        "x\u2028URL:https://evil.test",
        "x\x0bURL:y\x85z\x00",
        "^n^'BEGIN:VEVENT",
        "ends in a backslash\\",
    ],
)
def test_no_text_becomes_a_property(evil):
    made = of_business(
        of_service(
            of_customer(letter(role="staff", name=evil), name=evil, phone=evil, address=evil),
            name=evil,
            location=evil,
        ),
        name=evil,
    )
    plain, dirty = parsed(letter(role="staff"))[1], parsed(made)[1]
    assert sorted(dirty) == sorted(plain)
    assert dirty["UID"] == "seat1@openslot.test"
    assert dirty["ORGANIZER"] == "mailto:bookings@openslot.test"
    assert dirty["ATTENDEE"] == "mailto:camille@tilleuls.test"


def test_links_add_the_event_to_calendars_on_the_web():
    title, end = "Première consultation & more", START + timedelta(minutes=30)
    google = parse_qs(urlsplit(google_link(title, START, end, "Room 1\nyard")).query)
    outlook = parse_qs(urlsplit(outlook_link(title, START, end, details="see")).query)
    assert google["text"] == outlook["subject"] == [title]
    assert google["dates"] == ["20261201T080000Z/20261201T083000Z"]
    assert (outlook["startdt"], outlook["enddt"]) == (["2026-12-01T08:00:00Z"], ["2026-12-01T08:30:00Z"])
    assert "details" not in google
    assert outlook["body"] == ["see"]
    for link in (google_link(title, START, end, "Room 1"), outlook_link(title, START, end, host=WORK)):
        assert "+" not in link
        assert "consultation%20%26%20more" in link
    assert urlsplit(outlook_link(title, START, end, host=WORK)).netloc == "outlook.office.com"
