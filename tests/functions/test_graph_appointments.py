"""appointments and calendarView of the Graph API."""

import asyncio

import pytest

from shared.domain.permissions import APPOINTMENTS, READ
from shared.storage.calendars import JUST_READ
from tests.builders import a_key
from tests.functions.graph_bookings import (
    CUSTOMER,
    FULL,
    ONLY_BY_ID,
    TUESDAY,
    ZERO,
    at,
    booking,
    problems,
    shown_at,
)
from tests.functions.graph_world import ADA, SAM, TIM, VAL, GraphWorld


def without(document, *names):
    return {name: value for name, value in document.items() if name not in names and "@odata.context" not in name}


def facts(document, like):
    """What a document says of what another one sets; customers get an id and a type."""
    found = {name: document[name] for name in like}
    if "customers" in like:
        found["customers"] = [
            {name: one[name] for name in other}
            for one, other in zip(found["customers"], like["customers"], strict=True)
        ]
    return found


async def test_every_property_comes_back(graph):
    made = await graph.post("appointments", FULL)
    found = await graph.get(f"appointments/{made['id']}")
    for one in (made, found):
        assert facts(one, FULL) == FULL
        assert (one["duration"], one["filledAttendeesCount"], one["selfServiceAppointmentId"]) == (
            "PT1H30M",
            1,
            ZERO,
        )
        assert one["customerName"] == "Jordan Miller"
        assert one["customerEmailAddress"] == "jordanm@contoso.com"
        assert one["customerPhone"] == "213-555-0199"
        assert one["customerNotes"] == "Please be on time."
        assert one["customerTimeZone"] == "America/Chicago"
        assert one["customers"][0]["@odata.type"] == "#microsoft.graph.bookingCustomerInformation"
        assert one["createdDateTime"] == "2027-01-11T07:00:00Z"
        assert one["lastUpdatedDateTime"]
        assert (one["status"], one["isOverbooked"]) == ("booked", False)
        assert one["joinWebUrl"] == f"https://book.example.org/console/queue/biz0clinic/{one['id']}/join"
        assert one["anonymousJoinWebUrl"].startswith("https://book.example.org/join/")
    assert await problems(graph) == []
    (listed,) = await graph.listed("appointments")
    assert facts(listed, {**FULL, **ONLY_BY_ID}) == {**FULL, **ONLY_BY_ID}
    customer = await graph.get(f"customers/{made['customers'][0]['customerId']}")
    assert customer["displayName"] == "Jordan Miller"


async def test_what_is_not_said_is_as_the_service_has_it(graph):
    made = await graph.post("appointments", booking(staffMemberIds=["claire"]))
    assert (made["serviceName"], made["duration"], made["endDateTime"]) == ("Solo", "PT30M", shown_at("09:30"))
    assert (made["preBuffer"], made["priceType"], made["price"]) == ("PT0S", "notSet", 0.0)
    assert (made["joinWebUrl"], made["anonymousJoinWebUrl"]) == (None, None)
    assert made["customerTimeZone"] == "Europe/Paris"
    assert made["serviceLocation"] is None


async def test_what_was_shown_can_be_sent_back_whole(graph):
    made = await graph.post("appointments", FULL)
    path = f"appointments/{made['id']}"
    before = await graph.get(path)
    await graph.patch(path, before)
    await graph.patch(
        path, {**before, "serviceNotes": "rewritten", "preBuffer": "0:05:00", "postBuffer": "0:10:00"}
    )
    after = await graph.get(path)
    changing = ("serviceNotes", "@odata.etag", "lastUpdatedDateTime")
    assert without(after, *changing) == without(before, *changing)
    assert after["serviceNotes"] == "rewritten"
    assert await problems(graph) == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"startDateTime": at("12:00")}, {"startDateTime": shown_at("12:00"), "endDateTime": shown_at("13:30")}),
        ({"endDateTime": at("11:00")}, {"endDateTime": shown_at("11:00"), "duration": "PT2H"}),
        ({"start": at("13:00"), "end": at("13:10")}, {"startDateTime": shown_at("13:00"), "duration": "PT10M"}),
        ({"startDateTime": at("03:00", zone="Pacific Standard Time")}, {"startDateTime": shown_at("11:00")}),
        ({"price": 20, "priceType": "hourly"}, {"price": 20.0, "priceType": "hourly"}),
        ({"price": 7.25}, {"price": 7.25, "priceType": "startingAt"}),
        ({"reminders": []}, {"reminders": []}),
        ({"reminders": None, "serviceNotes": None}, {"reminders": [], "serviceNotes": None}),
        ({"serviceLocation": None}, {"serviceLocation": None}),
        ({"optOutOfCustomerEmail": False}, {"optOutOfCustomerEmail": False}),
        ({"appointmentLabel": None, "additionalInformation": ""}, {"appointmentLabel": None, "additionalInformation": None}),
        ({"isLocationOnline": False}, {"isLocationOnline": False, "joinWebUrl": None, "anonymousJoinWebUrl": None}),
        ({"isAnonymousJoinEnabled": False}, {"isAnonymousJoinEnabled": False, "anonymousJoinWebUrl": None}),
        ({"isAnonymousJoinEnabled": None}, {"isAnonymousJoinEnabled": None}),
        ({"serviceName": "Other"}, {"serviceName": "Other"}),
        ({"preBuffer": "PT30M", "postBuffer": "0:00:00"}, {"preBuffer": "PT30M", "postBuffer": "PT0S"}),
        ({"customerName": "Jo"}, {"customerName": "Jo", "customerEmailAddress": "jordanm@contoso.com"}),
        ({"customerPhone": None, "customerTimeZone": "Romance Standard Time"}, {"customerPhone": None, "customerTimeZone": "Europe/Paris"}),
        ({"customers": [{"emailAddress": "new@contoso.com"}]}, {"customerEmailAddress": "new@contoso.com", "customerName": "Jordan Miller"}),
        ({"staffMemberIds": ["claire", "omar"]}, {"staffMemberIds": ["claire", "omar"]}),
    ],
)  # fmt: skip
async def test_a_patch_changes_what_it_names_and_nothing_else(graph, sent, shown):
    made = await graph.post("appointments", FULL)
    path = f"appointments/{made['id']}"
    before = await graph.get(path)
    await graph.patch(path, sent)
    after = await graph.get(path)
    assert {name: after[name] for name in shown} == shown
    moved = {"endDateTime", "duration"} if "startDateTime" in shown else set()
    contact = {name for name in before if name.startswith("customer")} if "customer" in str(sent) else set()
    changing = {*shown, *moved, *contact, "@odata.etag", "lastUpdatedDateTime", "anonymousJoinWebUrl"}
    assert without(after, *changing) == without(before, *changing)
    assert await problems(graph) == []


async def test_a_change_in_the_list_of_customers_and_one_beside_it_both_count(graph):
    made = await graph.post("appointments", FULL)
    path = f"appointments/{made['id']}"
    shown = await graph.get(path)
    shown["customers"][0]["phone"] = "555 0100"
    await graph.patch(path, shown)
    assert (await graph.get(path))["customerPhone"] == "555 0100"
    await graph.patch(path, {**await graph.get(path), "customerName": "Jo"})
    found = await graph.get(path)
    assert (found["customers"][0]["name"], found["customers"][0]["phone"]) == ("Jo", "555 0100")
    assert found["customers"][0]["customQuestionAnswers"] == CUSTOMER["customQuestionAnswers"]


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"serviceId": "nothing"}, "/serviceId"),
        ({"serviceId": None}, "/serviceId"),
        ({"startDateTime": None}, "/startDateTime"),
        ({"startDateTime": at("25:00")}, "/startDateTime"),
        ({"startDateTime": at("09:00", zone="Mars/Olympus")}, "/startDateTime"),
        ({"startDateTime": {"dateTime": f"{TUESDAY}T09:00:30"}}, "/startDateTime"),
        ({"endDateTime": at("08:00")}, "/endDateTime"),
        ({"endDateTime": at("09:00", day="2027-02-12")}, "/endDateTime"),
        ({"customers": []}, "/customers"),
        ({"customers": [{"emailAddress": "x@example.com"}]}, "/customers/0/name"),
        ({"customers": [{"name": "A", "emailAddress": "x"}]}, "/customers/0/emailAddress"),
        ({"customers": [{"name": "A", "phone": "call me"}]}, "/customers/0/phone"),
        ({"customers": [{"name": "A", "timeZone": "Mars/Olympus"}]}, "/customers/0/timeZone"),
        ({"customers": [{"name": "A", "age": 3}]}, "/customers/0/age"),
        ({"customers": [{"name": "A", "customerId": ZERO}]}, "/customers/0/customerId"),
        ({"customers": [{"name": "A"}, {"name": "B"}]}, "/customers"),
        ({"maximumAttendeesCount": 3}, "/maximumAttendeesCount"),
        ({"maximumAttendeesCount": 0}, "/maximumAttendeesCount"),
        ({"preBuffer": "soon"}, "/preBuffer"),
        ({"postBuffer": "P2D"}, "/postBuffer"),
        ({"price": -1}, "/price"),
        ({"priceType": "cheap"}, "/priceType"),
        ({"reminders": [{"message": "x", "offset": "PT1M", "recipients": "staff"}]}, "/reminders/0/offset"),
        ({"staffMemberIds": "claire"}, "/staffMemberIds"),
        ({"duration": "PT1H", "colour": "red"}, "/colour"),
        ({"customerName": "x", "customers": [{"name": "A"}, {"name": "B"}]}, "/customerName"),
    ],
)
async def test_what_cannot_be_booked_is_refused_by_the_name_of_the_field(graph, changes, target):
    status, error = await graph.refused("POST", "appointments", booking(**changes))
    assert (status, error["code"], error["details"][0]["target"]) == (400, "BadRequest", target)
    assert await graph.listed("appointments") == []


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"serviceId": "consultation"}, "/serviceId"),
        ({"customers": []}, "/customers"),
        ({"customers": [{"customerId": ZERO}]}, "/customers/0/customerId"),
        ({"staffMemberIds": []}, "/staffMemberIds"),
        ({"endDateTime": at("08:00")}, "/endDateTime"),
        ({"maximumAttendeesCount": 2}, "/maximumAttendeesCount"),
        ({"planet": "Mars"}, "/planet"),
    ],
)
async def test_what_cannot_be_changed_is_refused_by_the_name_of_the_field(graph, changes, target):
    made = await graph.post("appointments", booking())
    status, error = await graph.refused("PATCH", f"appointments/{made['id']}", changes)
    assert (status, error["details"][0]["target"]) == (400, target)


async def test_a_taken_time_is_a_conflict_unless_it_is_wanted_on_purpose(graph):
    await graph.post("appointments", booking())
    assert (await graph.refused("POST", "appointments", booking()))[1]["code"] == "Conflict"
    other = await graph.post("appointments", booking("12:00"))
    path = f"appointments/{other['id']}"
    assert (await graph.refused("PATCH", path, {"startDateTime": at("09:10")}))[0] == 409
    await graph.patch(path, {"startDateTime": at("09:10"), "isOverbooked": True})
    assert (await graph.get(path))["isOverbooked"] is True
    over = await graph.post("appointments", booking("09:00", isOverbooked=True, staffMemberIds=["claire"]))
    assert over["isOverbooked"] is True
    assert await problems(graph) == []
    audit_log = [one["action"] for one in await graph.listed("auditLog")]
    assert sum("over" in one for one in audit_log) == 2


async def test_an_older_state_is_neither_changed_nor_deleted(graph):
    made = await graph.post("appointments", booking())
    path, tag = f"appointments/{made['id']}", made["@odata.etag"]
    await graph.patch(path, {"serviceNotes": "first"}, if_match=tag)
    for method, document in (("PATCH", {"serviceNotes": "second"}), ("DELETE", None)):
        status, error = await graph.refused(method, path, document, if_match=tag)
        assert (status, error["code"]) == (412, "PreconditionFailed")
    await graph.delete(path, if_match=(await graph.get(path))["@odata.etag"])


async def test_repeated_requests_do_one_thing(graph):
    key = a_key()
    made = [await graph.post("appointments", booking(), idempotency_key=key) for _ in range(2)]
    assert made[0]["id"] == made[1]["id"]
    assert (await graph.refused("POST", "appointments", booking("13:00"), idempotency_key=key))[0] == 422
    path, key = f"appointments/{made[0]['id']}", a_key()
    for _ in range(2):
        await graph.patch(path, {"startDateTime": at("13:00")}, idempotency_key=key)
    assert [one["action"] for one in await graph.listed("auditLog")].count("changed") == 1
    sent = {"client_request_id": "5a1f0d3c-0000-4000-8000-000000000001"}
    again = [await graph.call("POST", "appointments", booking("14:00"), **sent) for _ in range(2)]
    assert again[0].json()["id"] == again[1].json()["id"]


async def test_cancelling_tells_the_parties_frees_the_time_and_may_be_repeated(graph):
    made = await graph.post("appointments", booking())
    path = f"appointments/{made['id']}"
    for body in ({"cancellationMessage": "The doctor is ill."}, {"cancellationMessage": None}, None):
        await graph.post(f"{path}/cancel", body, status=204)
    found = await graph.get(path)
    assert (found["status"], found["joinWebUrl"]) == ("cancelled", None)
    assert await graph.listed("appointments") == []
    assert await graph.listed(f"calendarView?start={TUESDAY}T00:00:00Z&end={TUESDAY}T23:59:00Z") == []
    assert (await graph.refused("PATCH", path, {"serviceNotes": "x"}))[0] == 409
    await graph.post("appointments", booking())
    assert (await graph.refused("POST", "appointments/none/cancel", {}))[1]["code"] == "ErrorItemNotFound"
    status, error = await graph.refused("POST", f"{path}/cancel", {"message": "x"})
    assert (status, error["details"][0]["target"]) == (400, "/message")
    assert await problems(graph) == []


async def test_what_is_deleted_is_gone(graph):
    made = await graph.post("appointments", booking("09:00", "14:00"))
    path = f"appointments/{made['id']}"
    await graph.delete(path)
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert (await graph.refused(method, path, body))[0] == 404
    assert await problems(graph) == []
    await graph.post("appointments", booking())


@pytest.mark.parametrize("name", ["none", "x%2Fy", "..", "%00", "a" * 200, "é"])
async def test_ids_that_nothing_has_are_not_found(graph, name):
    assert (await graph.refused("GET", f"appointments/{name}"))[0] == 404


async def test_the_audit_tells_of_every_change(graph):
    made = await graph.post("appointments", booking())
    path = f"appointments/{made['id']}"
    await graph.by(SAM).patch(path, {"serviceNotes": "x"})
    await graph.by_application().post(f"{path}/cancel", {}, status=204)
    await graph.delete(path)
    told = [(one["action"], one["actor"], one["subject"]) for one in await graph.listed("auditLog")][:4]
    assert sorted(told) == [
        ("booked", ADA, made["id"]),
        ("cancelled", "an-application", made["id"]),
        ("changed", SAM, made["id"]),
        ("deleted", ADA, made["id"]),
    ]


async def test_a_booking_of_a_customer_shows_as_theirs_and_its_answers_to_those_who_may_read_them(graph):
    answers = {"before": "Yes", "why": "A secret"}
    customer = {"name": "Ana", "email": "ana@example.com", "phone": "+33 1 23 45 67"}
    await graph.world.token(service="detailed", answers=answers, customer=customer)
    (one,) = await graph.by(SAM).listed("appointments")
    assert one["selfServiceAppointmentId"] != ZERO
    (first, second) = one["customers"][0]["customQuestionAnswers"]
    assert (first["answerInputType"], first["answerOptions"], first["selectedOptions"]) == (
        "radioButton",
        ["Yes", "No"],
        ["Yes"],
    )
    assert (second["question"], second["answer"]) == ("What is it about?", "A secret")
    for email in (VAL, TIM):
        (seen,) = await graph.by(email).listed("appointments")
        assert seen["customers"][0]["customQuestionAnswers"] == []
    assert (await graph.by_application(READ).listed("appointments"))[0]["customers"][0]["customQuestionAnswers"]


async def test_a_viewer_is_given_no_link_to_wait_in_a_customers_name(graph):
    made = await graph.post("appointments", {**FULL, "serviceNotes": "seen by readers"})
    path = f"appointments/{made['id']}"
    seen = await graph.by(VAL).get(path)
    assert (seen["anonymousJoinWebUrl"], seen["serviceNotes"]) == (None, "seen by readers")
    assert (await graph.by_application(READ).get(path))["anonymousJoinWebUrl"] is None
    assert (await graph.by_application(APPOINTMENTS).get(path))["anonymousJoinWebUrl"]


async def test_team_members_book_and_change_their_own_alone(graph):
    tim = graph.by(TIM)
    mine = await tim.post("appointments", booking("11:00"))
    assert mine["staffMemberIds"] == ["tim"]
    assert (await tim.refused("POST", "appointments", booking(staffMemberIds=["claire"])))[0] == 403
    hers = await graph.post("appointments", booking("12:00", staffMemberIds=["claire"]))
    path = f"appointments/{hers['id']}"
    for method, where, body in (
        ("PATCH", path, {"serviceNotes": "x"}),
        ("DELETE", path, None),
        ("POST", f"{path}/cancel", {}),
    ):
        assert (await tim.refused(method, where, body))[0] == 403
    own = f"appointments/{mine['id']}"
    assert (await tim.refused("PATCH", own, {"staffMemberIds": ["claire"]}))[0] == 403
    await tim.patch(own, {"startDateTime": at("15:00")})
    await tim.post(f"{own}/cancel", {}, status=204)
    await tim.delete(own)


async def test_programs_obey_the_policy_and_people_need_not(graph):
    program = graph.by_application()
    night = booking("02:00")
    status, error = await program.refused("POST", "appointments", night)
    assert (status, error["code"]) == (400, "BadRequest")
    assert (await program.refused("POST", "appointments", booking("09:00", "10:30")))[0] == 400
    assert (await program.refused("POST", "appointments", booking(staffMemberIds=["omar"])))[0] == 400
    await graph.post("appointments", night)
    await program.post("appointments", booking())


async def test_a_group_has_known_customers_and_takes_others_in(graph):
    people = [
        await graph.post("customers", {"displayName": name, "emailAddress": f"{name}@example.com"})
        for name in ("adele", "bea", "carl", "dora")
    ]
    ids = [one["id"] for one in people]
    sent = booking(
        service="course", maximumAttendeesCount=3, customers=[{"customerId": ids[0]}, {"customerId": ZERO}]
    )
    made = await graph.post("appointments", sent)
    path = f"appointments/{made['id']}"
    assert (made["maximumAttendeesCount"], made["filledAttendeesCount"]) == (3, 1)
    assert [one["customerId"] for one in made["customers"]] == [ids[0]]
    assert (made["customerName"], made["selfServiceAppointmentId"]) == (None, ZERO)
    await graph.patch(path, {"customers": [{"customerId": one} for one in ids[:3]]})
    found = await graph.get(path)
    assert sorted(one["name"] for one in found["customers"]) == ["adele", "bea", "carl"]
    await graph.patch(path, found)
    full = {"customers": [{"customerId": one} for one in ids]}
    assert (await graph.refused("PATCH", path, full))[1]["code"] == "Conflict"
    await graph.patch(path, {**full, "maximumAttendeesCount": 4})
    assert (await graph.refused("PATCH", path, {"maximumAttendeesCount": 3}))[0] == 409
    assert (await graph.refused("PATCH", path, {"maximumAttendeesCount": 1}))[0] == 400
    await graph.patch(path, {"customers": [{"customerId": ids[3]}]})
    (listed,) = await graph.listed("appointments")
    assert [one["customerId"] for one in listed["customers"]] == [ids[3]]
    assert listed["filledAttendeesCount"] == 1
    assert await problems(graph) == []
    assert (await graph.refused("PATCH", path, {"customers": []}))[0] == 400


async def test_a_group_without_anybody_known_is_refused(graph):
    status, error = await graph.refused(
        "POST", "appointments", booking(service="course", customers=[{"customerId": ZERO}])
    )
    assert (status, error["details"][0]["target"]) == (400, "/customers/0/customerId")


async def test_reads_use_the_settings_as_they_are_now(graph):
    made = await graph.post("appointments", booking())
    path = f"appointments/{made['id']}"
    beside = GraphWorld(graph.world.another_process(), graph.by(VAL).authorization)
    assert (await beside.get(path))["id"] == made["id"]
    people = {one["displayName"]: one["id"] for one in await graph.listed("staffMembers")}
    await graph.delete(f"staffMembers/{people['Val']}")
    await asyncio.sleep(JUST_READ)
    assert (await beside.refused("GET", path))[0] == 404
    assert (await beside.refused("GET", "appointments"))[0] == 404


async def test_what_was_read_by_settings_that_have_changed_is_read_again(graph):
    beside = GraphWorld(graph.world.another_process(), graph.authorization)
    assert (await beside.get("services/solo"))["displayName"] == "Solo"
    await graph.patch("services/solo", {"displayName": "Duo"})
    await asyncio.sleep(JUST_READ)
    assert (await beside.get("services/solo"))["displayName"] == "Duo"
    assert {one["displayName"] for one in await beside.listed("services")} >= {"Duo"}
    await graph.delete("services/solo")
    await asyncio.sleep(JUST_READ)
    assert (await beside.refused("GET", "services/solo"))[0] == 404


async def test_a_read_that_makes_no_sense_is_told_so_only_to_who_may_read(graph):
    for who, status in (
        (graph, 400),
        (graph.by(VAL), 400),
        (graph.by("x@elsewhere.example"), 404),
        (graph.by_nobody(), 401),
    ):
        assert (await who.refused("GET", "appointments?$filter=nonsense"))[0] == status


async def test_calls_that_the_sdk_makes_up_get_a_clean_refusal(graph):
    assert (await graph.refused("POST", "calendarView", {}))[0] == 405
    assert (await graph.refused("PATCH", "calendarView/x", {}))[0] == 404


async def test_a_service_that_was_deleted_is_booked_by_nobody_and_what_was_booked_of_it_goes_on(graph):
    made = await graph.post("appointments", booking("09:00"))
    await graph.delete("services/solo")
    for caller in (graph, graph.by_application()):
        status, error = await caller.refused("POST", "appointments", booking("11:00"))
        assert (status, error["details"][0]["target"]) == (400, "/serviceId")
    path = f"appointments/{made['id']}"
    await graph.patch(path, {"startDateTime": at("11:00")})
    assert (await graph.get(path))["startDateTime"] == shown_at("11:00")
    await graph.post(f"{path}/cancel", {"cancellationMessage": "gone"}, 204)
    assert await problems(graph) == []
