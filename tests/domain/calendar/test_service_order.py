"""The order of a calendar's services: as staff set it, and as it was before anybody did."""

from shared.domain.calendar.service_order import moved
from tests.support.builders import MONDAY, a_business, a_calendar, a_service


def names(calendar):
    return [one.id for one in calendar.listed_services]


def a_calendar_of(*services, order=()):
    return a_calendar(a_business(service_order=order), [a_service(one) for one in services])


def test_without_an_order_services_stand_as_they_are_stored():
    assert names(a_calendar_of("cut", "beard", "tea")) == ["cut", "beard", "tea"]


def test_services_that_the_order_does_not_name_come_last():
    assert names(a_calendar_of("cut", "beard", "tea", order=("tea", "gone"))) == ["tea", "cut", "beard"]


def test_removed_services_are_not_listed_and_hidden_ones_not_offered():
    services = [a_service("cut", removed_at=MONDAY, is_hidden=True), a_service("tea", is_hidden=True), a_service()]
    calendar = a_calendar(services=services)
    assert names(calendar) == ["tea", "consultation"]
    assert [one.id for one in calendar.offered_services] == ["consultation"]


def test_a_service_is_moved_to_a_place_and_not_beyond_the_ends():
    services = a_calendar_of("cut", "beard", "tea").listed_services
    assert moved(services, "tea", 0) == ("tea", "cut", "beard")
    assert moved(services, "cut", 1) == ("beard", "cut", "tea")
    assert moved(services, "cut", 99) == ("beard", "tea", "cut")
    assert moved(services, "beard", -1) == ("beard", "cut", "tea")
