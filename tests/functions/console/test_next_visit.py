"""Who waits next for a host, as the page of a visit that is over asks it."""

from datetime import timedelta

from tests.functions.console.app import PEOPLE, a_clinic


NEXT = "/console/queue/next"


async def test_a_host_is_led_to_who_waits_for_them_and_nobody_else(console):
    assert (await console.open("claire", NEXT)).json() == {}
    await console.ana("enter", {"name": "Ana"})
    console.now += timedelta(minutes=4)
    await console.ana("beat")
    found = (await console.open("claire", NEXT)).json()
    assert found == {"name": "Ana", "since": "2027-01-11T09:00:00Z", "url": f"{console.path}/join"}
    assert (await console.open("claire", found["url"])).headers["Location"].startswith("/host/")
    for who in ("omar", "desk", "eye", "gast"):
        assert (await console.open(who, NEXT)).json() == {}
    assert (await console.call("GET", NEXT, accept="*/*")).status == 303
    await console.ana("leave", {})
    assert (await console.open("claire", NEXT)).json() == {}


async def test_who_has_lost_contact_is_offered_to_nobody_nor_to_who_may_not_run_the_queue(console):
    await console.ana("enter", {"name": "Ana"})
    people = {**PEOPLE, "claire": PEOPLE["claire"].model_copy(update={"role": "viewer"})}
    console.now += timedelta(minutes=5)
    assert (await console.open("claire", NEXT)).json() == {}
    await console.ana("beat")
    await console.save(a_clinic(people))
    assert (await console.open("claire", NEXT)).json() == {}
