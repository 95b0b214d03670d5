"""The tables of properties: each line is shown, and errors name the property that they are at."""

import pytest

from functions.graph.models.business import BusinessBody, new_business, view_of_business
from functions.graph.models.customer import CustomerBody
from functions.graph.models.properties import EntityTable, hidden_from_clients, names_of
from functions.graph.models.question import QuestionBody
from functions.graph.models.service import ServiceBody
from functions.graph.models.staff import StaffBody
from shared.domain.errors import InvalidFields
from tests.support.edge import World


TABLES = (BusinessBody, ServiceBody, StaffBody, QuestionBody, CustomerBody)
BACKWARDS = [{"day": "monday", "timeSlots": [{"startTime": "17:00:00", "endTime": "09:00:00"}]}]
WEEKLY = {"availabilityType": "customWeeklyHours", "businessHours": BACKWARDS}
DATES = {"startDate": "2030-12-24", "endDate": "2030-12-24"}


@pytest.mark.parametrize("table", TABLES)
def test_what_clients_can_set_is_shown_too(table: type[EntityTable]) -> None:
    assert all(any(hasattr(one, "read") for one in field.metadata) for field in table.model_fields.values())


def test_read_only_properties_are_those_that_the_table_says() -> None:
    assert hidden_from_clients(ServiceBody) == {"id", "webUrl", "createdDateTime", "lastUpdatedDateTime"}
    assert hidden_from_clients(BusinessBody) >= {"isPublished", "publicUrl"}


def test_fields_of_the_domain_are_named_as_in_graph() -> None:
    names = names_of(ServiceBody)
    assert (names["name"], names["maximum_attendees"], names["price"]) == (
        "displayName",
        "maximumAttendeesCount",
        "defaultPrice",
    )


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"specialDates": [{**DATES, "businessHours": BACKWARDS}]}, "/specialDates/0/businessHours"),
        (
            {"schedulingPolicy": {"generalAvailability": WEEKLY}},
            "/schedulingPolicy/generalAvailability/businessHours",
        ),
        (
            {"schedulingPolicy": {"customAvailabilities": [{**DATES, **WEEKLY}]}},
            "/schedulingPolicy/customAvailabilities/0/businessHours",
        ),
    ],
)
def test_an_error_in_a_list_names_its_place(sent: dict[str, object], pointer: str) -> None:
    business = new_business("biz", "clinic")
    view = view_of_business(business, World().services.settings)
    with pytest.raises(InvalidFields) as refused:
        BusinessBody.applied(business, {"displayName": "Clinic", **sent}, view)
    assert [one.pointer for one in refused.value.errors] == [pointer]
