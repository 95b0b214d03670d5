"""auditLog, beyond Graph: changes to a calendar or to the organisation, newest first."""

import json
from typing import Any

from pydantic.alias_generators import to_camel

from functions.graph.call import Collection, GraphDocument, GraphRequest
from functions.http.problems import BadRequest
from shared.domain.differences import FieldChange
from shared.records.organisation import ORGANISATION
from shared.use_cases.organisation.find_audit import AuditEntry, is_place, read_audit
from shared.use_cases.organisation.settings import PARTITION


async def list_audit(call: GraphRequest) -> Collection:
    """Return a page of a calendar's audit: {id, dateTime, actor, action, subject, changes}."""
    return await _page(call, call.calendar.business.id, "bookings")


async def list_organization_audit(call: GraphRequest) -> Collection:
    """Return a page of the changes to the organisation's own settings."""
    return await _page(call, PARTITION, ORGANISATION)


async def _page(call: GraphRequest, partition: str, table: str) -> Collection:
    """Return a page of the audit.

    Raises BadRequest for options that would read all of it, such as filters and counts: an audit grows without
    end.
    """
    options, store = call.options, call.app.store
    if call.is_count or not options.is_plain:
        raise BadRequest("Of an audit there are pages, the newest first: $top, $skiptoken and $select.")
    if options.skip_token and not is_place(options.skip_token):
        raise BadRequest("$skiptoken is not one of ours.")
    found = await read_audit(options.skip_token, options.page + 1, business=partition, store=store, table=table)
    shown = found[: options.page]
    is_more = 0 < len(shown) < len(found)
    items = [options.chosen(_document(one)) for one in shown]
    return Collection(items, is_page=True, next_token=shown[-1].place if is_more else "")


def _document(entry: AuditEntry) -> GraphDocument:
    return {
        "id": entry.place,
        "dateTime": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "changes": [_change(one) for one in entry.changes],
    }


def _change(change: FieldChange) -> GraphDocument:
    return {
        "document": change.document,
        "field": ".".join(to_camel(name) for name in change.field.split(".")),
        "before": _text(change.before),
        "after": _text(change.after),
    }


def _text(value: Any) -> str | None:
    """Return a value as text, or as JSON if it is none."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
