"""customers: listed page by page, looked for in all, added, changed and removed."""

from functions.graph.call import Collection, Entity, GraphDocument, GraphRequest
from functions.graph.models.customer import apply_customer, customer_document, customer_guid, customer_of
from functions.http.problems import BadRequest
from shared.domain.appointments.customer import CustomerRecord
from shared.records.keys import IDENTIFIER
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.customers.find_customers import FoundCustomers, read_all, read_customer, read_page


async def list_customers(call: GraphRequest) -> Collection:
    """Show customers in the order of their ids, which costs one read a page; or look at all of them."""
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
    name, business = customer_of(call.ids["id"]), call.calendar.business.id
    return Entity(_document(await read_customer(name, business=business, store=call.app.store)))


async def post_customer(call: GraphRequest) -> Entity:
    record = apply_customer(CustomerRecord(name=""), call.document())
    return Entity(_document(await _customers(call).add(record)), 201)


async def patch_customer(call: GraphRequest) -> Entity:
    sent = call.document()

    def edit(record: CustomerRecord) -> CustomerRecord:
        return apply_customer(record, sent)

    return Entity(_document(await _customers(call).change(customer_of(call.ids["id"]), edit, call.etags)))


async def delete_customer(call: GraphRequest) -> None:
    await _customers(call).remove(customer_of(call.ids["id"]), call.etags)


def _customers(call: GraphRequest) -> Customers:
    app, business = call.app, call.calendar.business.id
    return Customers(business, call.author, call.body, app.store, app.secret, call.now)


def _document(found: FoundCustomers) -> GraphDocument:
    return customer_document(found.id, found.record)
