"""What is done with appointments by the Graph API: taken times, repetitions, groups, cancelling and deleting."""

from tests.functions.graph.app import ADA, SAM
from tests.functions.graph.appointments.bookings import (
    TUESDAY,
    ZERO,
    at,
    booking,
    problems,
    shown_at,
)
from tests.support.builders import a_key


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
    for method, where, document in (
        ("PATCH", path, {"serviceNotes": "second"}),
        ("DELETE", path, None),
        ("POST", f"{path}/cancel", {}),
    ):
        status, error = await graph.refused(method, where, document, if_match=tag)
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


async def test_what_is_deleted_after_it_was_cancelled_is_gone(graph):
    made = await graph.post("appointments", booking("09:00", "14:00"))
    path = f"appointments/{made['id']}"
    await graph.post(f"{path}/cancel", {}, status=204)
    await graph.world.drain()
    await graph.delete(path)
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert (await graph.refused(method, path, body))[0] == 404
    assert await problems(graph) == []
    await graph.post("appointments", booking())


async def test_the_audit_tells_of_every_change(graph):
    made = await graph.post("appointments", booking())
    path = f"appointments/{made['id']}"
    await graph.by(SAM).patch(path, {"serviceNotes": "x"})
    await graph.by_application().post(f"{path}/cancel", {}, status=204)
    await graph.world.drain()
    await graph.delete(path)
    told = [(one["action"], one["actor"], one["subject"]) for one in await graph.listed("auditLog")][:4]
    assert sorted(told) == [
        ("booked", ADA, made["id"]),
        ("cancelled", "an-application", made["id"]),
        ("changed", SAM, made["id"]),
        ("deleted", ADA, made["id"]),
    ]


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


async def test_a_new_link_voids_the_one_before_for_a_customer_or_for_who_serves(graph):
    made = await graph.post("appointments", booking())
    path = f"appointments/{made['id']}"
    (customer,) = made["customers"]
    await graph.world.drain()
    old = graph.world.postman.to("ana@example.com")[-1].manage_token
    key = a_key()
    for _ in range(2):
        body = {"customerId": customer["customerId"]}
        await graph.post(f"{path}/sendNewLink", body, status=204, idempotency_key=key)
    await graph.world.drain()
    new = graph.world.postman.to("ana@example.com")[-1]
    assert graph.world.postman.kinds("ana@example.com") == ["confirmation", "new_link"]
    statuses = [
        (await graph.world.call("GET", f"/api/clinic/appointments/{token}")).status
        for token in (old, new.manage_token)
    ]
    assert statuses == [404, 200]
    staff = (await graph.get(path))["staffMemberIds"]
    await graph.post(f"{path}/sendNewLink", {"staffMemberId": staff[0]}, status=204)
    for body in (
        {},
        {"customerId": "nobody"},
        {"staffMemberId": "nobody"},
        {"customerId": "a", "staffMemberId": "b"},
    ):
        assert (await graph.refused("POST", f"{path}/sendNewLink", body))[0] == 400
    assert (await graph.refused("POST", "appointments/nowhere/sendNewLink", {"customerId": "a"}))[0] == 404
    actions = [one["action"] for one in await graph.listed("auditLog")]
    assert actions.count("sent a new link") == 2
