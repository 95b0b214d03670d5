"""What a booking over the Graph API does beside its answer: one wins, the parties hear of it, the page knows."""

import asyncio
from datetime import timedelta

from tests.functions.graph.app import GraphWorld
from tests.functions.graph.appointments.bookings import at, booking, problems, sent


async def test_of_many_who_want_one_time_one_gets_it_and_the_others_a_conflict(graph):
    processes = [GraphWorld(graph.world.another_process(), graph.authorization) for _ in range(4)]
    calls = [processes[number % 4].call("POST", "appointments", booking(email=f"c{number}@example.com")) for number in range(24)]  # fmt: skip
    answers = await asyncio.gather(*calls)
    assert sorted(one.status for one in answers) == [201] + [409] * 23
    assert len(await graph.listed("appointments")) == 1
    assert await problems(graph) == []


async def test_both_sides_hear_of_a_booking_a_change_of_time_and_a_cancellation_with_its_message(graph):
    ana, claire = "ana@example.com", "claire@clinic.example"
    made = await graph.post("appointments", booking(staffMemberIds=["claire"]))
    path = f"appointments/{made['id']}"
    told = await sent(graph)
    assert (told[ana], told[claire]) == ([("confirmation", "")], [("confirmation", "")])
    await graph.patch(path, {"serviceNotes": "afraid of needles"})
    assert await sent(graph) == {}
    await graph.patch(path, {"startDateTime": at("11:00")})
    told = await sent(graph)
    assert (told[ana], told[claire]) == ([("change", "")], [("change", "")])
    await graph.patch(path, {"staffMemberIds": ["omar"]})
    told = await sent(graph)
    assert (told[claire][0][0], told["omar@clinic.example"][0][0]) == ("cancellation", "confirmation")
    await graph.post(f"{path}/cancel", {"cancellationMessage": "The doctor is ill."}, status=204)
    told = await sent(graph)
    assert told[ana] == told["omar@clinic.example"] == [("cancellation", "The doctor is ill.")]


async def test_who_opted_out_gets_no_mail(graph):
    await graph.post("appointments", booking(optOutOfCustomerEmail=True, staffMemberIds=["claire"]))
    assert set(await sent(graph)) == {"claire@clinic.example", "desk@clinic.example"}


async def test_deleting_what_is_to_come_cancels_it_and_both_sides_hear_of_it(graph):
    manage = f"/book/clinic/manage/{await graph.world.token()}"
    (made,) = await graph.listed("appointments")
    await sent(graph)
    await graph.delete(f"appointments/{made['id']}")
    await graph.delete(
        f"appointments/{made['id']}"
    )  # again before anybody was told, as a client does on a timeout
    told = await sent(graph)
    assert {address: [kind for kind, _ in mails] for address, mails in told.items()} == {
        "ana@example.com": ["cancellation"],
        f"{made['staffMemberIds'][0]}@clinic.example": ["cancellation"],
        "desk@clinic.example": ["cancellation"],
    }
    page = await graph.world.call("GET", manage)
    assert (page.status, "is cancelled" in page.body.decode()) == (200, True)
    assert (await graph.get(f"appointments/{made['id']}"))["status"] == "cancelled"
    await graph.delete(f"appointments/{made['id']}")
    assert (await graph.refused("GET", f"appointments/{made['id']}"))[0] == 404
    assert (await sent(graph), await problems(graph)) == ({}, [])


async def test_deleting_a_session_to_come_tells_each_of_its_customers(graph):
    people = ["ana@example.com", "bob@example.com"]
    customers = [{"name": one, "emailAddress": one} for one in people]
    made = await graph.post("appointments", booking(service="course", customers=customers))
    await sent(graph)
    for _ in range(2):
        await graph.delete(f"appointments/{made['id']}")
    told = [await sent(graph) for _ in range(2)]  # the session's row gives each seat its own
    assert [[kind for kind, _ in told[0].get(one, told[1].get(one))] for one in people] == [["cancellation"]] * 2
    assert await problems(graph) == []


async def test_deleting_what_is_over_is_without_a_word(graph):
    made = await graph.post("appointments", booking())
    await sent(graph)
    graph.world.now += timedelta(days=2)
    await graph.delete(f"appointments/{made['id']}")
    assert await sent(graph) == {}
    assert (await graph.refused("GET", f"appointments/{made['id']}"))[0] == 404


async def test_a_program_deletes_nothing_that_is_too_near_to_cancel(graph):
    await graph.patch("", {"schedulingPolicy": {"minimumLeadTime": "PT240H", "maximumAdvance": "P365D"}})
    made = await graph.post("appointments", booking())
    assert (await graph.by_application().refused("DELETE", f"appointments/{made['id']}"))[0] == 400
    assert (await graph.get(f"appointments/{made['id']}"))["status"] == "booked"


async def test_the_page_offers_a_time_again_once_it_is_free(graph):
    async def offered() -> set[str]:
        return await graph.world.another_process().offered("solo")

    before = await offered()
    made = await graph.post("appointments", booking("09:00", "10:00", preBuffer="PT10M"))
    assert before - await offered() == {"09:30", "10:00", "10:30"}
    await graph.patch(f"appointments/{made['id']}", {"preBuffer": "PT0S"})
    assert before - await offered() == {"10:00", "10:30"}
    await graph.post(f"appointments/{made['id']}/cancel", {}, status=204)
    assert await offered() == before
