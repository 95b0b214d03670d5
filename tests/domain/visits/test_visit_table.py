"""The table of statuses, cell by cell: each status, whatever can happen, and what it is then."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.appointments.appointment import Status
from shared.domain.visits.rules import IN_PERSON, ONLINE, Transition, marked, next_status, offered
from shared.domain.visits.visit import Event, Visit, apply
from tests.support.builders import MONDAY


ANA, DOC = "a.ana", "s.doc"
STATUSES = [one for one in get_args(Status) if one != "cancelled"]
EVENTS = {
    "come": Event("come", MONDAY, ANA),
    "leave": Event("leave", MONDAY, ANA, "lobby"),
    "admit": Event("admit", MONDAY, ANA),
    "put_back": Event("put_back", MONDAY, ANA),
}
TO_REACH = {
    "booked": [],
    "in_lobby": ["come"],
    "in_progress": ["come", "admit", "join"],
    "completed": ["come", "admit", "join", "end"],
    "no_show": ["mark_no_show"],
    "not_admitted": ["come", "end"],
}
BY_HAND = {
    "booked": [],
    "in_lobby": ["arrive"],
    "in_progress": ["begin"],
    "completed": ["complete"],
    "no_show": ["mark_no_show"],
}


def happen(visit: Visit, what: str, second: int, *, is_online: bool) -> Visit:
    """Let something happen as the use cases do."""
    now = MONDAY + timedelta(seconds=second)
    if what == "join":
        inside = [one.id for one in visit.attendees if visit.is_admitted(one)]
        return apply(visit, [Event("beat", now, who, "room") for who in (*inside, DOC)])
    if what not in EVENTS:
        return apply(visit, marked(visit, visit.status, what, now, is_online=is_online))
    if not is_online or (what in ("admit", "put_back", "leave") and visit.party(ANA) is None):
        return visit  # nobody is there whom it could be about
    event = EVENTS[what]
    return apply(visit, [Event(event.kind, now, event.party, event.place)])


def reach(status: str, *, is_online: bool) -> tuple[Visit, int]:
    visit, second = Visit(), 0
    for what in (TO_REACH if is_online else BY_HAND)[status]:
        visit, second = happen(visit, what, second, is_online=is_online), second + 1
    assert visit.status == status
    return visit, second


@pytest.mark.parametrize("what", get_args(Transition))
@pytest.mark.parametrize("status", STATUSES)
def test_every_cell_of_the_table_online(status, what):
    visit, second = reach(status, is_online=True)
    after = happen(visit, what, second, is_online=True)
    assert after.status == next_status(status, what, is_online=True)


@pytest.mark.parametrize("what", get_args(Transition))
@pytest.mark.parametrize("status", list(BY_HAND))
def test_every_cell_of_the_table_in_person(status, what):
    visit, second = reach(status, is_online=False)
    after = happen(visit, what, second, is_online=False)
    assert after.status == next_status(status, what, is_online=False)


@pytest.mark.parametrize("table", [ONLINE, IN_PERSON])
def test_the_tables_have_every_status_and_nothing_leads_out_of_cancelled(table):
    assert set(table) == set(get_args(Status))
    assert table["cancelled"] == {}
    assert all(after != status for status, row in table.items() for after in row.values())


@given(
    st.lists(st.sampled_from(["come", "admit", "put_back", "leave", "join", *get_args(Transition)]), max_size=20)
)
def test_a_walk_of_any_length_never_leaves_the_table(walk):
    """Whatever came before: the next status is the table's, or one of the exceptions that it names."""
    visit = Visit()
    for second, what in enumerate(walk):
        before = visit
        visit = happen(visit, what, second, is_online=True)
        if what == "join":
            assert visit.status == before.status
            continue
        expected = {next_status(before.status, what, is_online=True)}
        if what in ("end", "expire"):
            expected |= {"no_show", "not_admitted", "completed"}
        if what == "undo" and before.is_closed:
            expected = {"booked", "in_lobby", "in_progress"}
        if what in ("come", "leave", "put_back"):  # who is let in stays so; who has left and is put back is gone
            expected |= {before.status, "in_lobby", "booked"}
        if what == "admit":
            expected |= {"in_progress"}
        assert visit.status in expected, (before.status, what)


def test_what_staff_may_mark_by_hand():
    assert offered("booked", is_online=True) == ["mark_no_show"]
    assert offered("in_progress", is_online=True) == ["end"]
    assert offered("no_show", is_online=True) == ["undo"]
    assert offered("booked", is_online=False) == ["mark_no_show", "arrive", "begin", "complete"]
    assert offered("cancelled", is_online=True) == []


def test_a_mark_that_the_table_does_not_have_is_none():
    visit, second = reach("in_progress", is_online=True)
    assert marked(visit, "in_progress", "mark_no_show", MONDAY, is_online=True) == []
    assert marked(visit, "cancelled", "undo", MONDAY, is_online=True) == []
    assert marked(visit, "cancelled", "end", MONDAY, is_online=True) == []
    assert marked(Visit(), "booked", "end", MONDAY, is_online=True) == []
    assert second == 3


def test_staff_alone_in_the_room_make_a_no_show_and_an_attendee_who_left_one_who_was_not_admitted():
    now = MONDAY + timedelta(minutes=5)
    alone = apply(Visit(), [Event("beat", MONDAY, DOC, "room")])
    gone = apply(alone, [Event("come", MONDAY, ANA), Event("leave", now, ANA, "lobby")])
    assert alone.status == gone.status == "booked"
    assert marked(alone, "booked", "end", now, is_online=True)[0].status == "no_show"
    assert marked(gone, "booked", "expire", now, is_online=True)[0].status == "not_admitted"
