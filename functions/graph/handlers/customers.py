"""customers: list, search, create, change and delete."""

from functions.graph.call import Collection, Entity, GraphDocument, GraphRequest
from functions.graph.models.customer import apply_customer, customer_document, customer_guid, customer_of
from functions.http.problems import BadRequest
from shared.domain.appointments.customer import CustomerRecord
from shared.records.keys import IDENTIFIER
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.customers.find_customers import FoundCustomers, read_all, read_customer, read_page


async def list_customers(call: GraphRequest) -> Collection:
    """Return customers in order of their ids, by one read a page; all of them to search, sort or count."""
    business, store, options = call.calendar.business.id, call.app.store, call.options
    if call.is_count or not options.is_plain:
        return Collection([_document(one) for one in await read_all(business=business, store=store)])
    after = customer_of(options.skip_token)
    if after and not IDENTIFIER.fullmatch(after):
        raise BadRequest("$skiptoken is not one of ours.")
    found = await read_page(after, options.page + 1, business=business, store=store)
    shown = found[: options.page]
    is_more = 0 < len(shown) < len(found)
    token = customer_guid(shown[-1].id) if is_more else ""
    return Collection([options.chosen(_document(one)) for one in shown], is_page=True, next_token=token)


async def get_customer(call: GraphRequest) -> Entity:
    """Return a customer. Raises NotFound."""
    name, business = customer_of(call.ids["id"]), call.calendar.business.id
    return Entity(_document(await read_customer(name, business=business, store=call.app.store)))


async def post_customer(call: GraphRequest) -> Entity:
    """Create a customer, and return 201 with it."""
    record = apply_customer(CustomerRecord(name=""), call.document())
    return Entity(_document(await _customers(call).add(record)), 201)


async def patch_customer(call: GraphRequest) -> Entity:
    """Change a customer and return it. Raises InvalidFields, and EditConflict."""
    sent = call.document()

    def edit(record: CustomerRecord) -> CustomerRecord:
        return apply_customer(record, sent)

    return Entity(_document(await _customers(call).change(customer_of(call.ids["id"]), edit, call.etags)))


async def delete_customer(call: GraphRequest) -> None:
    """Delete a customer. Raises EditConflict where the client names another state."""
    await _customers(call).remove(customer_of(call.ids["id"]), call.etags)


def _customers(call: GraphRequest) -> Customers:
    app, business = call.app, call.calendar.business.id
    return Customers(business, call.author, call.body, app.context)


def _document(found: FoundCustomers) -> GraphDocument:
    return customer_document(found.id, found.record)
