"""What comes of a form that is sent: kept through faults, and remembered as its sender writes dates."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import SpecialDates
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT
from shared.records.table import Ambiguous
from tests.functions.pages.test_limits import FORM
from tests.support.builders import MONDAY
from tests.support.edge import World, clinic
from tests.support.fakes import MemoryTable
from tests.support.virtual_time import virtually


class Forgetful(MemoryTable):
    """A storage that decides, and then cannot say what is free."""

    is_away = False

    async def range(self, *arguments, **options):
        if self.is_away:
            raise Ambiguous("ReadTimeout")
        return await super().range(*arguments, **options)


async def send(world, language="en", **changes):
    headers = {"content_type": "application/x-www-form-urlencoded", "accept_language": language}
    body = urlencode({**FORM, **changes}).encode()
    return await world.call("POST", "/book/clinic/consultation", body=body, **headers)


@virtually
async def test_a_taken_time_keeps_the_answers_also_where_nothing_can_be_offered_just_now():
    world = World(Forgetful())
    await world.save(clinic())
    assert (await send(world)).status == 303
    world.table.is_away = True
    answer = await send(world, key="a-key-of-the-form-0002", name="Another Person")
    html = answer.body.decode()
    assert answer.status == 503
    assert "Another Person" in html
    assert "Stairs are hard" in html
    assert 'name="key" value="a-key-of-the-form-0002"' in html

    world.table.is_away = False
    answer = await send(world, key="a-key-of-the-form-0002", name="Another Person")
    assert answer.status == 409
    assert "Another Person" in answer.body.decode()


async def test_mails_are_written_with_the_clock_of_the_page():
    world = World()
    await world.save(clinic())
    for place, language in enumerate(["en-GB,en;q=0.9", "en-US", "pt-PT", "fr"]):
        await send(
            world,
            language,
            key=f"a-key-of-the-form-100{place}",
            start=f"{MONDAY:%Y-%m}-{MONDAY.day + 1}T1{place}:00:00Z",
        )
    rows = world.table.rows("bookings", clinic().business.id)
    booked = [load_row(Appointment, row) for row in rows if row.key.startswith(APPOINTMENT)]
    assert sorted(one.seat.language for one in booked) == ["en-GB", "en-US", "fr", "pt-PT"]


async def test_whoever_may_no_longer_be_chosen_is_not_silently_another():
    world = World()
    await world.save(clinic())
    answer = await send(world, staff="vera")
    html = answer.body.decode()
    assert answer.status == 422
    assert "This person doesn’t provide the service" in html
    assert re.search(r'type="radio" name="slot" value="[^" ]+ "', html)  # anyone, and only if chosen


async def test_a_forged_form_does_not_learn_who_is_not_listed():
    world = World()
    await world.save(clinic())
    answer = await send(world, staff="vera", name="")
    assert answer.status == 422
    assert "<bdi>Vera</bdi>" not in answer.body.decode()
    assert "<bdi>Claire</bdi>" in (await send(world, name="")).body.decode()


async def test_the_nearest_times_may_lie_in_the_month_before():
    first = date(2027, 2, 1)
    alone = SpecialDates(first=first, last=first, hours=tuple(((540, 570),) for _ in range(7)))
    away = SpecialDates(first=first + timedelta(days=1), last=first + timedelta(days=27))
    world = World()
    await world.save(clinic(special_dates=(alone, away)))
    start = f"{first}T09:00:00+01:00"
    assert (await send(world, start=start)).status == 303
    answer = await send(world, start=start, key="a-key-of-the-form-0002")
    assert answer.status == 409
    assert 'name="slot" value="2027-01-29T' in answer.body.decode()


async def test_an_old_link_to_the_form_leads_on_to_the_times_of_now():
    world = World()
    await world.save(clinic())
    for start, why, text in (
        ("2020-01-01T09:00:00Z", "over", "That time is in the past"),
        ("2190-01-01T09:00:00Z", "not-offered", "That time can’t be booked"),
        ("xx", "not-offered", "That time can’t be booked"),
    ):
        answer = await world.call("GET", f"/book/clinic/consultation?start={start}&staff=omar&lang=fr&name=Ana")
        assert answer.status == 303
        times = f"/book/clinic/consultation?staff=omar&lang=fr&name=Ana&missed={why}"
        assert answer.headers["Location"] == times
        page = (await world.call("GET", times.replace("lang=fr", "lang=en"))).body.decode()
        assert text in page
        assert "missed=" not in page
    soon = (world.now + timedelta(days=1)).isoformat().replace("+", "%2B")
    assert (await world.call("GET", f"/book/clinic/consultation?start={soon}")).status == 200


async def test_a_form_with_the_key_of_a_program_or_of_another_form_is_told_nothing_of_what_that_booked():
    world = World()
    await world.save(clinic())
    key = "order-2026-000001"
    made = await world.book(MONDAY + timedelta(days=1, hours=3), key=key)
    token = made.headers["Location"].rpartition("/")[2]
    answer = await send(world, key=key, name="Mallory", email="mallory@example.com")
    assert answer.status == 303
    assert token not in answer.headers["Location"]
    again = await send(world, key=key, name="Trent", email="trent@example.com")
    html = again.body.decode()
    assert again.status == 409
    assert "Already booked" in html
    assert "/manage/" not in html
    same = await send(world, key=key, name="Mallory", email="mallory@example.com")
    assert (same.status, same.headers["Location"]) == (303, answer.headers["Location"])
