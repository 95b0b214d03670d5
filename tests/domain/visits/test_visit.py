"""A visit comes out the same in whatever order its events arrive, and counts as the usage report defines it."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.visits.rules import (
    duration,
    is_over,
    lost_contact,
    met_at,
    most_at_once,
    next_check,
    outcome,
    started,
    wait_time,
)
from shared.domain.visits.visit import (
    BRIDGED,
    HERE_FOR,
    MOST_MESSAGES,
    MOST_PARTIES,
    MOST_STRETCHES,
    Event,
    Visit,
    apply,
)
from tests.support.builders import MONDAY


ANA, BOB, DOC, AID = "a.ana", "a.bob", "s.doc", "s.aid"
END = MONDAY + timedelta(minutes=30)


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


def come(who, second, name=""):
    return Event("come", at(second), who, text=name)


def beat(who, second, place="room", session=""):
    return Event("beat", at(second), who, place, session)


def stay(who, first, last, every=10):
    """Signs of life in the room."""
    return [beat(who, second) for second in range(first, last + 1, every)]


def leave(who, second, place="room"):
    return Event("leave", at(second), who, place)


def admit(who, second):
    return Event("admit", at(second), who)


def put_back(who, second):
    return Event("put_back", at(second), who)


def mark(status, second):
    return Event("mark", at(second), status=status)


def visit(*events) -> Visit:
    return apply(Visit(), events)


A_VISIT = [
    come(ANA, 0, "Ana"),
    beat(DOC, 60),
    admit(ANA, 95),
    *stay(ANA, 100, 700),
    *stay(DOC, 70, 690),
    leave(ANA, 705),
    leave(DOC, 710),
]

moments = st.integers(0, 4000).map(at)
parties = st.sampled_from([ANA, BOB, DOC, AID])
places = st.sampled_from(["lobby", "room"])
words = st.sampled_from(["", "Ana", "Bob", "x7"])
statuses = st.sampled_from(["booked", "no_show", "completed", "not_admitted"])
events = st.one_of(
    st.builds(Event, st.just("come"), moments, parties, text=words, devices=words),
    st.builds(Event, st.just("beat"), moments, parties, places, words),
    st.builds(Event, st.just("leave"), moments, parties, places),
    st.builds(Event, st.sampled_from(["admit", "put_back"]), moments, st.sampled_from([ANA, BOB])),
    st.builds(Event, st.just("mark"), moments, status=statuses),
    st.builds(Event, st.just("tell"), moments, parties, text=words),
)
histories = st.lists(events, max_size=25)


@pytest.mark.walk
@given(histories, st.randoms(use_true_random=False))
def test_the_order_and_the_repetition_of_events_change_nothing(history, random):
    shuffled = [*history, *random.choices(history, k=len(history))] if history else []
    random.shuffle(shuffled)
    assert apply(Visit(), shuffled) == apply(Visit(), history)


@pytest.mark.walk
@given(histories, histories)
def test_events_that_are_known_already_add_nothing(first, second):
    both = apply(apply(Visit(), first), second)
    assert apply(both, first) == both


@pytest.mark.walk
@given(histories)
def test_a_visit_comes_back_from_its_row(history):
    one = apply(Visit(), history)
    assert Visit.model_validate_json(one.model_dump_json(by_alias=True, exclude_defaults=True)) == one


@pytest.mark.walk
@given(histories, st.integers(0, 5000))
def test_whatever_has_happened_what_is_counted_makes_sense(history, second):
    one, now = apply(Visit(), history), at(second + 4000)
    begun, counted, wait = started(one), duration(one), wait_time(one, now)
    assert counted >= timedelta()
    assert wait is None or timedelta() <= wait <= now - MONDAY
    assert (met_at(one) is None) <= (counted == timedelta())
    assert begun is None or MONDAY <= begun <= now
    if one.status == "in_progress":
        assert any(party.let_in for party in one.attendees)
    if is_over(one, END, now):
        assert not one.is_closed
    assert next_check(one, END, now + timedelta(days=1)) is None


@pytest.mark.walk
@given(histories, st.integers(0, 40_000))
def test_the_timer_closes_every_visit_to_which_somebody_came(history, wait):
    """However it ends: looked at when it asks to be, it is closed at the latest half a day after its time."""
    one, now = apply(Visit(), history), at(4000)
    for _ in range(2000):
        if is_over(one, END, now) and (status := outcome(one)):
            one = apply(one, [Event("mark", now, status=status)])
        again = next_check(one, END, now)
        if again is None:
            break
        assert again > now
        now = again + timedelta(seconds=wait % 90)
    assert one.is_closed or outcome(one) is None
    assert now < END + timedelta(hours=14)


def test_the_visit_of_the_books():
    one = visit(*A_VISIT)
    assert one.status == "in_progress"
    assert started(one) == at(100)
    assert duration(one) == timedelta(seconds=610)
    assert wait_time(one, at(2000)) == timedelta(seconds=95)
    assert outcome(one) == "completed"


def test_the_lobby_wait_is_from_the_first_attendee_to_the_first_admission_of_any():
    one = visit(come(ANA, 30), come(BOB, 10), admit(ANA, 50), admit(BOB, 400))
    assert wait_time(one, at(1000)) == timedelta(seconds=40)


def test_a_wait_goes_on_while_somebody_waits_and_ends_with_their_last_sign():
    waiting = visit(come(ANA, 0), beat(ANA, 60, "lobby"))
    assert wait_time(waiting, at(90)) == timedelta(seconds=90)
    assert wait_time(apply(waiting, [leave(ANA, 80, "lobby")]), at(500)) == timedelta(seconds=80)
    assert wait_time(visit(beat(DOC, 0)), at(90)) is None


def test_without_a_meeting_it_starts_with_the_first_activity_and_lasts_no_time():
    one = visit(come(ANA, 10), beat(DOC, 40), leave(DOC, 90))
    assert started(one) == at(10)
    assert duration(one) == timedelta()
    assert started(Visit()) is None


def test_people_who_were_in_one_after_the_other_never_met():
    one = visit(come(ANA, 0), admit(ANA, 5), *stay(ANA, 10, 60), leave(ANA, 60), *stay(DOC, 400, 500))
    assert met_at(one) is None
    assert duration(one) == timedelta()
    assert outcome(one) == "completed"  # an attendee alone was in


def test_an_absence_ends_a_stretch_and_a_short_gap_does_not():
    gap = int(BRIDGED.total_seconds())
    assert visit(beat(ANA, 0), beat(ANA, gap)).party(ANA).room == ((at(0), at(gap)),)
    assert visit(beat(ANA, 0), beat(ANA, gap + 1)).party(ANA).room == ((at(0), at(0)), (at(gap + 1), at(gap + 1)))
    between = visit(beat(ANA, 0), beat(ANA, gap + 50), beat(ANA, gap))
    assert between.party(ANA).room == ((at(0), at(gap + 50)),)


def test_a_visit_that_is_ended_lasts_no_longer_whatever_signs_come_later():
    one = visit(*A_VISIT, mark("completed", 400))
    assert duration(one) == timedelta(seconds=300)


def test_the_number_of_stretches_and_of_parties_is_bounded():
    flapping = visit(*(beat(ANA, number * 1000) for number in range(200)))
    assert len(flapping.party(ANA).room) == MOST_STRETCHES
    assert flapping.party(ANA).room[-1][1] == at(199_000)
    crowd = visit(*(come(f"a.{number}", number) for number in range(MOST_PARTIES + 5)))
    assert len(crowd.parties) == MOST_PARTIES


def test_nobody_pushes_out_what_others_wrote_to_the_lobby_or_to_the_staff():
    def tell(party, number):
        return Event("tell", at(number), party, text=f"{party} {number}")

    hers, theirs = (
        [tell(ANA, number) for number in range(9)],
        [tell(BOB, 1), *(tell(DOC, one) for one in range(30))],
    )
    texts = [one.text for one in visit(*theirs, *hers).messages]
    assert [text for text in texts if text.startswith(ANA)] == [f"{ANA} {number}" for number in range(4, 9)]
    assert f"{BOB} 1" in texts
    assert len([text for text in texts if text.startswith(DOC)]) == MOST_MESSAGES
    assert visit(*hers, *theirs) == visit(*theirs, *hers)


@pytest.mark.parametrize(
    ("history", "counts_as"),
    [
        ([], None),
        ([come(DOC, 0)], None),
        ([beat(DOC, 0)], "no_show"),
        ([come(ANA, 0)], "not_admitted"),
        ([come(ANA, 0), leave(ANA, 60, "lobby")], "not_admitted"),
        ([come(ANA, 0), beat(DOC, 5)], "not_admitted"),
        ([come(ANA, 0), admit(ANA, 5)], "no_show"),
        ([come(ANA, 0), admit(ANA, 5), beat(ANA, 8)], "completed"),
        (A_VISIT, "completed"),
    ],
)
def test_what_a_visit_counts_as_once_it_is_over(history, counts_as):
    assert outcome(visit(*history)) == counts_as


def test_whoever_is_admitted_twice_is_admitted_once():
    once, twice = visit(come(ANA, 0), admit(ANA, 30)), visit(come(ANA, 0), admit(ANA, 30), admit(ANA, 31))
    assert (once.status, twice.status) == ("in_progress", "in_progress")
    assert wait_time(once, at(99)) == wait_time(twice, at(99))


def test_an_admission_that_overtakes_the_coming_counts_when_both_are_known():
    assert visit(admit(ANA, 30)).status == "booked"
    assert visit(admit(ANA, 30), come(ANA, 0)).status == "in_progress"


def test_an_end_sends_everybody_out_and_who_comes_back_waits_again():
    ended = visit(*A_VISIT, mark("completed", 720))
    assert ended.status == "completed"
    assert not ended.is_admitted(ended.party(ANA))
    assert apply(ended, [beat(ANA, 730, "room")]).status == "completed"  # a page that has not noticed yet
    back = apply(ended, [come(ANA, 800)])
    assert (back.status, [one.id for one in back.waiting]) == ("in_lobby", [ANA])
    again = apply(back, [admit(ANA, 820)])
    assert again.status == "in_progress"


def test_signs_of_life():
    ana = visit(come(ANA, 0)).party(ANA)
    assert ana.is_here(at(0) + HERE_FOR)
    assert not ana.is_here(at(1) + HERE_FOR)
    assert not visit(come(ANA, 0), leave(ANA, 5, "lobby")).party(ANA).is_here(at(6))
    assert visit(come(ANA, 0), leave(ANA, 5, "lobby"), beat(ANA, 6, "lobby")).party(ANA).is_here(at(6))


def test_a_silence_is_noticed_for_a_while_and_a_goodbye_is_none():
    silent = visit(come(ANA, 0))
    assert not lost_contact(silent, at(60))
    assert lost_contact(silent, at(100))
    assert not lost_contact(silent, at(600))
    assert not lost_contact(apply(silent, [leave(ANA, 50, "lobby")]), at(100))


@pytest.mark.parametrize(
    ("history", "minute", "over"),
    [
        (A_VISIT, 14, False),  # they may come back
        (A_VISIT, 15, True),
        ([*A_VISIT, *stay(ANA, 720, 880)], 15, False),
        ([*A_VISIT, *stay(ANA, 720, 45 * 60 + 40)], 45, True),  # alone for long, and the time is up
        ([*A_VISIT, *stay(ANA, 720, 45 * 60), *stay(DOC, 720, 45 * 60)], 45, False),
        ([come(ANA, 0)], 44, False),
        ([come(ANA, 0)], 45, True),
        ([come(ANA, 0), *[beat(ANA, second, "lobby") for second in range(0, 5000, 10)]], 80, False),
        ([*A_VISIT, mark("completed", 720)], 60, False),
        ([], 45, True),
    ],
)
def test_when_a_visit_is_over_by_itself(history, minute, over):
    assert is_over(visit(*history), END, at(minute * 60)) is over


def test_messages_are_kept_in_their_order_and_the_last_ones_only():
    told = [Event("tell", at(second), DOC, text=f"{second}") for second in range(30)]
    for order in (told, told[::-1]):
        assert [one.text for one in visit(*order).messages] == [f"{second}" for second in range(10, 30)]


def test_a_name_and_a_page_are_the_latest_ones():
    for order in permutations([come(ANA, 0, "Ana"), come(ANA, 9, "Ana S."), beat(ANA, 5, session="p1")]):
        ana = visit(*order).party(ANA)
        assert (ana.name.value, ana.session.value, ana.came) == ("Ana S.", "p1", at(0))


@pytest.mark.walk
@given(
    st.lists(
        st.tuples(st.sampled_from([ANA, BOB, DOC, AID]), st.integers(0, 900), st.integers(0, 300)), max_size=9
    )
)
def test_most_at_once_is_that_of_some_moment(stretches):
    visit = apply(Visit(), [sign for who, since, length in stretches for sign in stay(who, since, since + length)])
    moments = [moment for one in visit.parties for stretch in one.room for moment in stretch]
    there = [sum(a <= at <= b for one in visit.parties for a, b in one.room) for at in moments]
    assert most_at_once(visit) == max(there, default=0)


def test_who_follows_another_was_not_there_with_them():
    visit = apply(Visit(), [*stay(DOC, 0, 900), *stay(ANA, 0, 300), *stay(BOB, 301, 600)])
    assert (most_at_once(visit), len(visit.parties)) == (2, 3)
