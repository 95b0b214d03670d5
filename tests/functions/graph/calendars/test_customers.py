"""customers of the Graph API."""

from datetime import timedelta
from uuid import UUID

import pytest

from functions.graph.models.customer import customer_guid, customer_of
from shared.domain.access.permissions import APPOINTMENTS, READ
from tests.functions.graph.app import ADA, SAM, TIM, VAL
from tests.support.builders import MONDAY, a_key


CUSTOMER = {
    "displayName": "Joni Sherman",
    "emailAddress": "jonis@relecloud.com",
    "phones": [
        {"number": "206-555-0100", "type": "home", "language": "en-US", "region": "US"},
        {"number": "206-555-0200", "type": "business", "language": None, "region": None},
    ],
    "addresses": [
        {"street": "4567 Main Street", "city": "Buffalo", "state": "NY", "countryOrRegion": "USA", "postalCode": "98052"},
        {"street": None, "city": "Lyon", "state": None, "countryOrRegion": None, "postalCode": None},
    ],
    "notes": "Rings twice.",
}  # fmt: skip


async def test_every_property_comes_back(graph):
    made = await graph.post("customers", CUSTOMER)
    assert UUID(made["id"])
    assert made["@odata.type"] == "#microsoft.graph.bookingCustomer"
    for found in (made, await graph.get(f"customers/{made['id']}"), *await graph.listed("customers")):
        assert {name: found[name] for name in CUSTOMER} == CUSTOMER
        assert found["createdDateTime"] == found["lastUpdatedDateTime"] == "2027-01-11T07:00:00Z"


async def test_a_change_answers_with_the_whole_and_leaves_what_it_does_not_name(graph):
    made = await graph.post("customers", CUSTOMER)
    graph.world.now += timedelta(hours=1)
    changed = await graph.patch(f"customers/{made['id']}", {**made, "displayName": "Adele"}, status=200)
    assert {name: changed[name] for name in CUSTOMER} == {**CUSTOMER, "displayName": "Adele"}
    assert (changed["createdDateTime"], changed["lastUpdatedDateTime"]) == (
        "2027-01-11T07:00:00Z",
        "2027-01-11T08:00:00Z",
    )
    cleared = await graph.patch(
        f"customers/{made['id']}", {"phones": None, "addresses": [], "emailAddress": None}, status=200
    )
    assert (cleared["phones"], cleared["addresses"], cleared["emailAddress"]) == ([], [], None)
    same = await graph.patch(f"customers/{made['id']}", cleared, status=200)
    assert same == cleared


async def test_a_repeated_request_makes_one_customer(graph):
    key = a_key()
    made = [await graph.post("customers", CUSTOMER, idempotency_key=key) for _ in range(2)]
    assert made[0] == made[1]
    assert len(await graph.listed("customers")) == 1
    assert (await graph.refused("POST", "customers", {"displayName": "X"}, idempotency_key=key))[0] == 422


async def test_two_customers_may_share_an_address(graph):
    one, other = await graph.post("customers", CUSTOMER), await graph.post("customers", CUSTOMER)
    assert one["id"] != other["id"]
    nameless = [await graph.post("customers", {"displayName": "No address"}) for _ in range(2)]
    assert nameless[0]["id"] != nameless[1]["id"]


async def test_whoever_books_by_the_address_of_a_customer_is_that_customer_and_overwrites_nothing(graph):
    made = await graph.post("customers", {**CUSTOMER, "emailAddress": "Ana@Example.com"})
    await graph.world.token()
    (found,) = await graph.listed("customers")
    assert (found["id"], found["displayName"]) == (made["id"], "Joni Sherman")


async def test_who_has_booked_is_a_customer_whom_staff_can_write_more_about(graph):
    customer = {"name": "Ana", "email": "ana@example.com", "phone": "+33 1 23 45"}
    await graph.world.token(customer=customer)
    (found,) = await graph.listed("customers")
    assert (found["displayName"], found["phones"][0]["number"]) == ("Ana", "+33 1 23 45")
    assert found["createdDateTime"] == "2027-01-11T07:00:00Z"
    changed = await graph.patch(
        f"customers/{found['id']}", {"displayName": "Ana Souza", "notes": "VIP"}, status=200
    )
    assert (changed["notes"], changed["createdDateTime"]) == ("VIP", "2027-01-11T07:00:00Z")
    await graph.world.token(start=MONDAY + timedelta(days=1, hours=4), customer=customer)
    (again,) = await graph.listed("customers")
    assert (again["displayName"], again["notes"]) == ("Ana Souza", "VIP")


async def test_a_removed_customer_is_gone_and_may_book_again(graph):
    await graph.world.token()
    (found,) = await graph.listed("customers")
    await graph.delete(f"customers/{found['id']}")
    assert await graph.listed("customers") == []
    for method in ("GET", "PATCH", "DELETE"):
        assert (await graph.refused(method, f"customers/{found['id']}", {} if method == "PATCH" else None))[
            0
        ] == 404
    await graph.world.token(start=MONDAY + timedelta(days=1, hours=4))
    assert len(await graph.listed("customers")) == 1


async def test_an_older_state_is_not_overwritten(graph):
    made = await graph.post("customers", CUSTOMER)
    path, etag = f"customers/{made['id']}", made["@odata.etag"]
    await graph.patch(path, {"displayName": "First"}, status=200, if_match=etag)
    for method, document in (("PATCH", {"displayName": "Second"}), ("DELETE", None)):
        assert (await graph.refused(method, path, document, if_match=etag))[0] == 412


@pytest.mark.parametrize(
    ("document", "target"),
    [
        ({"displayName": None}, "/displayName"),
        ({"displayName": "\u202e"}, "/displayName"),
        ({"emailAddress": "x"}, "/emailAddress"),
        ({"phones": [{"number": "1", "type": "telex"}]}, "/phones/0/type"),
        ({"phones": [{"type": "home"}]}, "/phones/0/number"),
        ({"addresses": [{"planet": "x"}]}, "/addresses/0/planet"),
        ({"addresses": "x"}, "/addresses"),
        ({"age": 3}, "/age"),
    ],
)
async def test_what_cannot_be_is_refused_by_the_name_of_the_field(graph, document, target):
    made = await graph.post("customers", CUSTOMER)
    for method, path, body in (
        ("PATCH", f"customers/{made['id']}", document),
        ("POST", "customers", {**CUSTOMER, **document}),
    ):
        status, error = await graph.refused(method, path, body)
        assert (status, error["details"][0]["target"]) == (400, target)


async def many(graph, count):
    for number in range(count):
        await graph.post(
            "customers", {"displayName": f"Customer {number:03d}", "emailAddress": f"c{number}@x.example"}
        )


async def test_customers_come_page_after_page(graph):
    await many(graph, 205)
    found, url, pages = [], "customers", 0
    while url:
        page = await graph.get(url)
        found, pages = found + page["value"], pages + 1
        url = page.get("@odata.nextLink", "").removeprefix("https://book.example.org")
    assert (len(found), len({one["id"] for one in found}), pages) == (205, 205, 3)
    few = await graph.get("customers?$top=5&$select=displayName")
    assert len(few["value"]) == 5
    assert few["@odata.nextLink"].startswith("https://book.example.org/v1.0/")
    assert "@odata.nextLink" not in await graph.get("customers?$top=0")
    assert (await graph.call("GET", "customers/$count")).body == b"205"
    await graph.get("customers?$skiptoken=x")
    for token in ("../..", "%00", "0" * 200):
        assert (await graph.refused("GET", f"customers?$skiptoken={token}"))[0] == 400


async def test_the_top_is_the_size_of_each_page_as_far_as_we_go(graph):
    await many(graph, 130)
    first = await graph.get("customers?$top=120")
    rest = await graph.get(first["@odata.nextLink"].removeprefix("https://book.example.org"))
    assert (len(first["value"]), len(rest["value"]), "@odata.nextLink" in rest) == (100, 30, False)


async def test_customers_are_looked_for(graph):
    await many(graph, 12)
    found = await graph.get("customers?$filter=contains(displayName,'01')&$orderby=displayName%20desc&$count=true")
    assert [one["displayName"] for one in found["value"]] == ["Customer 011", "Customer 010", "Customer 001"]
    assert found["@odata.count"] == 3
    (one,) = await graph.listed("customers?$filter=emailAddress%20eq%20'C3@x.example'")
    assert one["displayName"] == "Customer 003"


async def test_who_may_see_and_change_customers(graph):
    made = await graph.post("customers", CUSTOMER)
    path = f"customers/{made['id']}"
    for email in (SAM, TIM, VAL):
        assert (await graph.by(email).get(path))["displayName"] == "Joni Sherman"
    await graph.by(TIM).patch(path, {"notes": "x"}, status=200)
    assert (await graph.by(VAL).refused("PATCH", path, {"notes": "x"}))[0] == 403
    assert (await graph.by(TIM).refused("DELETE", path))[0] == 403
    assert (await graph.by(ADA, READ).refused("POST", "customers", CUSTOMER))[0] == 403
    await graph.by(SAM, APPOINTMENTS).delete(path)


@pytest.mark.parametrize("name", ["0123456789abcdef0123456789", "ffffffffffffffffffffffffff"])
def test_ids_are_guids_both_ways(name):
    guid = customer_guid(name)
    assert str(UUID(guid)) == guid
    assert customer_of(guid) == customer_of(guid.upper()) == name


@pytest.mark.parametrize("name", ["ana", "", "0123", "00000000-0000-0000-0000-000000000001", "x/y"])
def test_other_ids_stay_as_they_are(name):
    assert customer_of(customer_guid(name)) == name
