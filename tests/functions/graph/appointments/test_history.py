"""What a customer has booked so far, and who did what to an appointment: beside Graph."""

from tests.functions.graph.app import ADA, OUTSIDER, SAM, VAL
from tests.functions.graph.appointments.bookings import at, booking, sent


async def test_a_customers_appointments_are_listed_latest_first_with_what_became_of_them(graph):
    first = await graph.post("appointments", booking("09:00"))
    second = await graph.post("appointments", booking("11:00"))
    course = await graph.post("appointments", booking("13:00", service="course"))
    await graph.post("appointments", booking("13:00", service="course", email="bob@example.com"))
    await graph.post("appointments", booking("15:00", email="bob@example.com"))
    await graph.patch(f"appointments/{first['id']}", {"startDateTime": at("14:00")})
    await graph.post(f"appointments/{second['id']}/cancel", {}, status=204)
    await sent(graph)  # those in a session hear of it, and have it in their lists, by the timer
    customer = first["customers"][0]["customerId"]
    found = await graph.by(VAL).listed(f"customers/{customer}/appointments")
    assert [(one["id"], one["status"]) for one in found] == [
        (first["id"], "booked"),
        (course["id"], "booked"),
        (second["id"], "cancelled"),
    ]
    assert [[it["name"] for it in one["customers"]] for one in found] == [["Ana Souza"]] * 3
    bob = {"name": "Bob", "emailAddress": "bob@example.com"}
    await graph.patch(f"appointments/{course['id']}", {"customers": [bob]})
    await graph.delete(f"appointments/{first['id']}")
    found = await graph.listed(f"customers/{customer}/appointments")
    assert [(one["id"], one["status"]) for one in found] == [
        (first["id"], "cancelled"),
        (course["id"], "cancelled"),
        (second["id"], "cancelled"),
    ]


async def test_they_come_page_after_page(graph):
    made = [await graph.post("appointments", booking(f"{hour:02d}:00")) for hour in range(8, 13)]
    path = f"customers/{made[0]['customers'][0]['customerId']}/appointments"
    found = await graph.listed(f"{path}?$top=2&$select=id")
    assert [one["id"] for one in found] == [made[4]["id"], made[3]["id"]]
    rest = await graph.listed(f"{path}?$skiptoken=2")
    assert [one["id"] for one in rest] == [one["id"] for one in made[2::-1]]
    for wrong in ("$skiptoken=x", "$skiptoken=-1", "$filter=price%20eq%201", "$count=true", "$orderby=price"):
        assert (await graph.refused("GET", f"{path}?{wrong}"))[0] == 400
    assert (await graph.refused("GET", "customers/nobody/appointments"))[0] == 404
    assert (await graph.by(OUTSIDER).refused("GET", path))[0] == 404


async def test_the_history_of_an_appointment_names_who_did_what(graph):
    made = await graph.post("appointments", booking())
    path = f"appointments/{made['id']}"
    await graph.post("appointments", booking("12:00"))
    await graph.by(SAM).patch(path, {"startDateTime": at("10:00")})
    await graph.by_application().post(f"{path}/cancel", {}, status=204)
    found = await graph.by(VAL).listed(f"{path}/history")
    assert sorted((one["action"], one["actor"]) for one in found) == [
        ("booked", ADA),
        ("cancelled", "an-application"),
        ("changed", SAM),
    ]
    assert all(one["dateTime"] == "2027-01-11T07:00:00Z" for one in found)
    assert (await graph.refused("GET", "appointments/none/history"))[0] == 404
