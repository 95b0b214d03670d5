"""Which settings stand behind which answer: a change of one is told at those answers, and at no other."""

from dataclasses import replace
from datetime import timedelta

from shared.domain.calendar.business import BookingPage, WaitingRoom
from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Price
from shared.domain.calendar.toolkit import Toolkit
from shared.domain.toolkit.facts import facts_of
from shared.domain.toolkit.questions import QUESTIONS, OwnAnswer, changed_since, facts_behind
from tests.support.builders import a_business, a_calendar, a_person, a_service


VIDEO = a_service("video", is_online=True, staff=("claire",), price=Price(kind="fixed", amount=40))
CALENDAR = a_calendar(a_business(), [VIDEO, a_service("here")], [a_person("claire"), a_person("omar")])


def told(calendar) -> dict[str, list[str]]:
    """What is told, by question, once each answer was written for CALENDAR and the settings are those of another."""
    before, now = facts_of(CALENDAR), facts_of(calendar)
    own = [
        OwnAnswer(question=one.id, language="en", text="Ours", facts=facts_behind(one.id, before))
        for one in QUESTIONS
    ]
    return {one.question: names for one in own if (names := changed_since(one, now))}


def with_business(**changes):
    return replace(CALENDAR, business=a_business(**changes))


def with_services(*services):
    return a_calendar(CALENDAR.business, list(services), list(CALENDAR.staff.values()))


def test_nothing_is_told_while_the_settings_are_the_same():
    assert told(CALENDAR) == {}
    assert told(with_business(most_open=3, policy=SchedulingPolicy(maximum_advance=timedelta(days=90)))) == {}


def test_each_setting_is_told_at_the_answers_that_state_it():
    here, cheaper = a_service("here"), VIDEO.model_copy(update={"price": Price(kind="free")})
    late = SchedulingPolicy(minimum_lead_time=timedelta(hours=24), maximum_advance=timedelta(days=60))
    teams = MeetingRoom(provider="teams", organiser="0a" * 4 + "-0a0a-0a0a-0a0a-" + "0a" * 6)
    own = VIDEO.model_copy(update={"staff": ("claire", "omar")})
    cases = {
        "phone": (
            with_business(phone="+1 555"),
            {"book": ["contact"], "change": ["contact"], "trouble": ["contact"]},
        ),
        "place": (with_business(address="Main Street 1"), {"difference": ["place"]}),
        "name": (with_business(name="Surgery"), {"what": ["name"]}),
        "slug": (with_business(slug="surgery"), {"book": ["page"], "equipment": ["page"], "join": ["page"]}),
        "policy": (with_business(policy=late), {"change": ["changing"]}),
        "price": (with_services(cheaper, here), {"fees": ["prices"]}),
        "meeting": (with_business(meeting=teams), {"course": ["room"], "equipment": ["room"]}),
        "people": (with_services(own, here), {"who": ["people"]}),
        "paid": (with_business(toolkit=Toolkit(paid_online=("card",))), {"payment": ["payment"]}),
        "portal": (with_business(toolkit=Toolkit(portal_url="https://portal.example")), {"portal": ["portal"]}),
    }
    assert {name: told(calendar) for name, (calendar, _) in cases.items()} == {
        name: wanted for name, (_, wanted) in cases.items()
    }


def test_a_new_service_is_told_where_services_are_named():
    added = told(with_services(VIDEO, a_service("here"), a_service("more", is_online=True)))
    assert set(added) == {"difference", "fees", "payment"}


def test_what_customers_do_not_see_is_no_fact():
    hidden = a_service("secret", is_hidden=True, staff=("omar",))
    unlisted = a_person("omar", is_listed=False)
    calendar = a_calendar(CALENDAR.business, [*CALENDAR.services.values(), hidden], [a_person("claire"), unlisted])
    assert told(calendar) == {}
    assert "Secret" not in str(facts_of(calendar).services)


def test_walk_ins_are_told_where_booking_is_explained():
    room = WaitingRoom(on_demand="video")
    assert "page" in told(with_business(waiting_room=room, page=BookingPage(is_published=True)))["book"]
