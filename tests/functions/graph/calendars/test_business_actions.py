"""What is done with whole calendars by the Graph API: they are made, published, renamed, cloned, deleted and restored."""

from datetime import timedelta

from tests.functions.graph.app import OUTSIDER, ROOT, VAL
from tests.support.builders import a_key
from tests.support.edge import ORGANISATION_ADMINISTRATOR


async def test_publishing_gives_the_page_its_address_and_can_be_repeated(graph):
    for _ in range(2):
        await graph.post("unpublish", status=204)
        found = await graph.get()
        assert (found["isPublished"], found["publicUrl"]) == (False, None)
        assert (await graph.world.call("GET", "/api/clinic")).status == 404
    for _ in range(2):
        await graph.post("microsoft.graph.publish", status=204)
        found = await graph.get()
        assert (found["isPublished"], found["publicUrl"]) == (True, "https://book.example.org/book/clinic")
        assert (await graph.world.call("GET", "/api/clinic")).status == 200


async def test_a_deleted_calendar_is_gone_at_once_and_can_be_restored_for_thirty_days(graph):
    organisation = graph.by_organisation()
    await graph.delete("")
    assert (await graph.refused("GET", ""))[0] == 404
    assert (await graph.refused("PATCH", "", {"phone": "1"}))[0] == 404
    for other in (graph.world, graph.world.another_process()):
        assert (await other.call("GET", "/api/clinic")).status == 404
        assert (await other.call("GET", "/book/clinic")).status == 404
    assert [one["displayName"] for one in await graph.listed(ROOT)] == []
    assert len(await organisation.listed(ROOT)) == 1
    graph.world.now += timedelta(days=29)
    restored = await graph.post("restore", status=200)
    assert restored["isPublished"]
    assert (await graph.world.call("GET", "/api/clinic")).status == 200
    await graph.delete("")
    graph.world.now += timedelta(days=31)
    assert (await graph.refused("POST", "restore"))[0] == 404
    assert (await graph.by(VAL).refused("POST", "restore"))[0] == 404


async def test_only_those_who_may_restore_know_of_a_deleted_calendar(graph):
    await graph.delete("")
    assert (await graph.by(OUTSIDER).refused("POST", "restore"))[0] == 404
    assert (await graph.by(VAL).refused("POST", "restore"))[0] == 403
    assert (await graph.by_nobody().refused("POST", "restore"))[0] == 401
    await graph.by_organisation().post("restore", status=200)


async def test_a_renamed_calendar_keeps_its_old_address_and_its_id(graph):
    renamed = await graph.post("rename", {"displayName": "Practice", "slug": "practice"}, status=200)
    assert (renamed["displayName"], renamed["publicUrl"]) == ("Practice", "https://book.example.org/book/practice")
    for slug in ("clinic", "practice"):
        assert (await graph.world.call("GET", f"/api/{slug}")).json()["name"] == "Practice"
    assert (await graph.get())["displayName"] == "Practice"
    status, error = await graph.refused("POST", "rename", {"displayName": "X", "slug": "closed"})
    assert (status, error["code"]) == (409, "Conflict")
    assert (await graph.refused("POST", "rename", {"displayName": "X", "slug": "No Slug"}))[0] == 400


async def test_a_clone_has_the_settings_and_neither_people_nor_publicity(graph):
    organisation = graph.by_organisation()
    made = await organisation.post("clone", {"displayName": "Second clinic"})
    assert made["isPublished"] is False
    source = await graph.get()
    same = ("businessHours", "schedulingPolicy", "languageTag", "defaultCurrencyIso")
    assert [made[name] for name in same] == [source[name] for name in same]
    assert made["id"] != source["id"]
    (founder,) = await organisation.listed(f"{ROOT}/{made['id']}/staffMembers")
    services = await organisation.listed(f"{ROOT}/{made['id']}/services")
    assert founder["emailAddress"] == ORGANISATION_ADMINISTRATOR
    assert [one["displayName"] for one in services] == [
        one["displayName"] for one in await graph.listed("services")
    ]
    assert all(one["staffMemberIds"] == [] for one in services)


async def test_people_come_along_into_a_clone_where_they_are_to(graph):
    organisation = graph.by_organisation()
    made = await organisation.post("clone", {"displayName": "Third", "withStaff": True})
    clone = f"{ROOT}/{made['id']}"
    own = [one["id"] for one in await graph.listed("staffMembers")]
    copied = [one["id"] for one in await organisation.listed(f"{clone}/staffMembers")]
    assert len(copied) == len(own) + 1  # and whoever made it
    assert set(own) < set(copied)
    for service in await graph.listed("services"):
        assert (await organisation.get(f"{clone}/services/{service['id']}"))["staffMemberIds"] == service[
            "staffMemberIds"
        ]


async def test_a_repeated_request_makes_one_calendar_and_the_same_key_for_another_is_refused(graph):
    organisation, key = graph.by_organisation(), a_key()
    made = [await organisation.post(ROOT, {"displayName": "Twice"}, idempotency_key=key) for _ in range(2)]
    assert made[0]["id"] == made[1]["id"]
    status, error = await organisation.refused("POST", ROOT, {"displayName": "Else"}, idempotency_key=key)
    assert (status, error["code"]) == (422, "UnprocessableEntity")
    assert (await organisation.refused("POST", ROOT, {"displayName": "X"}, idempotency_key="short"))[0] == 400


async def test_a_client_request_id_stands_for_one_request(graph):
    organisation = graph.by_organisation()
    names = [one["id"] for one in await organisation.listed(ROOT)]
    for name in ("One", "One", "Two"):
        answer = await organisation.call("POST", ROOT, {"displayName": name}, client_request_id="0f9a-request")
        assert answer.headers["client-request-id"] == "0f9a-request"
    assert len(await organisation.listed(ROOT)) == len(names) + 2


async def test_two_calendars_of_one_name_have_addresses_of_their_own(graph):
    organisation = graph.by_organisation()
    made = [await organisation.post(ROOT, {"displayName": "Зубная клиника"}) for _ in range(2)]
    made += [await organisation.post(ROOT, {"displayName": "Café du Coin"}) for _ in range(2)]
    for one in made:
        await organisation.post(f"{ROOT}/{one['id']}/publish", status=204)
    urls = [(await organisation.get(f"{ROOT}/{one['id']}"))["publicUrl"] for one in made]
    assert len(set(urls)) == 4
    assert urls[2].endswith("/book/cafe-du-coin")


async def test_whoever_creates_a_calendar_is_its_administrator(graph):
    organisation = graph.by_organisation()
    made = await organisation.post(ROOT, {"displayName": "Mine"})
    calendar = await graph.world.store.calendars.find_by_id(made["id"].partition("@")[0])
    (founder,) = calendar.staff.values()
    assert (founder.email, founder.role, founder.is_bookable) == (
        ORGANISATION_ADMINISTRATOR,
        "administrator",
        False,
    )
