"""The routes of the Graph API, with the permission each needs; one function of the host serves them all.

The host would take the first template that fits, and answer a wrong method or an unknown path without Graph's
envelope, so the table is here. Segments are compared without case, `…/$count` goes with every collection, and
bound actions may be called by their full names.
"""

import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import unquote

from functions.graph.call import GraphRequest, HandlerResult
from functions.graph.errors import MethodNotAllowed
from functions.graph.handlers import (
    appointments,
    audit,
    availability,
    business_actions,
    businesses,
    currencies,
    customers,
    entities,
    export_bookings,
    history,
    import_customers,
    logo,
    messages,
    organization,
    people,
    staff_load,
    templates,
    time_off,
)
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit


GraphHandler = Callable[[GraphRequest], Awaitable[HandlerResult]]
ReadAhead = Callable[[GraphRequest, str], Awaitable[AppointmentWithVisit]]
KEY_IN_BRACKETS = re.compile(r"(?<![A-Za-z])([A-Za-z]+)\('([^']*)'\)")
NAMESPACE = "microsoft.graph."
COUNT = "$count"


class GraphRoute(NamedTuple):
    """`path` is below /v1.0; `operation` is checked in the calendar of the path, else outside any calendar.

    A handler that `decides` checks by itself: the organisation says who may create, and a deleted calendar has no
    access before it is restored. A route that `reads` changes nothing, whatever its method. Without `has_etag`,
    such as a list to add to, no If-Match can hold. What a change needs to know first is read by `reads_ahead`, in
    parallel with the check of the caller's rights: it must change nothing, and is dropped for who has none.
    """

    method: str
    path: str
    operation: Permission
    handler: GraphHandler
    decides: bool = False
    reads: bool = False
    has_etag: bool = True
    reads_ahead: ReadAhead | None = None

    @property
    def is_read(self) -> bool:
        """Whether the route changes nothing."""
        return self.reads or self.method == "GET"

    @property
    def segments(self) -> list[str]:
        return self.path.split("/")

    @property
    def has_calendar(self) -> bool:
        return "{business}" in self.path


ALL = "solutions/bookingBusinesses"
ONE = f"{ALL}/{{business}}"
APPOINTMENTS = f"{ONE}/appointments"
UNDELIVERED, TEXTS = f"{ONE}/undeliveredMessages", f"{ONE}/messageTexts"
CURRENCIES = "solutions/bookingCurrencies"
ORGANIZATION = "solutions/bookingOrganization"


def _entries(name: str, entries: entities.Entries, operations: tuple[Permission, ...]) -> list[GraphRoute]:
    listing, reading, changing = operations
    return [
        GraphRoute("GET", f"{ONE}/{name}", listing, entries.list),
        GraphRoute("POST", f"{ONE}/{name}", changing, entries.post, has_etag=False),
        GraphRoute("GET", f"{ONE}/{name}/{{id}}", reading, entries.get),
        GraphRoute("PATCH", f"{ONE}/{name}/{{id}}", changing, entries.patch),
        GraphRoute("DELETE", f"{ONE}/{name}/{{id}}", changing, entries.delete),
    ]


ROUTES = (
    GraphRoute("GET", CURRENCIES, Permission.READ_CURRENCIES, currencies.list_currencies),
    GraphRoute("GET", f"{CURRENCIES}/{{id}}", Permission.READ_CURRENCIES, currencies.get_currency),
    GraphRoute("GET", "solutions/bookingTemplates", Permission.LIST_CALENDARS, templates.list_templates),
    GraphRoute("GET", ORGANIZATION, Permission.READ_DIRECTORY, organization.get_organization),
    GraphRoute("PATCH", ORGANIZATION, Permission.CHANGE_ORGANISATION, organization.patch_organization),
    GraphRoute("GET", f"{ORGANIZATION}/directory", Permission.READ_DIRECTORY, organization.list_directory),
    GraphRoute("GET", f"{ORGANIZATION}/deleted", Permission.READ_DIRECTORY, organization.list_deleted),
    GraphRoute("GET", f"{ORGANIZATION}/people/{{id}}", Permission.READ_DIRECTORY, people.list_places),
    GraphRoute(
        "DELETE",
        f"{ORGANIZATION}/people/{{id}}",
        Permission.CHANGE_ORGANISATION,
        people.delete_person,
        has_etag=False,
    ),
    GraphRoute("GET", f"{ORGANIZATION}/auditLog", Permission.READ_DIRECTORY, audit.list_organization_audit),
    GraphRoute("GET", ALL, Permission.LIST_CALENDARS, businesses.list_businesses),
    GraphRoute("POST", ALL, Permission.CREATE_CALENDAR, businesses.post_business, decides=True, has_etag=False),
    GraphRoute("GET", ONE, Permission.READ_CALENDAR, businesses.get_business),
    GraphRoute("PATCH", ONE, Permission.CHANGE_SETTINGS, businesses.patch_business),
    GraphRoute("DELETE", ONE, Permission.DELETE_CALENDAR, businesses.delete_business),
    GraphRoute("POST", f"{ONE}/publish", Permission.PUBLISH, businesses.publish_business),
    GraphRoute("POST", f"{ONE}/unpublish", Permission.PUBLISH, businesses.unpublish_business),
    GraphRoute("POST", f"{ONE}/rename", Permission.CHANGE_SETTINGS, business_actions.rename_business),
    GraphRoute("POST", f"{ONE}/clone", Permission.CHANGE_SETTINGS, business_actions.clone_business),
    GraphRoute("GET", f"{ONE}/staffLoad", Permission.VIEW_BOOKINGS, staff_load.list_loads),
    GraphRoute(
        "POST", f"{ONE}/rebalance", Permission.CHANGE_ANY_BOOKING, staff_load.post_rebalance, has_etag=False
    ),
    GraphRoute("PUT", f"{ONE}/logo", Permission.CHANGE_SETTINGS, logo.put_logo),
    GraphRoute("DELETE", f"{ONE}/logo", Permission.CHANGE_SETTINGS, logo.delete_logo),
    GraphRoute(
        "POST",
        f"{ONE}/restore",
        Permission.RESTORE_CALENDAR,
        business_actions.restore_business,
        decides=True,
    ),
    *_entries(
        "services",
        entities.SERVICES,
        (Permission.LIST_SERVICES, Permission.READ_SERVICE, Permission.CHANGE_SERVICES),
    ),
    *_entries(
        "staffMembers",
        entities.STAFF,
        (Permission.LIST_STAFF, Permission.LIST_STAFF, Permission.CHANGE_STAFF),
    ),
    *_entries(
        "customQuestions",
        entities.QUESTIONS,
        (Permission.READ_QUESTIONS, Permission.READ_QUESTIONS, Permission.CHANGE_QUESTIONS),
    ),
    GraphRoute("GET", f"{ONE}/services/{{id}}/whyNotOffered", Permission.VIEW_BOOKINGS, time_off.list_reasons),
    GraphRoute("GET", f"{ONE}/timeOff", Permission.VIEW_BOOKINGS, time_off.list_time_off),
    GraphRoute("POST", f"{ONE}/timeOff", Permission.CHANGE_TIME_OFF, time_off.post_time_off, has_etag=False),
    GraphRoute("GET", f"{ONE}/timeOff/{{id}}", Permission.VIEW_BOOKINGS, time_off.get_time_off),
    GraphRoute("PATCH", f"{ONE}/timeOff/{{id}}", Permission.CHANGE_TIME_OFF, time_off.patch_time_off),
    GraphRoute("DELETE", f"{ONE}/timeOff/{{id}}", Permission.CHANGE_TIME_OFF, time_off.delete_time_off),
    GraphRoute("GET", APPOINTMENTS, Permission.READ_BOOKINGS, appointments.list_appointments),
    GraphRoute("POST", APPOINTMENTS, Permission.CREATE_BOOKING, appointments.post_appointment, has_etag=False),
    GraphRoute("GET", f"{APPOINTMENTS}/{{id}}", Permission.READ_BOOKINGS, appointments.get_appointment),
    GraphRoute(
        "PATCH",
        f"{APPOINTMENTS}/{{id}}",
        Permission.CHANGE_BOOKING,
        appointments.patch_appointment,
        reads_ahead=appointments.read_ahead,
    ),
    GraphRoute(
        "DELETE",
        f"{APPOINTMENTS}/{{id}}",
        Permission.DELETE_BOOKING,
        appointments.remove_appointment,
        reads_ahead=appointments.read_ahead,
    ),
    GraphRoute(
        "POST",
        f"{APPOINTMENTS}/{{id}}/cancel",
        Permission.CANCEL_BOOKING,
        appointments.cancel_appointment,
        reads_ahead=appointments.read_ahead,
    ),
    GraphRoute(
        "POST", f"{APPOINTMENTS}/{{id}}/sendNewLink", Permission.CHANGE_BOOKING, appointments.post_new_link
    ),
    GraphRoute("GET", f"{APPOINTMENTS}/{{id}}/history", Permission.READ_BOOKINGS, history.list_history),
    GraphRoute(
        "GET",
        f"{ONE}/customers/{{id}}/appointments",
        Permission.READ_BOOKINGS,
        history.list_customer_appointments,
    ),
    GraphRoute("GET", f"{ONE}/calendarView", Permission.VIEW_BOOKINGS, appointments.view_calendar),
    GraphRoute(
        "POST",
        f"{ONE}/getStaffAvailability",
        Permission.READ_AVAILABILITY,
        availability.get_staff_availability,
        reads=True,
    ),
    GraphRoute("GET", f"{ONE}/exportBookings", Permission.EXPORT_BOOKINGS, export_bookings.export_bookings),
    GraphRoute("GET", f"{ONE}/usageReport", Permission.READ_REPORT, export_bookings.usage_report),
    GraphRoute("GET", f"{ONE}/bookingReport", Permission.READ_REPORT, export_bookings.booking_report),
    GraphRoute("GET", f"{ONE}/utilizationReport", Permission.READ_REPORT, export_bookings.utilisation_report),
    GraphRoute("GET", f"{ONE}/auditLog", Permission.READ_AUDIT, audit.list_audit),
    GraphRoute("GET", UNDELIVERED, Permission.RESEND_MESSAGES, messages.list_undelivered_messages),
    GraphRoute(
        "POST", f"{UNDELIVERED}/{{id}}/resend", Permission.RESEND_MESSAGES, messages.post_resend, has_etag=False
    ),
    GraphRoute(
        "POST", f"{UNDELIVERED}/{{id}}/dismiss", Permission.RESEND_MESSAGES, messages.post_dismiss, has_etag=False
    ),
    GraphRoute("GET", TEXTS, Permission.READ_CALENDAR, messages.list_message_texts),
    GraphRoute("GET", f"{TEXTS}/{{id}}", Permission.READ_CALENDAR, messages.get_message_text),
    GraphRoute("PATCH", f"{TEXTS}/{{id}}", Permission.CHANGE_SETTINGS, messages.patch_message_text),
    GraphRoute("DELETE", f"{TEXTS}/{{id}}", Permission.CHANGE_SETTINGS, messages.delete_message_text),
    GraphRoute("GET", f"{ONE}/customers", Permission.LIST_CUSTOMERS, customers.list_customers),
    GraphRoute("POST", f"{ONE}/customers", Permission.CHANGE_CUSTOMER, customers.post_customer, has_etag=False),
    GraphRoute(
        "POST", f"{ONE}/importCustomers", Permission.CHANGE_CUSTOMER, import_customers.post_import, has_etag=False
    ),
    GraphRoute("GET", f"{ONE}/customers/{{id}}", Permission.READ_CUSTOMER, customers.get_customer),
    GraphRoute("PATCH", f"{ONE}/customers/{{id}}", Permission.CHANGE_CUSTOMER, customers.patch_customer),
    GraphRoute("DELETE", f"{ONE}/customers/{{id}}", Permission.DELETE_CUSTOMER, customers.delete_customer),
)


class FoundRoute(NamedTuple):
    """A route with the ids in its path. `is_count`: only the number of items is asked for."""

    route: GraphRoute
    ids: dict[str, str]
    is_count: bool


def find_route(method: str, path: str) -> FoundRoute:
    """Return the route of a path below /v1.0. Raises NotFound, MethodNotAllowed for a known path."""
    segments = [unquote(part) for part in KEY_IN_BRACKETS.sub(r"\1/\2", path).strip("/").split("/")]
    is_count = segments[-1] == COUNT
    segments = segments[:-1] if is_count else segments
    wanted = "GET" if method == "HEAD" else method
    fitting = [(route, ids) for route in ROUTES if (ids := _ids(route.segments, segments)) is not None]
    if is_count:
        fitting = [one for one in fitting if one[0].method == "GET" and not one[0].path.endswith("}")]
    for route, ids in fitting:
        if route.method == wanted:
            return FoundRoute(route, ids, is_count)
    if fitting:
        raise MethodNotAllowed(", ".join(sorted({route.method for route, _ in fitting})))
    raise NotFound("There is nothing at this address.")


def _ids(template: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    ids: dict[str, str] = {}
    for part, segment in zip(template, segments, strict=True):
        if part.startswith("{"):
            ids[part.strip("{}")] = segment
        elif segment.lower().removeprefix(NAMESPACE) != part.lower():
            return None
    return ids
