"""The settings of a business at the console: reach, place, language and clock; and the sender of its mails."""

import pytest

from shared.domain.calendar.place import Address
from tests.functions.console.settings.desk import BOSS, SETTINGS, allow, an_office, business, changed, fill
from tests.functions.console.staff.office import plain


async def test_everything_about_a_business_is_saved():
    office = await an_office()
    answer = await fill(
        office,
        SETTINGS,
        name="Tilleuls",
        business_type="finance",
        email="hello@tilleuls.example",
        phone="+33 1 23 45 67 89",
        web_site="https://tilleuls.example",
        street="1 rue des Tilleuls",
        postal_code="75001",
        city="Paris",
        state="Île-de-France",
        country_or_region="France",
        language="fr",
        currency="CHF",
        time_zone="zurich",
    )
    assert answer.status == 303, answer.body.decode()
    found = await business(office)
    assert (found.name, found.business_type, found.email) == ("Tilleuls", "finance", "hello@tilleuls.example")
    assert (found.language, found.currency, found.time_zone) == ("fr", "CHF", "Europe/Zurich")
    assert found.address == Address(
        street="1 rue des Tilleuls",
        postal_code="75001",
        city="Paris",
        state="Île-de-France",
        country_or_region="France",
    )


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"name": ""}, "Fill this in"),
        ({"time_zone": "Atlantis"}, "Choose a time zone from the list, such as Paris"),
        ({"time_zone": ""}, "Choose a time zone from the list, such as Paris"),
        ({"email": "nobody"}, "Enter an email address such as name@example.com"),
        ({"web_site": "javascript:x"}, "Enter a web address such as https://www.example.com"),
    ],
)
async def test_what_is_wrong_is_told_in_place(typed, error):
    office = await an_office()
    answer = await fill(office, SETTINGS, **typed)
    assert answer.status == 422
    assert error in plain(answer.body)


async def test_a_sender_is_asked_for_only_where_the_organisation_allows_any():
    office = await an_office()
    assert "Sender of emails" not in await office.page(SETTINGS)
    await allow(office, "@clinic.example")
    assert "Sender of emails" in await office.page(SETTINGS)
    assert (await fill(office, SETTINGS, mail_from="desk@clinic.example")).status == 303
    assert (await business(office)).mail_from == "desk@clinic.example"
    refused = await fill(office, SETTINGS, mail_from="desk@elsewhere.example")
    assert "The organisation doesn’t send email from this address" in plain(refused.body)


async def test_a_sender_that_is_set_can_stay_though_no_other_is_allowed_any_more():
    office = await an_office()
    await changed(office, mail_from="old@clinic.example")
    assert (await fill(office, SETTINGS, name="New name")).status == 303
    assert (await business(office)).mail_from == "old@clinic.example"


async def test_a_field_that_somebody_else_changed_meanwhile_is_shown_beside_ones_own():
    office = await an_office()
    from tests.functions.console.staff.office import fields_of

    page = await office.open(BOSS, SETTINGS)
    stale = fields_of(page.body)
    await changed(office, name="Theirs", phone="+33 9")
    answer = await office.send(BOSS, SETTINGS, **{**stale, "name": "Mine"})
    assert answer.status in (409, 412)
    assert "Theirs" in plain(answer.body)
    assert (await business(office)).name == "Theirs"
