"""Rate limits as callers meet them: who counts as one caller, and what is refused."""

from dataclasses import replace

import pytest

from functions.settings.app import Limits, RateLimit
from functions.settings.client_address import ClientAddress, read_client_address
from tests.support.builders import a_key
from tests.support.edge import World, a_booking, clinic


WIDE = RateLimit(10_000, 1000)
ADDRESSES = [
    ("", "unknown"),
    ("203.0.113.7", "203.0.113.7"),
    ("203.0.113.7:4711", "203.0.113.7"),
    (" 203.0.113.7 ", "203.0.113.7"),
    ("1.1.1.1, 203.0.113.7:99", "203.0.113.7"),
    ("1.1.1.1,8.8.8.8,203.0.113.7", "203.0.113.7"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
    ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
    ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
    ("203.0.113.7, [2001:db8:1:3::1]:443", "2001:db8:1:3::/64"),
    ("::ffff:203.0.113.7", "203.0.113.7"),
    ("[::ffff:203.0.113.7]:8080", "203.0.113.7"),
    ("fe80::1%eth0", "fe80::/64"),
    ("::1", "::/64"),
    ("203.0.113.7,", "unknown"),
    ("unknown", "unknown"),
    ("203.0.113.777", "unknown"),
    ("[::1", "unknown"),
    ("203.0.113.7:4711:1", "unknown"),
    ("\x00'", "unknown"),
    ("x" * 5000, "unknown"),
]


@pytest.mark.parametrize(("header", "address"), ADDRESSES)
def test_the_last_hop_is_who_calls_where_one_proxy_stands_before_the_app(header, address):
    headers = {"x-forwarded-for": header} if header else {}
    assert ClientAddress(hops=1).read(headers) == address
    assert ClientAddress().read(headers) == "unknown"


FRONT_DOOR = {"x-forwarded-for": "203.0.113.9, 198.51.100.4:51112, 147.243.10.7:443"}


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("", "unknown"),
        ("none", "unknown"),
        ("NONE", "unknown"),
        ("1", "147.243.10.7"),
        ("2", "198.51.100.4"),
        ("3", "203.0.113.9"),
        ("9", "203.0.113.9"),
        ("X-Azure-ClientIP", "192.0.2.44"),
        ("cf-connecting-ip", "unknown"),
    ],
)
def test_a_setting_says_which_hop_or_header_is_believed(setting, address):
    client = read_client_address({"OPENSLOT_CLIENT_ADDRESS": setting})
    assert client.read({**FRONT_DOOR, "x-azure-clientip": "192.0.2.44"}) == address


def test_azures_own_front_end_is_one_hop_unless_it_is_set_otherwise():
    azure = {"WEBSITE_SITE_NAME": "book"}
    assert read_client_address(azure).read(FRONT_DOOR) == "147.243.10.7"
    assert read_client_address({**azure, "OPENSLOT_CLIENT_ADDRESS": "none"}).read(FRONT_DOOR) == "unknown"


@pytest.mark.parametrize(
    "setting", ["0", "10", "-1", "1.5", "X-Forwarded-For", "a b", "x:1", "é", "1,2", "x" * 62]
)
def test_a_setting_that_names_no_hop_is_refused(setting):
    with pytest.raises(ValueError, match="OPENSLOT_CLIENT_ADDRESS"):
        read_client_address({"OPENSLOT_CLIENT_ADDRESS": setting})


async def test_a_forged_hop_has_no_effect_where_nothing_stands_before_the_app():
    world = await limited_world(address=RateLimit(2, 0.001))
    world.services = replace(world.services, settings=replace(world.services.settings, client=ClientAddress()))
    forged = (f"203.0.113.{number}" for number in range(9))
    found = await statuses(world, "POST", ["/api/clinic/appointments"] * 4, forged)
    assert [status == 429 for status in found] == [False, False, True, True]


async def test_visitors_behind_a_content_network_are_told_apart():
    world = await limited_world(address=RateLimit(1, 0.001))
    client = ClientAddress(hops=2)
    world.services = replace(world.services, settings=replace(world.services.settings, client=client))
    hops = (f"198.51.100.{number}, 147.243.10.7:443" for number in (1, 2, 3, 1))
    found = await statuses(world, "POST", ["/api/clinic/appointments"] * 4, hops)
    assert [status == 429 for status in found] == [False, False, False, True]


async def limited_world(**limits):
    world = World(limits=Limits(**{"address": WIDE, "calendar": WIDE, "reads": WIDE, **limits}))
    await world.save(clinic())
    await world.save(clinic(id="biz0other", slug="other"))
    return world


async def statuses(world, method, urls, forwarded):
    found = []
    for url, hop in zip(urls, forwarded, strict=False):
        body = a_booking() if method == "POST" else None
        key = {"idempotency_key": a_key()} if body else {}
        found.append((await world.call(method, url, body, x_forwarded_for=hop, **key)).status)
    return found


async def test_what_is_put_before_the_last_hop_changes_nothing():
    world = await limited_world(reads=RateLimit(3, 0.001))
    forged = [f"10.0.0.{n}, 203.0.113.7:{n}" for n in range(10)]
    assert await statuses(world, "GET", ["/api/clinic"] * 10, forged) == [200] * 3 + [429] * 7
    assert await statuses(world, "GET", ["/api/clinic"], ["203.0.113.8"]) == [200]


async def test_a_network_of_ipv6_addresses_is_one_caller():
    world = await limited_world(reads=RateLimit(3, 0.001))
    hops = [f"[2001:db8::{n:x}]:443" for n in range(10)]
    assert await statuses(world, "GET", ["/api/clinic"] * 10, hops) == [200] * 3 + [429] * 7


async def test_bookings_are_limited_per_calendar_whoever_sends_them():
    world = await limited_world(calendar=RateLimit(2, 0.001))
    hops = [f"203.0.113.{n}" for n in range(5)]
    found = await statuses(world, "POST", ["/api/clinic/appointments"] * 5, hops)
    assert found[2:] == [429] * 3
    assert 429 not in found[:2]
    assert 429 not in await statuses(world, "POST", ["/api/other/appointments"], hops)


async def test_looking_for_calendars_and_links_is_limited_before_anything_is_looked_up():
    world = await limited_world(reads=RateLimit(5, 0.001))
    requests = world.table.requests
    urls = [f"/api/guess-{n}/appointments" for n in range(20)]
    found = await statuses(world, "POST", urls, ["203.0.113.7"] * 20)
    assert found == [404] * 5 + [429] * 15
    assert world.table.requests == requests + 5 + 1  # whether the organisation takes bookings at all is read once


async def test_a_refusal_carries_retry_after():
    world = await limited_world(reads=RateLimit(1, 0.1))
    await statuses(world, "GET", ["/api/clinic"], ["203.0.113.7"])
    answer = await world.call("GET", "/api/clinic", x_forwarded_for="203.0.113.7")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "11")
    assert answer.json()["type"] == "/problems/too-many-requests"
