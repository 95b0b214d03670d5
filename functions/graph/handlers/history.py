"""Beyond Graph: a customer's past bookings, and the changes to an appointment."""

from functions.graph.call import Collection, GraphDocument, GraphRequest
from functions.graph.models.appointment import appointment_document
from functions.graph.models.customer import customer_of
from functions.http.problems import BadRequest
from shared.use_cases.appointments.find_appointments import read_appointment
from shared.use_cases.appointments.find_history import find_history
from shared.use_cases.customers.find_customer_appointments import CustomerAppointment, find_customer_appointments
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.organisation.find_audit import AuditEntry


async def list_customer_appointments(call: GraphRequest) -> Collection:
    """Return a page of a customer's appointments, latest start first, with only their own seat.

    Raises BadRequest for filters, sorting and counts.
    """
    options, business, store = call.options, call.calendar.business.id, call.app.store
    if call.is_count or not options.is_plain:
        raise BadRequest("Of a customer's appointments there are pages: $top, $skiptoken and $select.")
    token = options.skip_token
    if token and not (token.isascii() and token.isdigit() and len(token) < 7):
        raise BadRequest("$skiptoken is not one of ours.")
    customer, begin = customer_of(call.ids["id"]), int(token or 0)
    await read_customer(customer, business=business, store=store)
    found, is_more = await find_customer_appointments(
        customer, begin, options.page, business=business, store=store
    )
    goes_on = is_more and options.page > 0
    items = [options.chosen(_attended(one, call)) for one in found]
    return Collection(items, is_page=True, next_token=str(begin + options.page) if goes_on else "")


def _attended(one: CustomerAppointment, call: GraphRequest) -> GraphDocument:
    document = appointment_document(one.listed, call, is_listed=True)
    return document | ({"status": "cancelled"} if one.is_cancelled else {})


async def list_history(call: GraphRequest) -> Collection:
    """Return {dateTime, actor, action} of the changes to an appointment, newest first."""
    business, store = call.calendar.business.id, call.app.store
    found = await read_appointment(call.ids["id"], business=business, store=store)
    happened, _ = await find_history(found.appointment, business=business, store=store)
    return Collection([_happened(one) for one in happened])


def _happened(one: AuditEntry) -> GraphDocument:
    return {"dateTime": one.moment.isoformat().replace("+00:00", "Z"), "actor": one.actor, "action": one.action}
