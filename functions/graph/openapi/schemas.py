"""The schemas of bodies, results and errors of what is beside Graph, in the OpenAPI document."""

from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from functions.graph.handlers.appointments import NewLinkBody
from functions.graph.handlers.business_actions import CloneBody, RenameBody
from functions.graph.handlers.messages import MessageTextBody, ResendBody
from functions.graph.handlers.organization import OrganizationBody
from functions.graph.handlers.staff_load import RebalanceBody
from functions.graph.handlers.time_off import TimeOffBody
from functions.graph.openapi.pieces import (
    COUNT,
    DATE,
    MOMENT,
    SECONDS,
    TEXT,
    TEXT_OR_NULL,
    JsonSchema,
    an_object,
    many,
)
from shared.domain.availability.explain import RuleName


BODIES: list[type[BaseModel]] = [RenameBody, CloneBody, OrganizationBody, RebalanceBody, TimeOffBody, NewLinkBody]
BODIES += [ResendBody, MessageTextBody]


def graph_schemas() -> JsonSchema:
    """Return the schemas of bodies, results and errors, by name."""
    modes: Any = [(body, "validation") for body in BODIES]
    _, found = models_json_schema(modes, by_alias=True, ref_template="#/components/schemas/{model}")
    schemas: JsonSchema = found["$defs"]
    schemas["OrganizationBody"].pop("required")  # a PATCH names what is to change
    return {**schemas, **_entities(), "GraphError": _error()}


def _entities() -> JsonSchema:
    moment = an_object(dateTime=TEXT, timeZone=TEXT)
    appointment = an_object(id=TEXT, serviceName=TEXT, startDateTime=moment, endDateTime=moment)
    return {
        "GraphBusiness": {**an_object(id=TEXT, displayName=TEXT), "additionalProperties": True},
        "TimeOff": {
            **an_object(id=TEXT, staffMemberId=TEXT, title=TEXT, startDateTime=moment, endDateTime=moment),
            "additionalProperties": True,
        },
        "Reason": an_object(
            staffMemberId=TEXT,
            displayName=TEXT,
            rule={"enum": list(get_args(RuleName))},
            calendars=many(TEXT),
        ),
        "Imported": _imported(),
        "UsageReport": _usage_report(),
        "BookingReport": _booking_report(),
        "UtilizationReport": _utilisation_schema(),
        "Load": an_object(staffMemberId=TEXT, displayName=TEXT, appointments=COUNT, duration=TEXT),
        "Rebalanced": an_object(
            moved=many(an_object(**{"appointmentId": TEXT, "startDateTime": moment, "from": TEXT, "to": TEXT}))
        ),
        "UndeliveredMessage": _undelivered(moment),
        "MessageText": {
            **an_object(id=TEXT, kind=TEXT, language=TEXT, subject=TEXT, body=TEXT, sms=TEXT),
            "additionalProperties": True,
        },
        "Booked": {**appointment, "additionalProperties": True},
        "Happened": an_object(dateTime=MOMENT, actor=TEXT, action=TEXT),
        **_organisation_entities(appointment),
    }


def _imported() -> JsonSchema:
    return an_object(
        added=COUNT,
        known=COUNT,
        errors=many(an_object(line=COUNT, target=TEXT, message=TEXT)),
        repeated=many(an_object(line=COUNT, message=TEXT)),
        unusedColumns=many(TEXT),
    )


def _undelivered(moment: JsonSchema) -> JsonSchema:
    known = an_object(id=TEXT, kind=TEXT, recipient=TEXT, reason=TEXT, failedDateTime=moment)
    channel: JsonSchema = {"enum": ["mail", "sms"]}
    named = dict.fromkeys(("displayName", "address", "appointmentId"), TEXT_OR_NULL)
    more = {"channel": channel, **named, "canBeCorrected": {"type": "boolean"}}
    return {**known, "properties": {**known["properties"], **more}, "additionalProperties": True}


def _organisation_entities(appointment: JsonSchema) -> JsonSchema:
    names = {"type": "array", "items": TEXT}
    return {
        "AuditEntry": an_object(
            id=TEXT, dateTime=MOMENT, actor=TEXT, action=TEXT, subject=TEXT, changes=many(_field_change())
        ),
        "Template": an_object(
            id=TEXT, services=many(an_object(displayName=TEXT, defaultDuration=TEXT)), question=TEXT
        ),
        "Organization": an_object(
            isOn={"type": "boolean"},
            users=names,
            creators=names,
            administrators=names,
            mailSenders=names,
            hasAnalytics={"type": "boolean"},
        ),
        "Access": an_object(id=TEXT, displayName=TEXT, isPublished={"type": "boolean"}, access=many(_person())),
        "Deleted": an_object(id=TEXT, displayName=TEXT, deletedDateTime=MOMENT, restorableUntil=MOMENT),
        "Place": an_object(
            id=TEXT, displayName=TEXT, staffMemberId=TEXT, role=TEXT, appointments=many(appointment)
        ),
    }


def _usage_report() -> JsonSchema:
    counts = dict.fromkeys(("visits", "bookings", "ehr", "completed", "noShows", "notAdmitted"), COUNT)
    figures = {**counts, "averageDuration": SECONDS, "averageWait": SECONDS}
    days = many(an_object(day=DATE, **figures))
    report = {"made": MOMENT, "from": DATE, "to": DATE, "timeZone": TEXT}
    waits = an_object(half=SECONDS, nineInTen=SECONDS)
    return an_object(**report, figures=an_object(**figures), waits=waits, days=days)


def _booking_report() -> JsonSchema:
    counts = dict.fromkeys(("booked", "cancelled", "late", "lateByCustomers", "unknown"), COUNT)
    figures = {**counts, "shareLate": {"type": ["number", "null"]}}
    steps = dict.fromkeys(("seen", "chosen", "booked"), COUNT)
    return an_object(
        **{"made": MOMENT, "from": DATE, "to": DATE, "timeZone": TEXT},
        cancellations=an_object(**figures),
        services=many(an_object(serviceId=TEXT, **figures)),
        staff=many(an_object(staffMemberId=TEXT, **figures)),
        hours=many(an_object(weekday=COUNT, hour=COUNT, **figures)),
        reasons=many(an_object(reason=TEXT, count=COUNT)),
        page=an_object(**steps, days=many(an_object(day=DATE, **steps))),
    )


def _utilisation_schema() -> JsonSchema:
    used: JsonSchema = {"bookable": COUNT, "booked": COUNT, "share": {"type": ["number", "null"]}}
    return an_object(
        **{"made": MOMENT, "from": DATE, "to": DATE, "timeZone": TEXT},
        utilization=an_object(**used),
        staff=many(an_object(staffMemberId=TEXT, **used)),
        days=many(an_object(day=DATE, staffMemberId=TEXT, **used)),
    )


def _field_change() -> JsonSchema:
    return an_object(document=TEXT, field=TEXT, before=TEXT_OR_NULL, after=TEXT_OR_NULL)


def _person() -> JsonSchema:
    return an_object(person=TEXT, emailAddress=TEXT, role=TEXT, membershipStatus=TEXT)


def _error() -> JsonSchema:
    detail = an_object(code=TEXT, target=TEXT, message=TEXT)
    inner = an_object(**{"date": TEXT, "request-id": TEXT, "client-request-id": TEXT})
    error = an_object(code=TEXT, message=TEXT, innerError=inner)
    return an_object(error={**error, "properties": {**error["properties"], "details": many(detail)}})
