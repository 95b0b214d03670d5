"""Requests that schemathesis makes from the OpenAPI document, sent to the running app: no fault, no untruth."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from functions.openapi import document
from tests.support.builders import a_key
from tests.support.edge import a_booking
from tests.support.examples import examples
from tests.support.figures import say


if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.pieces import Piece

EXAMPLES = {"showCalendar": 10, "showAppointment": 20, "cancelAppointment": 20, "sendCode": 20}
OFTEN = 60
HELD = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


def known(host: Piece) -> dict[str, Any]:
    """Book something, and return the document narrowed to what there is, so that requests get beyond the door."""
    slots = requests.get(f"{host.url}/api/clinic/slots?service=consultation", timeout=20).json()["slots"]
    starts = [slot["start"] for slot in slots[::9]]
    url = f"{host.url}/api/clinic/appointments"
    keyed = {"Idempotency-Key": a_key()}
    booked = requests.post(url, json=a_booking(starts[0]), headers=keyed, timeout=20).json()
    narrowed = copy.deepcopy(document())
    parameters, schemas = narrowed["components"]["parameters"], narrowed["components"]["schemas"]
    services = {"enum": ["consultation", "solo", "course", "detailed", "secret"]}
    parameters["business"]["schema"] = {"enum": ["clinic"]}
    parameters["token"]["schema"] = {"enum": [booked["manage"].rpartition("/")[2], "forged"]}
    parameters["service"]["schema"] = services
    parameters["staff"]["schema"] = {"enum": ["claire", "omar", "vera"]}
    parameters["tz"]["schema"] = {"enum": ["Europe/Paris", "Australia/Lord_Howe"]}
    for name in ("from", "to"):
        parameters[name]["schema"] = {"enum": [start[:10] for start in starts]}
    asked, customer = schemas["AppointmentRequest"]["properties"], schemas["CustomerDetails"]["properties"]
    asked["service"], asked["start"], asked["staff"] = services, {"enum": starts}, {"enum": ["omar", None]}
    asked["timeZone"], asked["answers"] = {"enum": ["Asia/Tokyo"]}, {"enum": [{}, {"before": "Yes"}]}
    customer["email"], customer["name"] = {"enum": ["ana@example.com"]}, {"enum": ["Ana", "\u202eanA"]}
    customer["phone"], customer["notes"] = {"enum": ["+33 1 23 45 67 89"]}, {"type": "string", "maxLength": 20}
    schemas["MoveRequest"]["properties"] = {"start": {"enum": starts}, "staff": {"enum": ["claire", None]}}
    return narrowed


def send(session: requests.Session, case: schemathesis.Case, base_url: str) -> requests.Response:
    return session.request(**case.as_transport_kwargs(base_url=base_url), timeout=20, allow_redirects=False)


def hold(case: schemathesis.Case, answer: requests.Response) -> None:
    """Check an answer. That a body is too large is a refusal, too, though schemathesis does not count it as one."""
    case.validate_response(answer, checks=HELD[:-1] if answer.status_code == 413 else HELD)


def is_lost_on_the_way(case: schemathesis.Case) -> bool:
    """The host drops empty parameters, so that what is wrong about them never arrives."""
    return "" in (case.query or {}).values()


def each_case(operation: Any, mode: GenerationMode, often: int, act: Callable[[schemathesis.Case], None]) -> None:
    """Let schemathesis make requests of an operation, the same ones in each run."""

    @settings(
        max_examples=often,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def made(case: schemathesis.Case) -> None:
        if not is_lost_on_the_way(case):
            act(case)

    made()


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("mode", "is_known"),
    [(GenerationMode.POSITIVE, True), (GenerationMode.NEGATIVE, True), (GenerationMode.NEGATIVE, False)],
)
def test_generated_requests_find_no_fault_and_no_untruth(host, mode, is_known):
    schema = schemathesis.openapi.from_dict(known(host) if is_known else document()).include(path_regex="^/api/")
    operations, cases = 0, 0
    with requests.Session() as session:

        def act(case: schemathesis.Case) -> None:
            nonlocal cases
            cases += 1
            hold(case, send(session, case, host.url))

        for found in schema.get_all_operations():
            operations += 1
            operation = found.ok()
            often = EXAMPLES.get(operation.definition.raw["operationId"], OFTEN)
            each_case(operation, mode, examples(often), act)
    about = "what there is" if is_known else "anything"
    say(f"schemathesis, {mode.value} requests about {about}: {cases} cases for {operations} operations, 0 faults")
    assert cases > 8 * operations
