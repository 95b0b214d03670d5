"""bookingOrganization/people, beyond Graph: where a person works, and removing them from all calendars."""

from functions.graph.call import Collection, GraphDocument, GraphRequest, graph_id
from functions.graph.models.staff import SHOWN
from functions.graph.models.values import moment
from shared.domain.errors import NotFound
from shared.use_cases.booking.check_form import is_email
from shared.use_cases.organisation.remove_person import StaffPlace, find_places, remove_person


async def list_places(call: GraphRequest) -> Collection:
    """Return the calendars that a person is on the staff of, with their coming appointments on each."""
    found = await find_places(_address(call), store=call.app.store, now=call.now)
    return Collection([_document(call, one) for one in found])


async def delete_person(call: GraphRequest) -> Collection:
    """Remove a person from all calendars, and return the appointments that others have to take over."""
    app = call.app
    left = await remove_person(_address(call), author=call.author, context=app.context)
    return Collection([_document(call, one) for one in left])


def _address(call: GraphRequest) -> str:
    if not is_email(call.ids["id"]):
        raise NotFound
    return call.ids["id"]


def _document(call: GraphRequest, place: StaffPlace) -> GraphDocument:
    business, person = place.calendar.business, place.person
    return {
        "id": graph_id(business.id, call.app.settings.mail_domain),
        "displayName": business.name,
        "staffMemberId": person.id,
        "role": SHOWN[person.role],
        "appointments": [
            {
                "id": one.id,
                "serviceName": one.service,
                "startDateTime": moment(one.start),
                "endDateTime": moment(one.end),
            }
            for one in place.coming
        ],
    }
