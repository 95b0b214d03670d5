"""The queue's lines come in the order in which they matter, and are counted and filtered as asked."""

from datetime import timedelta

from shared.domain.visit import Event, Visit, apply
from shared.domain.visit_queue import Planned, QueueLine, Wish, counted, matching, sorted_lines
from tests.builders import MONDAY


NOW = MONDAY + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


def line(name, start=0, *events, status="booked", **changes) -> QueueLine:
    at = NOW + start * MINUTE
    values = {"service": "video", "staff": ("claire",), "name": name, "filled": 1, "is_online": True, **changes}
    planned = Planned("biz", name, at, at + 30 * MINUTE, status, **values)
    return QueueLine(planned, apply(Visit(), events), NOW)


def come(minutes_ago):
    return Event("come", NOW - minutes_ago * MINUTE, "a.x", text="Ana")


ADMIT = Event("admit", NOW, "a.x")
DONE = Event("mark", NOW, status="completed")
LINES = [
    line("done", -60, come(50), DONE),
    line("later", 60),
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
    assert names(sorted_lines(LINES)) == [
        "long",
        "late",
        "waits longer",
        "waits",
        "talks",
        "soon",
        "later",
        "no-show",
        "done",
        "cancelled",
    ]


def test_the_tiles_count_each_status():
    assert counted(LINES) == {
        "in_lobby": 4,
        "booked": 2,
        "in_progress": 1,
        "completed": 1,
        "no_show": 1,
        "cancelled": 1,
    }


def test_filters_keep_the_wanted_service_and_person_and_what_is_online():
    lines = [line("one"), line("two", service="other"), line("three", staff=("omar", "claire"))]
    lines.append(line("here", is_online=False))
    assert names(matching(lines, Wish())) == ["one", "two", "three"]
    assert names(matching(lines, Wish(in_person=True))) == ["one", "two", "three", "here"]
    assert names(matching(lines, Wish(service="biz.other"))) == ["two"]
    assert names(matching(lines, Wish(staff="biz.omar"))) == ["three"]
    assert names(matching(lines, Wish(staff="another.omar"))) == []


def test_a_line_tells_who_waits_how_long_and_with_what():
    waits = line("waits", 20, Event("come", NOW - 2 * MINUTE, "a.x", text="Ana", devices="camera"))
    assert waits.wait == 2 * MINUTE
    assert waits.waits_since == NOW - 2 * MINUTE
    assert waits.waiting == [("a.x", "Ana", False)]
    assert waits.devices == "camera"
    gone = line("gone", 20, come(2), Event("leave", NOW - MINUTE, "a.x", "lobby"))
    assert (gone.status, gone.has_gone, gone.waiting) == ("booked", True, [])
    talks = line("talks", -10, come(12), ADMIT)
    assert (talks.wait, talks.waits_since) == (12 * MINUTE, None)


def test_a_wait_that_began_the_moment_it_is_looked_at_counts():
    just = line("just", 20, come(0))
    assert just.waits_since == NOW
