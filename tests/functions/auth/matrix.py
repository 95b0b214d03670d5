"""Who may call what: a row for every route of the app. A route without one fails test_access_matrix.

The kinds of rows, and what is asked of each:

public   nobody is asked who they are; a calendar that is not published is as one that does not exist
link     whoever holds a signed link; any other token is as none at all, whoever shows it
session  people at the console; who is not signed in is sent to sign in
sign-in  the way to a session
graph    everything below /v1.0, by the rows of GRAPH
platform the host's own questions
provider the identity provider's, by a token of its own; nobody else's opens it, and it is not there without one
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


Kind = Literal["public", "link", "session", "sign-in", "graph", "platform", "provider"]
KINDS: dict[str, Kind] = {
    "book_landing": "public",
    "book_service": "public",
    "book_send": "public",
    "book_another_service": "public",
    "problem_explained": "public",
    "manage_show": "link",
    "manage_move": "link",
    "manage_move_send": "link",
    "manage_cancel": "link",
    "manage_cancel_send": "link",
    "manage_calendar_file": "link",
    "walk_in_show": "public",
    "walk_in_send": "public",
    "join_page": "link",
    "join_test": "link",
    "join_enter": "link",
    "join_beat": "link",
    "join_leave": "link",
    "join_signals": "link",
    "host_page": "link",
    "host_enter": "link",
    "host_beat": "link",
    "host_leave": "link",
    "host_signals": "link",
    "host_admit": "link",
    "host_put_back": "link",
    "host_tell": "link",
    "host_mark": "link",
    "logo": "public",
    "api_business": "public",
    "api_slots": "public",
    "api_appointments": "public",
    "api_appointment": "link",
    "api_codes": "public",
    "openapi": "public",
    "membership_show": "link",
    "membership_answer": "link",
    "console_home": "session",
    "setup": "session",
    "setup_preview": "session",
    "setup_address": "session",
    "calendar_home": "session",
    "settings_business": "session",
    "settings_hours": "session",
    "settings_dates": "session",
    "settings_dates_add": "session",
    "settings_holidays": "session",
    "settings_dates_change": "session",
    "settings_why": "session",
    "settings_rules": "session",
    "settings_rules_add": "session",
    "settings_rules_remove": "session",
    "settings_rules_change": "session",
    "staff_list": "session",
    "staff_add": "session",
    "staff_many": "session",
    "staff_times_off": "session",
    "staff_time_off_add": "session",
    "staff_time_off": "session",
    "staff_time_off_delete": "session",
    "staff_administrator": "session",
    "staff_person": "session",
    "staff_invitation": "session",
    "services_list": "session",
    "services_act": "session",
    "service_share": "session",
    "service_remove": "session",
    "page_look": "session",
    "page_logo": "session",
    "page_texts": "session",
    "page_access": "session",
    "page_waiting_room": "session",
    "page_embed": "session",
    "page_sample": "session",
    "page_preview": "session",
    "page_publish": "session",
    "page_share": "session",
    "queue_show": "session",
    "queue_act": "session",
    "queue_join": "session",
    "queue_details": "session",
    "queue_reschedule": "session",
    "queue_reassign": "session",
    "queue_cancel": "session",
    "queue_link": "session",
    "queue_notes": "session",
    "queue_book": "session",
    "trial_start": "session",
    "trial_host": "session",
    "sign_in": "sign-in",
    "sign_in_done": "sign-in",
    "sign_out": "sign-in",
    "signed_out": "sign-in",
    "assets": "public",
    "embed": "public",
    "robots": "public",
    "healthz": "platform",
    "zz_nowhere": "platform",
    "readyz": "platform",
    "graph_api": "graph",
    "scim_api": "provider",
}

ROLES = ("administrator", "scheduler", "team_member", "viewer")
EVERYBODY = (*ROLES, "guest", "outsider", "other_administrator", "organisation_administrator")
READERS = (*ROLES, "organisation_administrator")
ADMINISTRATORS = ("administrator", "organisation_administrator")
SCHEDULERS = ("scheduler", *ADMINISTRATORS)
MEMBERS = ("team_member", *SCHEDULERS)
HEADS = ("organisation_administrator",)


@dataclass(frozen=True)
class Row:
    """`people` may call it on their calendar, and an application with all permissions if `application`."""

    people: tuple[str, ...]
    application: bool = True


ALL = "solutions/bookingBusinesses"
ORGANIZATION = "solutions/bookingOrganization"
ONE = f"{ALL}/{{business}}"
GRAPH: dict[str, Row] = {
    "GET solutions/bookingCurrencies": Row(EVERYBODY, application=False),
    "GET solutions/bookingCurrencies/{id}": Row(EVERYBODY, application=False),
    "GET solutions/bookingTemplates": Row(EVERYBODY),
    f"GET {ORGANIZATION}": Row(HEADS),
    f"PATCH {ORGANIZATION}": Row(HEADS, application=False),
    f"GET {ORGANIZATION}/directory": Row(HEADS),
    f"GET {ORGANIZATION}/deleted": Row(HEADS),
    f"GET {ORGANIZATION}/people/{{id}}": Row(HEADS),
    f"DELETE {ORGANIZATION}/people/{{id}}": Row(HEADS, application=False),
    f"GET {ORGANIZATION}/auditLog": Row(HEADS),
    f"GET {ALL}": Row(EVERYBODY),
    f"POST {ALL}": Row(HEADS, application=False),
    f"GET {ONE}": Row(READERS),
    f"PATCH {ONE}": Row(ADMINISTRATORS),
    f"DELETE {ONE}": Row(ADMINISTRATORS, application=False),
    f"POST {ONE}/publish": Row(ADMINISTRATORS),
    f"POST {ONE}/unpublish": Row(ADMINISTRATORS),
    f"POST {ONE}/rename": Row(ADMINISTRATORS),
    f"POST {ONE}/clone": Row(HEADS, application=False),
    f"GET {ONE}/staffLoad": Row(READERS),
    f"POST {ONE}/rebalance": Row(SCHEDULERS),
    f"PUT {ONE}/logo": Row(ADMINISTRATORS),
    f"DELETE {ONE}/logo": Row(ADMINISTRATORS),
    f"POST {ONE}/restore": Row(ADMINISTRATORS, application=False),
    f"GET {ONE}/services": Row(READERS),
    f"POST {ONE}/services": Row(ADMINISTRATORS),
    f"GET {ONE}/services/{{id}}": Row(READERS),
    f"PATCH {ONE}/services/{{id}}": Row(ADMINISTRATORS),
    f"DELETE {ONE}/services/{{id}}": Row(ADMINISTRATORS),
    f"GET {ONE}/staffMembers": Row(READERS),
    f"POST {ONE}/staffMembers": Row(ADMINISTRATORS),
    f"GET {ONE}/staffMembers/{{id}}": Row(READERS),
    f"PATCH {ONE}/staffMembers/{{id}}": Row(ADMINISTRATORS),
    f"DELETE {ONE}/staffMembers/{{id}}": Row(ADMINISTRATORS),
    f"GET {ONE}/services/{{id}}/whyNotOffered": Row(READERS),
    f"GET {ONE}/timeOff": Row(READERS),
    f"POST {ONE}/timeOff": Row(MEMBERS),
    f"GET {ONE}/timeOff/{{id}}": Row(READERS),
    f"PATCH {ONE}/timeOff/{{id}}": Row(MEMBERS),
    f"DELETE {ONE}/timeOff/{{id}}": Row(MEMBERS),
    f"GET {ONE}/appointments": Row(READERS),
    f"POST {ONE}/appointments": Row(MEMBERS),
    f"GET {ONE}/appointments/{{id}}": Row(READERS),
    f"PATCH {ONE}/appointments/{{id}}": Row(MEMBERS),
    f"DELETE {ONE}/appointments/{{id}}": Row(MEMBERS),
    f"POST {ONE}/appointments/{{id}}/cancel": Row(MEMBERS),
    f"POST {ONE}/appointments/{{id}}/sendNewLink": Row(MEMBERS),
    f"GET {ONE}/appointments/{{id}}/history": Row(READERS),
    f"GET {ONE}/customers/{{id}}/appointments": Row(READERS),
    f"GET {ONE}/calendarView": Row(READERS),
    f"POST {ONE}/getStaffAvailability": Row((), application=True),
    f"GET {ONE}/auditLog": Row(ADMINISTRATORS),
    f"GET {ONE}/customers": Row(READERS),
    f"POST {ONE}/customers": Row(MEMBERS),
    f"POST {ONE}/importCustomers": Row(MEMBERS),
    f"GET {ONE}/customers/{{id}}": Row(READERS),
    f"PATCH {ONE}/customers/{{id}}": Row(MEMBERS),
    f"DELETE {ONE}/customers/{{id}}": Row(SCHEDULERS),
    f"GET {ONE}/customQuestions": Row(READERS),
    f"POST {ONE}/customQuestions": Row(ADMINISTRATORS),
    f"GET {ONE}/customQuestions/{{id}}": Row(READERS),
    f"PATCH {ONE}/customQuestions/{{id}}": Row(ADMINISTRATORS),
    f"DELETE {ONE}/customQuestions/{{id}}": Row(ADMINISTRATORS),
}

PERSONAL = ("trial_start", "trial_host")
"""About no calendar that is asked for, but about the caller: nothing is there for whoever serves nowhere online."""

CREATION = ("setup", "setup_preview", "setup_address")
"""About a calendar that is yet to be: for people who may create one."""

CONSOLE: dict[str, Row] = {
    "queue_act": Row(MEMBERS),
    "queue_join": Row(MEMBERS),
    "queue_details": Row(READERS),
    "queue_reschedule": Row(MEMBERS),
    "queue_reassign": Row(MEMBERS),
    "queue_cancel": Row(MEMBERS),
    "queue_link": Row(MEMBERS),
    "queue_notes": Row(MEMBERS),
    "queue_book": Row(MEMBERS),
    "calendar_home": Row(READERS),
    "services_list": Row(READERS),
    "services_act": Row(ADMINISTRATORS),
    "service_share": Row(READERS),
    "service_remove": Row(ADMINISTRATORS),
    "settings_business": Row(ADMINISTRATORS),
    "settings_hours": Row(ADMINISTRATORS),
    "settings_dates": Row(ADMINISTRATORS),
    "settings_dates_add": Row(ADMINISTRATORS),
    "settings_holidays": Row(ADMINISTRATORS),
    "settings_dates_change": Row(ADMINISTRATORS),
    "settings_why": Row(READERS),
    "settings_rules": Row(ADMINISTRATORS),
    "settings_rules_add": Row(ADMINISTRATORS),
    "settings_rules_remove": Row(ADMINISTRATORS),
    "settings_rules_change": Row(ADMINISTRATORS),
    "staff_list": Row(READERS),
    "staff_add": Row(ADMINISTRATORS),
    "staff_many": Row(ADMINISTRATORS),
    "staff_times_off": Row(READERS),
    "staff_time_off_add": Row(MEMBERS),
    "staff_time_off": Row(SCHEDULERS),
    "staff_time_off_delete": Row(SCHEDULERS),
    "staff_administrator": Row(HEADS),
    "staff_person": Row(READERS),
    "staff_invitation": Row(ADMINISTRATORS),
    "page_look": Row(ADMINISTRATORS),
    "page_logo": Row(ADMINISTRATORS),
    "page_texts": Row(ADMINISTRATORS),
    "page_access": Row(ADMINISTRATORS),
    "page_waiting_room": Row(ADMINISTRATORS),
    "page_embed": Row(ADMINISTRATORS),
    "page_sample": Row(ADMINISTRATORS),
    "page_preview": Row(ADMINISTRATORS),
    "page_publish": Row(ADMINISTRATORS),
    "page_share": Row(ADMINISTRATORS),
}
"""Console routes with {business} in their path, by the names of their functions."""
