"""Requests that schemathesis makes from the OpenAPI document about what is beside Graph: no fault, no untruth."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest
import requests
import schemathesis
from schemathesis import GenerationMode

from functions.openapi import document
from tests.functions.api.test_generated import each_case, hold, send
from tests.support.figures import say


if TYPE_CHECKING:
    from tests.graph_sdk.conftest import Running

OFTEN, SELDOM, FULL = 2, 1, 10  # `make prove` makes as many of each as the last says
WHOLE = ("cloneCalendar",)  # what makes a whole calendar each time
ORGANIZATION = "bookingOrganization"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
LIST = "displayName,emailAddress\nCleo,cleo@example.com\n"
DAYS = {"start": "2027-01-01", "end": "2027-01-31"}
CUSTOMER = {"@odata.type": "#microsoft.graph.bookingCustomerInformation", "name": "Bob"}


def with_a_token(described: dict[str, Any]) -> dict[str, Any]:
    """Return a document in which nobody is asked for a token: each request carries one."""
    open_to_all = copy.deepcopy(described)
    for item in open_to_all["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    return open_to_all


def takes_anything(operation: Any, described: dict[str, Any]) -> bool:
    """Tell whether there is anything in a request that could be wrong."""
    raw = operation.definition.raw
    return bool(described["paths"][operation.path]["parameters"] or raw.get("parameters") or "requestBody" in raw)


class There(NamedTuple):
    """The ids of what there is."""

    business: str
    person: str
    service: str
    off: str
    appointment: str
    customer: str


def narrowed(mode: GenerationMode, there: There) -> dict[str, Any]:
    """Return the document about what there is, so that requests get beyond the door.

    What is right is narrowed to what will do; what is wrong only to the calendar, whose other values are wrong.
    """
    found = copy.deepcopy(document())
    parameters, schemas = found["components"]["parameters"], found["components"]["schemas"]
    parameters["calendar"]["schema"] = {"enum": [there.business, there.business.partition("@")[0]]}
    parameters["id"]["schema"] = {"enum": [there.service, there.off]}
    if mode is GenerationMode.NEGATIVE:
        return found
    kinds = {"services": there.service, "timeOff": there.off}
    kinds |= {"appointments": there.appointment, "customers": there.customer, "messageTexts": "reminder~en~"}
    for kind, name in kinds.items():
        for path, item in found["paths"].items():
            if f"/{kind}/{{id}}" in path:
                own = {"name": "id", "in": "path", "required": True, "schema": {"enum": [name]}}
                item["parameters"] = [
                    own if one.get("$ref", "").endswith("/id") else one for one in item["parameters"]
                ]
    for item in found["paths"].values():
        for one in item.get("get", {}).get("parameters", []):
            if one.get("name") in DAYS and one["schema"].get("format") == "date":
                one["schema"] = {"enum": [DAYS[one["name"]]]}
    files = found["paths"]["/v1.0/solutions/bookingBusinesses/{calendar}/logo"]["put"]["requestBody"]["content"]
    files["application/octet-stream"]["schema"] = {"enum": [LOGO]}
    files = found["paths"]["/v1.0/solutions/bookingBusinesses/{calendar}/importCustomers"]["post"]["requestBody"]
    files["content"]["text/csv"]["schema"] = {"enum": [LIST]}
    parameters["address"]["schema"] = {"enum": ["ana@example.com", "nobody@example.com"]}
    parameters["start"]["schema"] = {"enum": ["2027-01-12T09:00:00", "2027-01-12T03:07:00"]}
    begin, end = (
        {"enum": [{"dateTime": f"2027-01-{day}T09:00:00", "timeZone": "Europe/Paris"} for day in days]}
        for days in ((12, 13), (14, 15))
    )
    off_body = schemas["TimeOffBody"]["properties"]
    off_body["staffMemberId"], off_body["title"] = {"enum": [there.person]}, {"enum": ["Holiday"]}
    off_body["startDateTime"], off_body["endDateTime"] = begin, end
    off_body["notes"] = {"enum": ["Back on Monday", None]}
    schemas["TimeOffBody"]["required"].append("endDateTime")
    schemas["NewLinkBody"]["properties"]["staffMemberId"] = {"enum": [there.person]}
    schemas["NewLinkBody"]["properties"].pop("customerId")
    schemas["NewLinkBody"]["required"] = ["staffMemberId"]
    parameters["skiptoken"]["schema"] = {"enum": [""]}
    schemas["OrganizationBody"]["properties"]["mailSenders"] = {"enum": [["contoso.com"], []]}
    for name in ("users", "creators", "administrators"):
        schemas["OrganizationBody"]["properties"][name] = {"enum": [["*"], ["group:staff", "@example.com"]]}
    parameters["end"]["schema"] = {"enum": ["2027-02-12T09:00:00"]}
    schemas["RebalanceBody"]["properties"]["serviceId"] = {"enum": [there.service]}
    for body in ("RenameBody", "CloneBody"):
        schemas[body]["properties"]["displayName"] = {"enum": ["Contoso", "Contoso, Ltd"]}
    return found


def furnished(http: httpx.Client, mode: GenerationMode) -> dict[str, Any]:
    """Create a calendar with something of each kind; return the document about it."""

    def post(path: str, body: dict[str, Any]) -> str:
        return str(http.post(path, json=body).raise_for_status().json()["id"])

    business = post("solutions/bookingBusinesses", {"displayName": "Generated"})
    root = f"solutions/bookingBusinesses/{business}"
    person = {"displayName": "Ana", "emailAddress": "ana@example.com", "role": "teamMember"}
    ana = post(f"{root}/staffMembers", person)
    service = post(f"{root}/services", {"displayName": "Talk", "staffMemberIds": [ana]})
    off = {"staffMemberId": ana, "title": "Out", "startDateTime": {"dateTime": "2027-02-01T00:00:00"}}
    gone = post(f"{root}/timeOff", {**off, "endDateTime": {"dateTime": "2027-02-02T00:00:00"}})
    client = {"displayName": "Bob", "emailAddress": "bob@example.com"}
    bob = post(f"{root}/customers", client)
    visit = {"serviceId": service, "staffMemberIds": [ana], "customers": [{**CUSTOMER, "customerId": bob}]}
    made = post(f"{root}/appointments", {**visit, "startDateTime": {"dateTime": "2035-01-16T09:00:00"}})
    return narrowed(mode, There(business, ana, service, gone, made, bob))


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("mode", "is_known"),
    [(GenerationMode.POSITIVE, True), (GenerationMode.NEGATIVE, True), (GenerationMode.NEGATIVE, False)],
)
def test_generated_requests_find_no_fault_and_no_untruth(app: Running, mode, is_known, *, is_full):
    bearer = {"Authorization": f"Bearer {app.token()}"}
    with httpx.Client(base_url=f"{app.root}/", headers=bearer, timeout=30) as http, requests.Session() as session:
        session.headers.update(bearer)
        described = furnished(http, mode) if is_known else document()
        schema = schemathesis.openapi.from_dict(with_a_token(described)).include(path_regex="^/v1.0/")
        operations, cases, done = 0, 0, 0

        def act(case: schemathesis.Case) -> None:
            nonlocal cases, done
            cases += 1
            answer = send(session, case, app.url)
            done += answer.ok
            hold(case, answer)

        try:
            for found in schema.get_all_operations():
                operation = found.ok()
                if mode is GenerationMode.NEGATIVE and not takes_anything(operation, described):
                    continue
                operations += 1
                name = operation.definition.raw["operationId"]
                each_case(operation, mode, FULL if is_full else SELDOM if name in WHOLE else OFTEN, act)
        finally:
            everybody = {"isOn": True, "users": ["*"], "creators": [], "administrators": []}
            http.patch(f"solutions/{ORGANIZATION}", json=everybody).raise_for_status()
    about = "what there is" if is_known else "anything"
    told = f"{cases} cases for {operations} operations, {done} of them done, 0 faults"
    say(f"schemathesis below /v1.0, {mode.value} requests about {about}: {told}")
    assert cases > 50
    assert mode is GenerationMode.NEGATIVE or done > 0.6 * cases, "what is right is done"
