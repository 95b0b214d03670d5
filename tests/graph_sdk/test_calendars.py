"""Calendars and currencies by the official SDK."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.booking_business import BookingBusiness
from msgraph.generated.models.booking_page_access_control import BookingPageAccessControl
from msgraph.generated.models.booking_page_settings import BookingPageSettings
from msgraph.generated.models.booking_scheduling_policy import BookingSchedulingPolicy
from msgraph.generated.models.bookings_availability import BookingsAvailability
from msgraph.generated.models.bookings_availability_window import BookingsAvailabilityWindow
from msgraph.generated.models.bookings_service_availability_type import BookingsServiceAvailabilityType
from msgraph.generated.models.day_of_week import DayOfWeek
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.physical_address import PhysicalAddress
from msgraph.generated.solutions.booking_businesses.booking_businesses_request_builder import (
    BookingBusinessesRequestBuilder,
)
from msgraph.generated.solutions.booking_currencies.booking_currencies_request_builder import (
    BookingCurrenciesRequestBuilder,
)
from msgraph_core.tasks.page_iterator import PageIterator

from tests.graph_sdk.settings import ADDRESS, hours
from tests.graph_sdk.wire import error_of, facts, unset


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
STAMPS = ("id", "created_date_time", "last_updated_date_time", "is_published", "public_url")
OF_ITS_OWN = ("appointments", "calendar_view", "customers", "custom_questions", "services", "staff_members")
READ_ONLY = {f"BookingBusiness.{name}" for name in (*STAMPS, *OF_ITS_OWN)}
Query = BookingBusinessesRequestBuilder.BookingBusinessesRequestBuilderGetQueryParameters
Currencies = BookingCurrenciesRequestBuilder.BookingCurrenciesRequestBuilderGetQueryParameters


def full_business():
    """Everything that can be set; durations as timedeltas, which the SDK writes as Python does."""
    general = BookingsAvailability(
        availability_type=BookingsServiceAvailabilityType.CustomWeeklyHours,
        business_hours=hours(DayOfWeek.Tuesday, start=time(10), end=time(12)),
    )
    closed = BookingsAvailabilityWindow(
        availability_type=BookingsServiceAvailabilityType.NotBookable,
        start_date=date(2030, 12, 24),
        end_date=date(2030, 12, 26),
    )
    return BookingBusiness(
        display_name="Fourth Coffee",
        business_type="Café",
        address=PhysicalAddress(**ADDRESS),
        phone="206-555-0100",
        email="manager@fourthcoffee.com",
        web_site_url="https://www.fourthcoffee.com",
        language_tag="pt-BR",
        default_currency_iso="BRL",
        business_hours=hours(DayOfWeek.Monday, DayOfWeek.Saturday, start=time(8, 30), end=time(12, 45)),
        scheduling_policy=BookingSchedulingPolicy(
            time_slot_interval=timedelta(minutes=45),
            minimum_lead_time=timedelta(hours=10),
            maximum_advance=timedelta(days=30),
            send_confirmations_to_owner=False,
            allow_staff_selection=False,
            is_meeting_invite_to_customers_enabled=True,
            general_availability=general,
            custom_availabilities=[closed],
        ),
        booking_page_settings=BookingPageSettings(
            access_control=BookingPageAccessControl.RestrictedToOrganization,
            booking_page_color_code="#123456",
            business_time_zone="America/Sao_Paulo",
            customer_consent_message="I agree.",
            enforce_one_time_password=True,
            is_business_logo_display_enabled=True,
            is_customer_consent_enabled=True,
            is_search_engine_indexability_disabled=True,
            is_time_slot_time_zone_set_to_business_time_zone=True,
            privacy_policy_web_url="https://www.fourthcoffee.com/privacy",
            terms_and_conditions_web_url="https://www.fourthcoffee.com/terms",
        ),
    )


async def test_every_property_of_a_calendar_comes_back(graph):
    sent = full_business()
    assert unset(sent) == READ_ONLY | {"BookingsAvailabilityWindow.business_hours"}  # those days are closed
    expected = facts(sent)
    made = await graph.solutions.booking_businesses.post(sent)
    assert made.created_date_time
    assert made.last_updated_date_time
    calendar = graph.solutions.booking_businesses.by_booking_business_id(made.id)
    for found in (made, await calendar.get()):
        assert facts(found, like=expected) == expected
        assert (found.is_published, found.public_url) == (False, None)
    await calendar.delete()
    with pytest.raises(ODataError) as gone:
        await calendar.get()
    assert error_of(gone) == (404, "ErrorItemNotFound")


async def test_what_was_got_can_be_patched_back(graph, business):
    shown = await business.get()
    before = facts(shown)
    shown.phone = "555 0100"
    shown.scheduling_policy.time_slot_interval = timedelta(hours=1)
    assert await business.patch(shown) is None
    after = facts(await business.get())
    expected = {**before, "phone": "555 0100"}
    expected["scheduling_policy"] = {**before["scheduling_policy"], "time_slot_interval": timedelta(hours=1)}
    for name in ("last_updated_date_time", "additional_data"):
        expected.pop(name, None), after.pop(name, None)
    assert after == expected


async def test_a_patch_leaves_what_it_does_not_name_and_clears_what_is_none(graph, business):
    await business.patch(BookingBusiness(phone="206-555-0100", email="x@contoso.com"))
    shown = await business.get()
    assert (shown.phone, shown.email, shown.display_name) == ("206-555-0100", "x@contoso.com", "Contoso")
    shown.phone = None
    await business.patch(shown)
    shown = await business.get()
    assert (shown.phone, shown.email) == (None, "x@contoso.com")


async def test_publishing_and_unpublishing(graph, business, app):
    await business.publish.post()
    shown = await business.get()
    assert shown.is_published
    assert shown.public_url.startswith(f"{app.url}/book/contoso")
    async with app.http() as http:
        assert (await http.get(shown.public_url)).status_code == 200
        await business.unpublish.post()
        assert (await http.get(shown.public_url)).status_code == 404
    shown = await business.get()
    assert (shown.is_published, shown.public_url) == (False, None)


async def test_lists_hold_id_and_name_count_and_are_paged(graph):
    made = [
        await graph.solutions.booking_businesses.post(BookingBusiness(display_name=f"Paged {n}")) for n in range(3)
    ]
    listed = await graph.solutions.booking_businesses.get()
    found = {one.id: one for one in listed.value}
    assert {one.id for one in made} <= found.keys()
    assert found[made[0].id].business_hours is None
    asked = RequestConfiguration(
        query_parameters=Query(count=True, top=1, filter="startswith(displayName,'Paged')")
    )
    page = await graph.solutions.booking_businesses.get(asked)
    assert (page.odata_count, len(page.value)) == (3, 1)
    names: list[str] = []
    await PageIterator(page, graph.request_adapter).iterate(lambda one: names.append(one.display_name) or True)
    assert names == ["Paged 0", "Paged 1", "Paged 2"]
    assert await graph.solutions.booking_businesses.count.get() == len(found)


async def test_currencies_come_whole_or_page_by_page(graph):
    whole = await graph.solutions.booking_currencies.get()
    codes = [one.id for one in whole.value]
    assert {"EUR", "USD", "ZAR"} <= set(codes)
    assert len(codes) == len(set(codes)) > 140
    assert whole.odata_next_link is None
    assert all(one.symbol for one in whole.value)
    asked = RequestConfiguration(query_parameters=Currencies(top=50))
    first = await graph.solutions.booking_currencies.get(asked)
    iterator, found = PageIterator(first, graph.request_adapter), []
    await iterator.iterate(lambda one: found.append(one.id) or True)
    assert (len(first.value), found) == (50, codes)
    following = await graph.solutions.booking_currencies.with_url(first.odata_next_link).get()
    assert following.value[0].id == found[50]
    euro = await graph.solutions.booking_currencies.by_booking_currency_id("EUR").get()
    assert euro.symbol == "€"


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"display_name": ""}, "/displayName"),
        ({"default_currency_iso": "ZZZ"}, "/defaultCurrencyIso"),
        ({"email": "nobody"}, "/email"),
        ({"scheduling_policy": BookingSchedulingPolicy(time_slot_interval=timedelta(minutes=7))}, "/schedulingPolicy/timeSlotInterval"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_a_bad_request_that_names_the_field(graph, business, changes, target):
    with pytest.raises(ODataError) as refused:
        await business.patch(BookingBusiness(**changes))
    assert error_of(refused) == (400, "BadRequest")
    assert refused.value.error.details[0].target == target
    assert refused.value.error.inner_error.request_id
    assert refused.value.error.inner_error.date


async def test_who_may_not_is_told_so(app, business):
    path = lambda client: client.solutions.booking_businesses.by_booking_business_id(business.id)  # noqa: E731
    for client, expected in (
        (app.client("outsider@demo.example"), (404, "ErrorItemNotFound")),
        (app.client("admin@demo.example", "Bookings.Read.All"), (403, "Forbidden")),
        (app.client("app@demo.example"), (403, "Forbidden")),
        (app.client_by("forged"), (401, "InvalidAuthenticationToken")),
    ):
        with pytest.raises(ODataError) as refused:
            await path(client).delete()
        assert error_of(refused) == expected
    for client in (app.client("scheduler@demo.example"), app.client("app@demo.example")):
        with pytest.raises(ODataError) as refused:
            await client.solutions.booking_businesses.post(BookingBusiness(display_name="Mine"))
        assert error_of(refused) == (403, "Forbidden")


async def test_calls_that_the_sdk_makes_up_get_a_clean_refusal(graph, business):
    with pytest.raises(ODataError) as refused:
        await graph.solutions.booking_currencies.by_booking_currency_id("EUR").delete()
    assert error_of(refused) == (405, "MethodNotAllowed")
    with pytest.raises(ODataError) as refused:
        await graph.me.get()
    assert error_of(refused) == (404, "ErrorItemNotFound")
