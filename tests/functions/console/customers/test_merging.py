"""Duplicates are suggested by address and number, compared side by side, and merged with their appointments."""

from html import unescape

from tests.functions.console.app import hidden
from tests.functions.console.customers.test_customers import LIST, customer_of, page
from tests.support.edge import Answer


PHONE = "+33 1 99 88 77 66"


async def two_bobs(console) -> tuple[str, str]:
    """Return the ids of Bob, who has booked, and of a Robert whom staff have added with the same number."""
    bob = await customer_of(console, "bob")
    await console.send("desk", f"{LIST}/customer/{bob}", name="Bob", email="b@example.com", phone=PHONE)
    added = await console.send("desk", f"{LIST}/new", name="Robert", phone="01 99 88 77 66", notes="Has a dog")
    assert added.status == 303, added.body
    return bob, await customer_of(console, "robert")


async def test_those_with_the_same_number_are_suggested_and_merged(console):
    bob, robert = await two_bobs(console)
    listed = await page(console, f"{LIST}/duplicates")
    assert ["Bob" in listed, "Robert" in listed, "Ana" in listed] == [True, True, False]
    assert f"{LIST}/customer/{robert}" in await page(console, f"{LIST}/customer/{bob}/merge")
    path = f"{LIST}/customer/{robert}/merge?with={bob}"
    compared = await page(console, path)
    assert ["Has a dog" in compared, "b@example.com" in compared] == [True, True]
    done = await console.send("desk", path)
    assert done.headers["Location"] == f"{LIST}/customer/{robert}?news=merged"
    merged = await page(console, done.headers["Location"])
    assert "They’re one customer now" in merged
    assert "Omar" in merged.partition('id="coming"')[2]
    assert "Bob" not in (await page(console)).partition("<main")[2].partition("list-top")[2]
    assert "No two customers share" in await page(console, f"{LIST}/duplicates")
    assert "Robert" in await page(console, f"{LIST}/customer/{bob}")


async def test_the_same_is_found_by_name_too_and_never_with_itself(console):
    bob = await customer_of(console, "bob")
    path = f"{LIST}/customer/{bob}/merge"
    assert "No one else has this email address" in await page(console, path)
    found = await page(console, f"{path}?find=ana")
    assert "Ana Souza" in found
    assert "Compare and merge" not in await page(console, f"{path}?find=bob")
    assert "Who is the same as Bob?" in await page(console, f"{path}?with={bob}")


async def test_who_may_not_remove_customers_merges_none_and_nobody_merges_the_unknown(console):
    bob, robert = await two_bobs(console)
    for path in (f"{LIST}/duplicates", f"{LIST}/customer/{bob}/merge"):
        assert (await console.open("claire", path)).status == 403
    assert (await console.open("desk", f"{LIST}/customer/{bob}/merge?with=nobody")).status == 404
    assert (await console.open("desk", f"{LIST}/customer/nobody/merge")).status == 404
    await console.send("desk", f"{LIST}/customer/{bob}/merge?with={robert}")
    again = await console.open("desk", f"{LIST}/customer/{bob}/merge?with={robert}")
    assert again.headers["Location"] == f"{LIST}/customer/{bob}?news=merged"


async def test_an_appointment_leads_to_the_customer_who_was_kept(console):
    bob, robert = await two_bobs(console)
    await console.send("desk", f"{LIST}/customer/{robert}/merge?with={bob}")
    listed = await page(console, f"{LIST}/customer/{robert}")
    details = listed.partition('id="coming"')[2].split('href="')[1].split('"')[0]
    shown = unescape((await console.open("desk", details)).body.decode())
    assert f"{LIST}/customer/{bob}" in shown


async def test_who_was_merged_is_found_by_the_old_name_and_warned_of_by_the_old_appointments(console):
    bob, robert = await two_bobs(console)
    await console.send("desk", f"{LIST}/customer/{robert}/merge?with={bob}")
    found = await page(console, f"{LIST}?find=bob")
    assert f"{LIST}/customer/{robert}" in found
    form = {"service": "here", "staff": "omar", "date": "2027-01-11", "time": "15:00", "name": "Robert"}
    new = "/console/bookings/biz0clinic/new"
    for chosen in ({"email": "b@example.com"}, {"customer": robert, "email": "b@example.com", "phone": PHONE}):
        warned = await console.send("desk", new, **form, **chosen)
        assert (warned.status, "Omar" in warned.body.decode()) == (409, True)


async def undo(console, path: str, other: str) -> Answer:
    form = {**hidden(await console.open("desk", path)), "with": other, "do": "undo"}
    return await console.post("desk", f"{path}/merge", **form)


async def test_a_merge_is_undone_on_the_page_of_the_customer_who_was_kept(console):
    bob, robert = await two_bobs(console)
    path = f"{LIST}/customer/{robert}"
    assert "Undo the merge" not in await page(console, path)
    await console.send("desk", f"{path}/merge?with={bob}")
    merged = await page(console, path)
    assert "Merged with Bob. This can be undone until" in merged
    assert "Undo the merge" not in unescape((await console.open("claire", path)).body.decode())
    done = await undo(console, path, bob)
    assert "two customers again" in await page(console, done.headers["Location"])
    assert "Omar" in (await page(console, f"{LIST}/customer/{bob}")).partition('id="coming"')[2]
    listed = await page(console)
    assert ["Bob" in listed, "Robert" in listed] == [True, True]
    for other in (bob, "nobody"):
        again = await undo(console, path, other)
        assert again.status == (303 if other == bob else 404)


async def test_what_another_merge_has_overtaken_is_not_undone(console):
    bob, robert = await two_bobs(console)
    ana, path = await customer_of(console, "ana"), f"{LIST}/customer/{robert}"
    await console.send("desk", f"{path}/merge?with={bob}")
    await console.send("desk", f"{path}/merge?with={ana}")
    late = await undo(console, path, bob)
    assert "can no longer be undone" in await page(console, late.headers["Location"])
