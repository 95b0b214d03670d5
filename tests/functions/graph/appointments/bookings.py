"""Bookings as clients of the Graph API write them, and what must hold of a calendar afterwards."""

from shared.records.keys import DECISION
from tests.support.builders import SECRET
from tests.support.invariants import audit


TUESDAY = "2027-01-12"
ZERO = "00000000-0000-0000-0000-000000000000"


def at(clock, day=TUESDAY, zone="UTC"):
    return {"dateTime": f"{day}T{clock}:00.0000000", "timeZone": zone}


def shown_at(clock, day=TUESDAY):
    return {"dateTime": f"{day}T{clock}:00.0000000Z", "timeZone": "UTC"}


ADDRESS = {
    "street": "4567 Main Street",
    "city": "Buffalo",
    "state": "NY",
    "countryOrRegion": "USA",
    "postalCode": "98052",
}
CUSTOMER = {
    "name": "Jordan Miller",
    "emailAddress": "jordanm@contoso.com",
    "phone": "213-555-0199",
    "notes": "Please be on time.",
    "timeZone": "America/Chicago",
    "location": {
        "displayName": "Customer",
        "locationEmailAddress": None,
        "locationUri": None,
        "locationType": "homeAddress",
        "uniqueId": None,
        "uniqueIdType": "unknown",
        "address": ADDRESS,
        "coordinates": None,
    },
    "customQuestionAnswers": [
        {
            "questionId": "why",
            "question": "What is it about?",
            "answerInputType": "text",
            "answerOptions": [],
            "isRequired": True,
            "answer": "A knee",
            "selectedOptions": [],
        },
        {
            "questionId": "before",
            "question": "Have you been here before?",
            "answerInputType": "radioButton",
            "answerOptions": ["Yes", "No"],
            "isRequired": False,
            "answer": "Yes",
            "selectedOptions": ["Yes"],
        },
    ],
    "smsNotificationsEnabled": False,
}
FULL = {
    "serviceId": "solo",
    "serviceName": "Catered bento",
    "startDateTime": shown_at("09:00"),
    "endDateTime": shown_at("10:30"),
    "staffMemberIds": ["claire"],
    "customers": [CUSTOMER],
    "maximumAttendeesCount": 1,
    "preBuffer": "PT5M",
    "postBuffer": "PT10M",
    "price": 10.5,
    "priceType": "startingAt",
    "reminders": [
        {"message": "tomorrow", "offset": "P1D", "recipients": "allAttendees"},
        {"message": "traffic", "offset": "PT2H", "recipients": "staff"},
    ],
    "isLocationOnline": True,
    "isAnonymousJoinEnabled": True,
    "smsNotificationsEnabled": False,
    "optOutOfCustomerEmail": True,
    "isCustomerAllowedToManageBooking": False,
    "additionalInformation": "Bring your card.",
    "appointmentLabel": "vip",
    "serviceNotes": "Customer requires punctual service.",
    "serviceLocation": {**CUSTOMER["location"], "displayName": "Customer location", "locationUri": "https://contoso.com"},
}  # fmt: skip
ONLY_BY_ID = {"serviceNotes": None, "customerNotes": None, "reminders": []}


def booking(start="09:00", end=None, *, service="solo", email="ana@example.com", **changes):
    values = {
        "serviceId": service,
        "startDateTime": at(start),
        "customers": [{"name": "Ana Souza", "emailAddress": email}],
    }
    return {**values, **({"endDateTime": at(end)} if end else {}), **changes}


async def problems(graph):
    """What breaks the invariant; a deleted appointment is not there, whatever its decision says."""
    found = await audit(graph.world.table, "biz0clinic", secret=SECRET)
    return [one for one in found if not one.startswith(DECISION)]


async def sent(graph) -> dict[str, list[tuple[str, str]]]:
    """Let the timer send what is due; return what each address was sent since the last time."""
    world = graph.world
    world.postman.letters.clear()
    await world.drain()
    found: dict[str, list[tuple[str, str]]] = {}
    for letter in world.postman.letters:
        found.setdefault(letter.to, []).append((letter.kind, letter.text))
    return found
