"""The addresses of the operations beside Graph in the OpenAPI document, and their parameters."""

from functions.graph.handlers.appointments import NewLinkBody
from functions.graph.handlers.business_actions import CloneBody, RenameBody
from functions.graph.handlers.messages import MessageTextBody
from functions.graph.handlers.organization import OrganizationBody
from functions.graph.handlers.staff_load import RebalanceBody
from functions.graph.handlers.time_off import TimeOffBody
from functions.graph.openapi.operations import (
    READING,
    an_operation,
    audit,
    booking_report,
    changes,
    export,
    file,
    gets,
    image,
    lists,
    page_of,
    usage_report,
    utilization_report,
)
from functions.graph.openapi.pieces import TEXT, JsonSchema, a_parameter, json_answer, parameter, reference
from shared.records.keys import IDENTIFIER


SOLUTIONS = "/v1.0/solutions"
ONE = f"{SOLUTIONS}/bookingBusinesses/{{calendar}}"
ORGANIZATION = f"{SOLUTIONS}/bookingOrganization"


def graph_paths() -> JsonSchema:
    """Return the path items of the operations beyond Graph, by path template."""
    more = {**_time_off_paths(), **_message_paths(), **_organization_paths()}
    return {**_calendar_paths(), **_work_paths(), **_history_paths(), **more}


def _history_paths() -> JsonSchema:
    what, booked = [parameter("calendar"), parameter("id")], "What a customer has booked, the latest start first"
    pages = [parameter("top"), parameter("skiptoken")]
    sent = {
        "204": {"description": "The links before are void, and a new one is mailed where there is an address."}
    }
    return {
        f"{ONE}/appointments/{{id}}/sendNewLink": {
            "parameters": what,
            "post": changes(
                "sendNewLink", "Void a customer's link, or the hosts', and mail a new one", sent, NewLinkBody
            ),
        },
        f"{ONE}/customers/{{id}}/appointments": {
            "parameters": what,
            "get": {**lists("listCustomerAppointments", booked, "Booked"), "parameters": pages},
        },
        f"{ONE}/appointments/{{id}}/history": {
            "parameters": what,
            "get": lists("listHistory", "Who did what to an appointment, the newest first", "Happened"),
        },
    }


def _calendar_paths() -> JsonSchema:
    calendar = [parameter("calendar")]
    business = json_answer("The calendar.", reference("GraphBusiness"))
    return {
        f"{ONE}/rename": {
            "parameters": calendar,
            "post": changes("renameCalendar", "Give another name and address", {"200": business}, RenameBody),
        },
        f"{ONE}/clone": {
            "parameters": calendar,
            "post": changes("cloneCalendar", "Make another of the same settings", {"201": business}, CloneBody),
        },
        f"{ONE}/restore": {
            "parameters": calendar,
            "post": changes("restoreCalendar", "Bring a deleted one back, for 30 days", {"200": business}),
        },
        f"{ONE}/logo": {
            "parameters": calendar,
            "put": {**changes("putLogo", "Set the logo", {"204": {"description": "Shown."}}), **image()},
            "delete": changes("deleteLogo", "Take the logo away", {"204": {"description": "Gone."}}),
        },
    }


def _work_paths() -> JsonSchema:
    calendar, why = [parameter("calendar")], "Say for each person of a service which rule removed a start"
    brought = json_answer(
        "How many were added or known, and which lines and columns were left out.", reference("Imported")
    )
    spread = json_answer("What was given to somebody else, who had less.", reference("Rebalanced"))
    return {
        f"{ONE}/staffLoad": {
            "parameters": calendar,
            "get": {
                **lists("listLoads", "How much each person serves in a period", "Load"),
                "parameters": [parameter("start"), parameter("end")],
            },
        },
        f"{ONE}/rebalance": {
            "parameters": calendar,
            "post": changes("rebalance", 'Spread what "anyone" was asked for', {"200": spread}, RebalanceBody),
        },
        f"{ONE}/importCustomers": {
            "parameters": calendar,
            "post": {**changes("importCustomers", "Bring customers from a file", {"200": brought}), **file()},
        },
        f"{ONE}/services/{{id}}/whyNotOffered": {
            "parameters": [*calendar, parameter("id")],
            "get": {**lists("explainStart", why, "Reason"), "parameters": [parameter("start")]},
        },
        f"{ONE}/exportBookings": {"parameters": calendar, "get": export()},
        f"{ONE}/usageReport": {"parameters": calendar, "get": usage_report()},
        f"{ONE}/bookingReport": {"parameters": calendar, "get": booking_report()},
        f"{ONE}/utilizationReport": {"parameters": calendar, "get": utilization_report()},
        f"{ONE}/auditLog": {"parameters": calendar, "get": audit("listAudit", "Who did what to a calendar")},
    }


def _time_off_paths() -> JsonSchema:
    calendar, off = [parameter("calendar")], json_answer("The time off.", reference("TimeOff"))
    return {
        f"{ONE}/timeOff": {
            "parameters": calendar,
            "get": lists("listTimeOff", "When people cannot be booked", "TimeOff"),
            "post": changes("createTimeOff", "Take time off", {"201": off}, TimeOffBody),
        },
        f"{ONE}/timeOff/{{id}}": {
            "parameters": [*calendar, parameter("id")],
            "get": an_operation("showTimeOff", "One of them", {"200": off}, READING),
            "patch": changes("changeTimeOff", "Change it", {"200": off}, TimeOffBody),
            "delete": changes("deleteTimeOff", "Take it back", {"204": {"description": "Taken back."}}),
        },
    }


def _message_paths() -> JsonSchema:
    calendar, one = [parameter("calendar")], [parameter("calendar"), parameter("id")]
    text = json_answer("The text; what is empty is said by default.", reference("MessageText"))
    listed = a_parameter(
        "path", "id", {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}, "A message's id, as it is listed."
    )
    message = [parameter("calendar"), listed]
    again, away = {"204": {"description": "On its way."}}, {"204": {"description": "Put away."}}
    resend = changes("resendMessage", "Send it again, to a corrected address if one is given", again)
    body = {"content": {"application/json": {"schema": reference("ResendBody")}}}
    return {
        f"{ONE}/undeliveredMessages": {
            "parameters": calendar,
            "get": lists("listUndelivered", "What did not reach its reader in two weeks", "UndeliveredMessage"),
        },
        f"{ONE}/undeliveredMessages/{{id}}/resend": {
            "parameters": message,
            "post": {**resend, "requestBody": body},
        },
        f"{ONE}/undeliveredMessages/{{id}}/dismiss": {
            "parameters": message,
            "post": changes("dismissMessage", "Put it away", away),
        },
        f"{ONE}/messageTexts": {
            "parameters": calendar,
            "get": lists("listTexts", "The calendar's own texts", "MessageText"),
        },
        f"{ONE}/messageTexts/{{id}}": {
            "parameters": one,
            "get": an_operation("showText", "One of them, set or not", {"200": text}, READING),
            "patch": changes("changeText", "Set parts of it", {"200": text}, MessageTextBody),
            "delete": changes("deleteText", "Say the default again", {"204": {"description": "Gone."}}),
        },
    }


def _organization_paths() -> JsonSchema:
    settings, person = json_answer("The settings.", reference("Organization")), [parameter("address")]
    removed = json_answer("Where they were, with the appointments to take over.", page_of("Place"))
    directory = lists("listDirectory", "Calendars with everyone on them", "Access")
    directory["parameters"] = [parameter("format")]
    directory["responses"]["200"]["content"]["text/csv"] = {"schema": TEXT}
    return {
        f"{SOLUTIONS}/bookingTemplates": gets(
            lists("listTemplates", "What a calendar may begin with", "Template")
        ),
        ORGANIZATION: {
            "parameters": [],
            "get": an_operation("showOrganization", "The organisation's settings", {"200": settings}, READING),
            "patch": changes("changeOrganization", "Change them", {"200": settings}, OrganizationBody),
        },
        f"{ORGANIZATION}/directory": gets(directory),
        f"{ORGANIZATION}/deleted": gets(lists("listDeleted", "Calendars that can be restored", "Deleted")),
        f"{ORGANIZATION}/auditLog": gets(audit("listOrganizationAudit", "What was changed of the settings")),
        f"{ORGANIZATION}/people/{{address}}": {
            "parameters": person,
            "get": lists("listPlaces", "Where somebody works", "Place"),
            "delete": changes("removePerson", "Take somebody off every calendar", {"200": removed}),
        },
    }


def graph_parameters() -> JsonSchema:
    """Return the parameters that path items refer to, by name."""
    key = {"type": "string", "pattern": "^([A-Za-z0-9_-]{16,128})?$"}
    identifier = {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"}
    business = {"type": "string", "pattern": f"^{IDENTIFIER.pattern}(@[A-Za-z0-9.-]+)?$"}
    top = {"type": "integer", "minimum": 0, "maximum": 9_999_999}
    return {
        "calendar": a_parameter(
            "path", "calendar", business, "The calendar's id: the whole, or what stands before the @."
        ),
        "id": a_parameter("path", "id", identifier, "An id."),
        "address": a_parameter("path", "address", {"type": "string", "format": "email"}, "A mail address."),
        "start": a_parameter(
            "query", "start", TEXT, "A local time of the calendar such as 2026-12-01T09:30:00.", True
        ),
        "end": a_parameter("query", "end", TEXT, "The same, at most 100 days later.", True),
        "top": a_parameter("query", "$top", top, "At most so many, over all pages."),
        "skiptoken": a_parameter(
            "query", "$skiptoken", TEXT, "Where the last page ended, as its @odata.nextLink says."
        ),
        "format": a_parameter("query", "format", {"enum": ["json", "csv"]}, "`csv` for a file of it."),
        "GraphKey": a_parameter("header", "Idempotency-Key", key, "The same key again makes no second thing."),
    }
