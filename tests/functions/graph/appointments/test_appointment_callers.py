"""Who may do what with appointments by the Graph API, and who is shown what of them."""

import asyncio

import pytest

from shared.domain.access.permissions import APPOINTMENTS, READ
from shared.storage.calendars import JUST_READ
from tests.functions.graph.app import SAM, TIM, VAL, GraphWorld
from tests.functions.graph.appointments.bookings import (
    FULL,
    ZERO,
    at,
    booking,
)


@pytest.mark.parametrize("name", ["none", "x%2Fy", "..", "%00", "a" * 200, "é"])
async def test_ids_that_nothing_has_are_not_found(graph, name):
    assert (await graph.refused("GET", f"appointments/{name}"))[0] == 404


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


async def test_team_members_name_nobody_but_themselves_and_overbook_nobody_else(graph):
    tim = graph.by(TIM)
    for staff in (["tim", "claire"], ["claire", "tim"], ["claire"], ["omar", "claire"]):
        for over in (True, False):
            body = booking("13:00", staffMemberIds=staff, isOverbooked=over)
            assert (await tim.refused("POST", "appointments", body))[0] == 403, (staff, over)
    mine = await tim.post("appointments", booking("14:00", isOverbooked=True))
    path = f"appointments/{mine['id']}"
    assert (await tim.refused("PATCH", path, {"staffMemberIds": ["tim", "claire"]}))[0] == 403
    shared = await graph.post("appointments", booking("15:00", staffMemberIds=["tim", "claire"]))
    hers = await graph.post("appointments", booking("16:00", staffMemberIds=["claire"]))
    both = f"appointments/{shared['id']}"
    move = {"startDateTime": at("16:00"), "isOverbooked": True}
    assert (await tim.refused("PATCH", both, move))[0] == 403, "it is over Claire's"
    await tim.patch(both, {"startDateTime": at("17:00")})
    await tim.patch(both, {"staffMemberIds": ["tim", "claire"], "serviceNotes": "both stay"})
    assert (await tim.refused("PATCH", both, {"staffMemberIds": ["tim", "omar"]}))[0] == 403
    await graph.patch(f"appointments/{hers['id']}", {"startDateTime": at("14:00"), "isOverbooked": True})
    await tim.patch(path, {"startDateTime": at("17:00"), "isOverbooked": True})


async def test_programs_obey_the_policy_and_people_need_not(graph):
    program = graph.by_application()
    night = booking("02:00")
    status, error = await program.refused("POST", "appointments", night)
    assert (status, error["code"]) == (400, "BadRequest")
    assert (await program.refused("POST", "appointments", booking("09:00", "10:30")))[0] == 400
    assert (await program.refused("POST", "appointments", booking(staffMemberIds=["omar"])))[0] == 400
    await graph.post("appointments", night)
    await program.post("appointments", booking())


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
