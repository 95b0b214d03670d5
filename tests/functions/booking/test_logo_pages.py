"""A calendar's logo: stored with the settings that name it, shown on the page, served so that it can do no harm."""

import asyncio

import pytest

from shared.domain.calendar.logo import logo_hash
from shared.domain.errors import InvalidFields, NotFound
from shared.storage.calendars import JUST_READ
from shared.use_cases.calendars.save_logo import save_logo
from tests.functions.graph.app import ADA, SAM, VAL, GraphWorld, staffed_clinic
from tests.support.builders import SECRET, a_key
from tests.support.edge import PUBLIC_URL, closed


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script></svg>'
OTHER = SVG.replace(b"0 0 1 1", b"0 0 2 2")


async def save(world, data=SVG, key="", business="biz0clinic"):
    return await save_logo(data, business=business, key=key or a_key(), store=world.store, secret=SECRET)


async def look(world, name, calendar="clinic"):
    return await world.call("GET", f"/book/{calendar}/logo/{name}")


async def test_it_is_stored_and_the_settings_change_with_it(world):
    before = await world.store.calendars.find("clinic")
    name = await save(world)
    after = await world.store.calendars.find("clinic")
    assert name == after.business.page.logo == logo_hash(SVG)
    assert after.business.version != before.business.version
    assert after.business.page.model_copy(update={"logo": ""}) == before.business.page
    rows = {row.key: row.values for row in world.table.rows("bookings", "biz0clinic")}
    assert (rows["0lgo"]["data"], rows["0lgo"]["type"]) == (SVG, "image/svg+xml")


async def test_it_is_served_for_ever_and_can_run_nothing(world):
    answer = await look(world, await save(world))
    assert (answer.status, answer.body) == (200, SVG)
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_every_other_hash_is_nothing(world):
    first = await save(world)
    assert (await look(world, logo_hash(OTHER))).status == 404
    second = await save(world, OTHER)
    assert (await look(world, first)).status == 404
    assert (await look(world, second)).body == OTHER
    assert (await look(world, second, "closed")).status == 404
    assert (await look(world, second, "nobody")).status == 404


async def test_another_process_serves_it_at_once(world):
    other = world.another_process()
    await other.call("GET", "/api/clinic")
    name = await save(world)
    await asyncio.sleep(JUST_READ * 1.1)
    assert (await look(other, name)).status == 200


async def test_the_pages_show_it_and_those_who_link_to_them_find_it(world):
    name = await save(world)
    html = (await world.call("GET", "/book/clinic")).body.decode()
    assert f'<img class="mark" src="/book/clinic/logo/{name}"' in html
    assert f'<meta property="og:image" content="{PUBLIC_URL}/book/clinic/logo/{name}">' in html


async def test_what_is_no_image_changes_nothing(world):
    name = await save(world)
    with pytest.raises(InvalidFields):
        await save(world, b"<html></html>")
    assert (await look(world, name)).status == 200


async def test_saving_it_again_by_the_same_key_is_once(world):
    key = a_key()
    name = await save(world, key=key)
    other = await save(world, OTHER)
    assert await save(world, key=key) == name
    assert (await world.store.calendars.reload("biz0clinic")).business.page.logo == other, "it is not set back"


async def test_a_calendar_that_is_not_there_gets_none(world):
    with pytest.raises(NotFound):
        await save(world, business="biz0nobody")


async def test_a_booking_of_a_page_that_is_closed_still_shows_it(world):
    name = await save(world, business=closed().business.id)
    assert (await look(world, name, "closed")).status == 200


async def test_administrators_set_it_and_take_it_away_by_the_graph_api(world):
    await world.save(staffed_clinic())
    ada = GraphWorld(world, world.tokens.of(ADA))
    put = await ada.call("PUT", "logo", body=SVG, content_type="image/svg+xml", idempotency_key=a_key())
    assert put.status == 204
    page = (await world.call("GET", "/book/clinic")).body.decode()
    assert (await look(world, logo_hash(SVG))).body == SVG
    assert logo_hash(SVG) in page
    assert (await ada.get())["bookingPageSettings"]["isBusinessLogoDisplayEnabled"] is True
    assert (await ada.call("PUT", "logo", body=SVG)).status == 204, "the same again changes nothing"
    await ada.delete("logo")
    assert (await look(world, logo_hash(SVG))).status == 404
    assert logo_hash(SVG) not in (await world.call("GET", "/book/clinic")).body.decode()
    told = [(one["actor"], one["action"]) for one in await ada.listed("auditLog")]
    assert sorted(told) == [(ADA, "logo changed"), (ADA, "logo removed")]
    for email in (SAM, VAL):
        assert (await GraphWorld(world, world.tokens.of(email)).refused("PUT", "logo", body=SVG))[0] == 403


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", SVG + b" " * 61 * 1024])
async def test_what_is_no_logo_is_refused_by_the_graph_api(world, data):
    await world.save(staffed_clinic())
    status, error = await GraphWorld(world, world.tokens.of(ADA)).refused("PUT", "logo", body=data)
    assert (status, error["details"][0]["target"]) == (400, "/logo")
