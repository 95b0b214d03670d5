"""The queue's lines come in the order in which they matter, and are counted and filtered as asked."""

from datetime import timedelta

from shared.domain.visits.queue import Planned, QueueEntry, QueueFilter, QueueLine, counted, matching, sorted_lines
from shared.domain.visits.visit import Event, Visit, apply
from tests.support.builders import MONDAY


NOW = MONDAY + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


def line(name, start=0, *events, status="booked", **changes) -> QueueEntry:
    at = NOW + start * MINUTE
    values = {"service": "video", "staff": ("claire",), "name": name, "filled": 1, "is_online": True, **changes}
    planned = Planned("biz", name, at, at + 30 * MINUTE, status, **values)
    return QueueEntry(planned, apply(Visit(), events))


def come(minutes_ago):
    return Event("come", NOW - minutes_ago * MINUTE, "a.x", text="Ana")


ADMIT = Event("admit", NOW, "a.x")
DONE = Event("mark", NOW, status="completed")
LINES = [
    line("done", -60, come(50), DONE),
    line("later", 60),
    line("past", -120),
    line("talks", -10, come(12), ADMIT),
    line("cancelled", 10, status="cancelled"),
    line("waits", 20, come(2)),
    line("late", -5, come(9)),
    line("soon", 5),
    line("waits longer", 30, come(4)),
    line("long", 40, come(16)),
    line("no-show", -90, Event("mark", NOW, status="no_show")),
]


def names(lines):
    return [one.planned.name for one in lines]


def test_what_matters_now_comes_first():
    assert names(sorted_lines(LINES, NOW)) == [
        "long",
        "late",
        "waits longer",
        "waits",
        "talks",
        "soon",
        "later",
        "past",
        "no-show",
        "done",
        "cancelled",
    ]


def test_the_tiles_count_each_status():
    assert counted(LINES) == {
        "in_lobby": 4,
        "booked": 3,
        "in_progress": 1,
        "completed": 1,
        "no_show": 1,
        "cancelled": 1,
    }


def test_filters_keep_the_wanted_service_and_person_and_what_is_online():
    lines = [line("one"), line("two", service="other"), line("three", staff=("omar", "claire"))]
    lines.append(line("here", is_online=False))
    assert names(matching(lines, QueueFilter())) == ["one", "two", "three", "here"]
    assert names(matching(lines, QueueFilter(is_online_only=True))) == ["one", "two", "three"]
    assert names(matching(lines, QueueFilter(service="biz.other"))) == ["two"]
    assert names(matching(lines, QueueFilter(staff="biz.omar"))) == ["three"]
    assert names(matching(lines, QueueFilter(staff="another.omar"))) == []
    assert names(matching(lines, QueueFilter(name="TW"))) == ["two"]
    assert names(matching(lines, QueueFilter(name="t", staff="biz.claire"))) == ["two", "three"]


def test_a_line_tells_who_waits_how_long_and_with_what():
    event = Event("come", NOW - 2 * MINUTE, "a.x", text="Ana", devices="camera")
    waits = QueueLine(line("waits", 20, event), NOW)
    assert waits.wait == 2 * MINUTE
    assert waits.waits_since == NOW - 2 * MINUTE
    assert waits.waiting == [("a.x", "Ana", False)]
    assert waits.devices == "camera"
    gone = QueueLine(line("gone", 20, come(2), Event("leave", NOW - MINUTE, "a.x", "lobby")), NOW)
    assert (gone.status, gone.has_gone, gone.waiting) == ("booked", True, [])
    talks = QueueLine(line("talks", -10, come(12), ADMIT), NOW)
    assert (talks.wait, talks.waits_since) == (12 * MINUTE, None)


def test_a_wait_that_began_the_moment_it_is_looked_at_counts():
    just = QueueLine(line("just", 20, come(0)), NOW)
    assert just.waits_since == NOW


def test_a_wait_becomes_late_at_the_start_or_after_a_quarter_of_an_hour():
    soon, long = QueueLine(line("soon", 3, come(2)), NOW), QueueLine(line("long", 60, come(2)), NOW)
    assert (soon.late_at, long.late_at) == (NOW + 3 * MINUTE, NOW + 13 * MINUTE)
    assert QueueLine(line("late", -5, come(9)), NOW).late_at is None
    assert QueueLine(line("booked", 5), NOW).late_at is None
