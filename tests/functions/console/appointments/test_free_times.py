"""Who reschedules an appointment reads when its person is free, and one press fills the form."""

import re
from dataclasses import replace
from html import unescape

from shared.records.codec import dump
from shared.records.keys import BUSINESS, service_key
from shared.records.table import Operation


async def times(console, query: str = "") -> list[str]:
    page = (await console.open("desk", f"{console.path}/reschedule?{query}")).body.decode()
    return [unescape(one) for one in re.findall(r'<a class="chip numbers" href="([^"]+)">', page)]


async def test_the_nearest_free_times_fill_the_form(console):
    links = await times(console, "back=status%3Dbooked&lang=en")
    assert len(links) == 6
    assert all(one.startswith("?back=status%3Dbooked&lang=en&date=2027-01-11&time=") for one in links)
    chosen = links[-1].partition("&time=")[2].replace("%3A", ":")
    filled = (await console.open("desk", f"{console.path}/reschedule{links[-1]}")).body.decode()
    assert f'value="{chosen}"' in filled
    answer = await console.send("desk", f"{console.path}/reschedule", date="2027-01-11", time=chosen)
    assert answer.status == 303


async def test_whose_person_no_longer_offers_the_service_gets_the_times_of_another_with_their_name(console):
    calendar = await console.store.calendars.reload("biz0clinic")
    others = {name: one.model_copy(update={"staff": ("desk",)}) for name, one in calendar.services.items()}
    await console.save(replace(calendar, services=others))
    await console.store.calendars.reload("biz0clinic")
    links = await times(console)
    assert len(links) == 6
    assert all(one.endswith("&staff=desk") for one in links)


async def test_an_appointment_whose_service_is_gone_has_no_times_to_offer(console):
    calendar = await console.store.calendars.reload("biz0clinic")
    gone = [Operation("delete", service_key(one)) for one in calendar.services]
    version = calendar.business.model_copy(update={"version": "without"})
    gone.append(Operation("upsert", BUSINESS, dump(version)))
    await console.store.table.transact("bookings", "biz0clinic", gone)
    await console.store.calendars.reload("biz0clinic")
    page = await console.open("desk", f"{console.path}/reschedule")
    assert (page.status, b'name="time"' in page.body, b"chip numbers" in page.body) == (200, True, False)
