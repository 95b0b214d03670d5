"""Services, staff, questions and customers by the official SDK."""

from __future__ import annotations

from datetime import timedelta

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph.generated.models.booking_customer import BookingCustomer
from msgraph.generated.models.booking_reminder import BookingReminder
from msgraph.generated.models.booking_service import BookingService
from msgraph.generated.models.booking_staff_member import BookingStaffMember
from msgraph.generated.models.booking_staff_role import BookingStaffRole
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_core.tasks.page_iterator import PageIterator

from tests.graph_sdk.settings import a_customer, a_person, a_question, a_service, item
from tests.graph_sdk.wire import error_of, facts, unset


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
READ_ONLY = {"id", "created_date_time", "last_updated_date_time"}
UNSET = {
    "services": {
        "web_url",
        "business_hours",
    },  # an address of ours; hours where the service is not bookable at all
    "staff_members": set(),
    "custom_questions": set(),
    "customers": set(),
}
ANSWERS_PATCH = ("custom_questions", "customers")


def prefer():
    headers = HeadersCollection()
    headers.add("Prefer", "include-unknown-enum-members")
    return RequestConfiguration(headers=headers)


async def an(kind, business):
    made = {"staff_members": a_person, "custom_questions": a_question, "customers": a_customer}
    return await a_service(business) if kind == "services" else made[kind]()


EACH = pytest.mark.parametrize("kind", UNSET)


@EACH
async def test_every_property_comes_back(business, kind):
    sent = await an(kind, business)
    assert {name.partition(".")[2] for name in unset(sent)} == READ_ONLY | UNSET[kind]
    expected = facts(sent)
    made = await getattr(business, kind).post(sent)
    assert type(made) is type(sent)
    assert made.created_date_time
    listed = {one.id: one for one in (await getattr(business, kind).get()).value}
    for found in (made, await item(business, kind, made.id).get()):
        assert facts(found, like=expected) == expected
    if kind == "services":  # which hold their reminders only by id
        expected["default_reminders"] = []
        assert made.web_url.endswith(made.id)
    assert facts(listed[made.id], like=expected) == expected
    assert await getattr(business, kind).count.get() == len(listed)


async def test_the_colour_of_a_person_which_is_of_graphs_beta_comes_back(business):
    sent = a_person()
    sent.additional_data = {"colorIndex": 7}
    made = await business.staff_members.post(sent)
    assert made.additional_data["colorIndex"] == 7
    one = item(business, "staff_members", made.id)
    await one.patch(BookingStaffMember(additional_data={"colorIndex": 9}))
    shown = await one.get()
    await one.patch(shown)
    assert (await one.get()).additional_data["colorIndex"] == 9


@EACH
async def test_what_was_got_can_be_patched_back(business, kind):
    made = await getattr(business, kind).post(await an(kind, business))
    one = item(business, kind, made.id)
    shown = await one.get()
    before = facts(shown)
    shown.display_name = "Renamed"
    answer = await one.patch(shown)
    assert (answer is not None) is (kind in ANSWERS_PATCH)
    after = facts(await one.get())
    assert after.pop("display_name") == "Renamed"
    for name in ("last_updated_date_time", "additional_data", "display_name"):
        after.pop(name, None), before.pop(name, None)
    assert after == before


@EACH
async def test_what_is_deleted_is_not_there(business, kind):
    made = await getattr(business, kind).post(await an(kind, business))
    await item(business, kind, made.id).delete()
    with pytest.raises(ODataError) as gone:
        await item(business, kind, made.id).get()
    assert error_of(gone) == (404, "ErrorItemNotFound")
    assert made.id not in {one.id for one in (await getattr(business, kind).get()).value}


@EACH
async def test_what_has_no_name_is_refused(business, kind):
    sent = await an(kind, business)
    sent.display_name = ""
    with pytest.raises(ODataError) as refused:
        await getattr(business, kind).post(sent)
    assert error_of(refused) == (400, "BadRequest")
    assert refused.value.error.details[0].target == "/displayName"


@pytest.mark.parametrize("role", BookingStaffRole)
async def test_roles_beyond_the_sentinel_survive_a_round_trip_of_clients_that_do_not_know_them(business, role):
    if role is BookingStaffRole.UnknownFutureValue:
        with pytest.raises(ODataError) as refused:
            await business.staff_members.post(
                BookingStaffMember(display_name="X", email_address="x@x.example", role=role)
            )
        assert error_of(refused) == (400, "BadRequest")
        return
    made = await business.staff_members.post(
        BookingStaffMember(display_name="Sam", email_address="s@x.example", role=role)
    )
    beyond = role in (BookingStaffRole.Scheduler, BookingStaffRole.TeamMember)
    assert made.role is (BookingStaffRole.UnknownFutureValue if beyond else role)
    one = item(business, "staff_members", made.id)
    shown = await one.get()
    shown.display_name = "Sam S."
    await one.patch(shown)
    again = await one.get(prefer())
    assert (again.role, again.display_name) == (role, "Sam S.")


async def test_a_reminder_or_a_person_that_cannot_be_is_named(business):
    for changes, target in (
        ({"staff_member_ids": ["00000000-0000-0000-0000-000000000000"]}, "/staffMemberIds"),
        ({"default_duration": timedelta()}, "/defaultDuration"),
        ({"default_reminders": [BookingReminder(offset=timedelta(seconds=1))]}, "/defaultReminders/0/offset"),
        ({"maximum_attendees_count": 0}, "/maximumAttendeesCount"),
    ):
        with pytest.raises(ODataError) as refused:
            await business.services.post(BookingService(display_name="X", **changes))
        assert error_of(refused) == (400, "BadRequest")
        assert refused.value.error.details[0].target == target


async def test_customers_are_followed_from_page_to_page(graph, business):
    for number in range(103):
        await business.customers.post(BookingCustomer(display_name=f"Customer {number}"))
    first = await business.customers.get()
    found = []
    await PageIterator(first, graph.request_adapter).iterate(lambda one: found.append(one.id) or True)
    assert len(first.value) == 100
    assert len(set(found)) == 103


async def test_a_state_that_is_not_the_last_one_is_not_overwritten(app, business):
    made = await business.customers.post(a_customer())
    path = f"solutions/bookingBusinesses/{business.id}/customers/{made.id}"
    async with app.http() as http:
        etag = (await http.get(path)).headers["etag"]
        first = await http.patch(path, json={"displayName": "First"}, headers={"If-Match": etag})
        second = await http.patch(path, json={"displayName": "Second"}, headers={"If-Match": etag})
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["error"]["code"] == "PreconditionFailed"


async def test_a_repeated_request_makes_one_thing(app, business):
    path = f"solutions/bookingBusinesses/{business.id}/services"
    async with app.http() as http:
        headers = {"client-request-id": "5a1f0d3c-0000-4000-8000-000000000001"}
        made = [(await http.post(path, json={"displayName": "Once"}, headers=headers)).json() for _ in range(3)]
    assert len({one["id"] for one in made}) == 1
