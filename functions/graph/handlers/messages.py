"""undeliveredMessages and messageTexts, beyond Graph: what did not reach a reader, and a calendar's own words."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from pydantic import Field

from functions.graph.call import Collection, Entity, GraphDocument, GraphRequest, etag
from functions.graph.models.patch import LineText, parse
from functions.graph.models.values import moment
from shared.domain.appointments.messages import NOT_TAKEN
from shared.domain.errors import NotFound
from shared.domain.messages.message_text import (
    KINDS,
    LONGEST_BODY,
    LONGEST_SMS,
    LONGEST_SUBJECT,
    MessageText,
    TextPlace,
    stored_text,
)
from shared.domain.model import Request
from shared.i18n import LANGUAGES
from shared.records.calendars import etag_of
from shared.use_cases.messages.change_text import TextChange, require_place
from shared.use_cases.messages.find_undelivered import Undelivered, list_undelivered
from shared.use_cases.messages.mend_undelivered import CORRECTED, Mending, check_address, mend_undelivered


MOST = 1000
FIXED = ("id", "kind", "language", "serviceId", "minutesBefore")


class ResendBody(Request):
    """Sends it again; with an `address`, email or telephone number, that is the customer's from then on.

    With `inRecord` it replaces the one that failed in the customer's own record, too, if that has it.
    """

    address: LineText | None = None
    in_record: bool = False


class MessageTextBody(Request):
    """What a calendar says in messages of one kind and language. An empty part is the default text."""

    subject: str = Field(default="", max_length=LONGEST_SUBJECT)
    body: str = Field(default="", max_length=LONGEST_BODY)
    sms: str = Field(default="", max_length=LONGEST_SMS)


async def list_undelivered_messages(call: GraphRequest) -> Collection:
    """Return the messages of the last two weeks that were not delivered, about what is still to come."""
    found = await list_undelivered(call.calendar.business.id, MOST, store=call.app.store, now=call.now)
    return Collection([_document(call, one) for one in found])


async def post_resend(call: GraphRequest) -> None:
    """Send a message again, to another address if one is given. Raises NotFound, InvalidFields."""
    sent = call.document() if call.body.strip() else {}
    body = parse(ResendBody, {}, sent)
    _, recipient = _place(call.ids["id"])
    address = check_address(recipient, body.address, call.calendar.business) if body.address is not None else ""
    await _mend(call, "resend", address, in_record=bool(address) and body.in_record)


async def post_dismiss(call: GraphRequest) -> None:
    """Put a message away, which is not sent again. Raises NotFound."""
    await _mend(call, "dismiss")


async def _mend(call: GraphRequest, how: Mending, address: str = "", *, in_record: bool = False) -> None:
    key, recipient = _place(call.ids["id"])
    await mend_undelivered(
        key,
        recipient,
        how,
        address=address,
        in_record=in_record,
        author=call.author,
        business=call.calendar.business.id,
        context=call.app.context,
    )


def _id(one: Undelivered) -> str:
    """Return the id of a message: which entry it is of, and to whom."""
    return urlsafe_b64encode(f"{one.key} {one.recipient}".encode()).decode().rstrip("=")


def _place(name: str) -> tuple[str, str]:
    """Return the key of a failed entry, and its recipient as text. Raises NotFound."""
    try:
        key, _, recipient = urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode().partition(" ")
    except ValueError:
        raise NotFound from None
    return key, recipient


def _document(call: GraphRequest, one: Undelivered) -> GraphDocument:
    about, recipient = one.appointment, one.recipient
    customer = about.seat.customer if about and about.seat and recipient.kind in CORRECTED else None
    person = call.calendar.person(recipient.person) if recipient.kind == "staff" else None
    address = getattr(customer, CORRECTED[recipient.kind]) if customer else person.email if person else ""
    return {
        "id": _id(one),
        "channel": recipient.channel,
        "kind": one.entry.kind,
        "recipient": "customer" if recipient.kind == "phone" else recipient.kind,
        "displayName": customer.name if customer else person.name if person else None,
        "address": address or None,
        "appointmentId": about.id if about else None,
        "startDateTime": moment(about.start) if about else None,
        "reason": "notAccepted" if one.why == NOT_TAKEN else one.why,
        "failedDateTime": moment(one.at),
        "canBeCorrected": recipient.kind in CORRECTED and one.is_of_one_seat,
    }


async def list_message_texts(call: GraphRequest) -> Collection:
    """Return the calendar's own texts; what is not among them is said by default."""
    return Collection([_text(one) for _, one in sorted(call.calendar.texts.items())])


async def get_message_text(call: GraphRequest) -> Entity:
    """Return one text; one that is not set has empty parts. Raises NotFound for a place that there is not."""
    place = _text_place(call)
    return Entity(_text(stored_text(call.calendar.texts, place)))


async def patch_message_text(call: GraphRequest) -> Entity:
    """Change parts of a text and return it, set before or not. Raises NotFound, InvalidFields, EditConflict."""
    place, sent = _text_place(call), call.document()

    def edit(before: MessageText) -> MessageText:
        body = parse(MessageTextBody, _parts(before), {name: it for name, it in sent.items() if name not in FIXED})
        return before.model_copy(update=body.model_dump())

    calendar = await _change(call).edit(place, edit, call.etags)
    return Entity(_text(stored_text(calendar.texts, place)))


async def delete_message_text(call: GraphRequest) -> None:
    """Have the default text again. Raises NotFound, EditConflict."""
    place = _text_place(call)
    empty = {"subject": "", "body": "", "sms": ""}
    await _change(call).edit(place, lambda before: before.model_copy(update=empty), call.etags)


def _change(call: GraphRequest) -> TextChange:
    app = call.app
    return TextChange(call.calendar.business.id, call.author, call.body, app.context)


def _text_place(call: GraphRequest) -> TextPlace:
    """Return the place that an id names: `kind~language~service~minutes`. Raises NotFound."""
    kind, language, *more = [*call.ids["id"].split("~"), ""][:5]
    service, before = ([*more, "", ""])[:2]
    known = next((one for one in KINDS if one == kind), None)
    if known is None or language not in LANGUAGES or not ((before.isdecimal() and len(before) < 7) or not before):
        raise NotFound
    place = TextPlace(known, language, service, int(before or "0"))
    require_place(call.calendar, place)
    return place


def _parts(text: MessageText) -> GraphDocument:
    return {"subject": text.subject, "body": text.body, "sms": text.sms}


def _text(text: MessageText) -> GraphDocument:
    return {
        "@odata.etag": etag(etag_of(text)),
        "id": text.id,
        "kind": text.kind,
        "language": text.language,
        "serviceId": text.service or None,
        "minutesBefore": text.before or None,
        **_parts(text),
    }
