"""What is kept about customers, and where: the two public pages, made from the registry and from the settings."""

import re
from typing import get_args

import pytest

from functions.booking.data_pages import KINDS, PERIODS, PLACES, VIEWERS
from functions.settings.app import read_settings
from functions.settings.places import PlaceKind, data_places
from shared.domain.personal_data.fields import USES
from shared.domain.personal_data.retention import CLASSES, Retention
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar
from tests.support.edge import World, clinic, closed


GIVEN = {
    "OPENSLOT_TABLES": "AccountName=clinicdata;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net",
    "OPENSLOT_SECRET": SECRET,
    "OPENSLOT_PUBLIC_URL": "https://book.example.org",
    "OPENSLOT_SMTP": "smtps://user:pass-word@relay.example:465",
}
ADDED = {
    "stun": {"OPENSLOT_STUN": "stun:stun.example:3478"},
    "turn": {"OPENSLOT_TURN": "turn:relay.turn.example:3478", "OPENSLOT_TURN_SECRET": "q7Zk2mXv9TbL4sWd"},
    "sms": {
        "OPENSLOT_SMS": "twilio://AC0123456789abcdef0123456789abcdef:q7Zk2mXv9TbL4sWd@api.twilio.com",
        "OPENSLOT_SMS_SENDERS": "*=Clinic",
    },
    "backups": {
        "OPENSLOT_BACKUPS": "https://copies.blob.core.windows.net/backups",
        "IDENTITY_ENDPOINT": "http://127.0.0.1:42356/msi/token",
        "IDENTITY_HEADER": "header",
    },
    "identity": {"OPENSLOT_OIDC_ISSUER": "https://login.example", "OPENSLOT_OIDC_CLIENT_ID": "openslot"},
    "telemetry": {"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=x"},
}


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.body.decode()).split())


async def test_a_calendars_page_says_what_is_kept_why_who_sees_it_and_how_long():
    world = World(now=MONDAY)
    await world.save(clinic(retention=Retention(appointments=365, messages=730), email="desk@clinic.example"))
    answer = await world.call("GET", "/data/clinic", accept="text/html")
    text = text_of(answer)
    assert answer.status == 200
    assert "Your answers and notes To prepare the appointment Seen by: You · The staff of this calendar" in text
    assert "What you write in the waiting room To talk before the appointment" in text
    assert "2 years" not in text  # messages go with their appointments
    assert "desk@clinic.example" in text
    assert 'href="/data"' in answer.body.decode()


async def test_the_form_leads_there_and_what_is_not_published_does_not():
    world = World(now=MONDAY)
    await world.save(clinic())
    start = "2027-01-12T10:00:00%2B01:00"
    form = await world.call("GET", f"/book/clinic/consultation?start={start}", accept="text/html")
    assert 'href="/data/clinic"' in form.body.decode()
    await world.save(closed())
    for slug in ("closed", "nowhere"):
        assert (await world.call("GET", f"/data/{slug}", accept="text/html")).status == 404


async def test_under_a_hold_it_says_so():
    world = World(now=MONDAY)
    await world.save(a_calendar(a_business(legal_hold="case 12/345")))
    text = text_of(await world.call("GET", "/data/clinic", accept="text/html"))
    assert "nothing is erased: the law requires it to be kept" in text
    assert "12/345" not in text


async def test_where_data_is_stored_is_public():
    answer = await World(now=MONDAY).call("GET", "/data", accept="text/html")
    assert (answer.status, "On the same machine as this site" in text_of(answer)) == (200, True)


def places(**more: str) -> dict[str, tuple[str, str]]:
    return {one.kind: (one.host, one.region) for one in data_places(read_settings({**GIVEN, **more}))}


def test_the_storage_and_the_mail_server_are_named_without_their_secrets():
    found = places(OPENSLOT_REGION="France Central")
    assert found["storage"] == ("clinicdata.table.core.windows.net", "France Central")
    assert found["mail"] == ("relay.example", "")
    assert "pass-word" not in str(found)


@pytest.mark.parametrize("kind", ADDED)
def test_whatever_is_set_up_is_listed(kind):
    assert kind not in places()
    host = places(**ADDED[kind])[kind][0]
    assert host in {
        "stun.example",
        "copies.blob.core.windows.net",
        "relay.turn.example",
        "login.example",
        "api.twilio.com",
        "Application Insights",
    }


def test_every_kind_has_its_words():
    customers = {kind for kind, use in USES.items() if use.about == "customer"}
    assert set(KINDS) == customers
    assert set(PLACES) == set(get_args(PlaceKind))
    for kind in customers:
        assert {*USES[kind].seen_by} <= set(VIEWERS)
        assert USES[kind].kept in {*PERIODS, *CLASSES}
