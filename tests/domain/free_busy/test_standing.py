"""Which events keep a person from being booked."""

import pytest

from shared.domain.free_busy.reading import BusyReader, Stretch, busy_mask
from shared.domain.free_busy.standing import standing_of
from shared.domain.timeline.ticks import Window, moment_of


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "busy"),
        ({"status": "CONFIRMED", "transparency": "OPAQUE", "microsoft": "BUSY", "answer": "ACCEPTED"}, "busy"),
        ({"microsoft": "OOF"}, "busy"),
        ({"answer": "NEEDS-ACTION"}, "busy"),
        ({"answer": "DELEGATED"}, "busy"),
        ({"status": "SOMETHING-NEW", "transparency": "X", "microsoft": "X", "answer": "X"}, "busy"),
        ({"status": "CANCELLED"}, "free"),
        ({"transparency": "TRANSPARENT"}, "free"),
        ({"transparency": "TRANSPARENT", "microsoft": "BUSY"}, "free"),
        ({"microsoft": "FREE"}, "free"),
        ({"microsoft": "WORKINGELSEWHERE"}, "free"),
        ({"answer": "DECLINED"}, "free"),
        ({"answer": "DECLINED", "status": "TENTATIVE"}, "free"),
        ({"status": "TENTATIVE"}, "tentative"),
        ({"microsoft": "TENTATIVE"}, "tentative"),
        ({"answer": "TENTATIVE"}, "tentative"),
    ],
)
def test_what_is_opaque_and_neither_cancelled_nor_declined_is_busy(said, expected):
    assert standing_of(**said) == expected


def test_our_own_appointments_are_known_by_the_end_of_their_uid():
    reader = BusyReader(Window(0, 1), "UTC", own_host="Book.example")
    assert reader.is_own("abc@book.example")
    assert reader.is_own(" abc@BOOK.example ")
    assert not reader.is_own("abc@notbook.example")
    assert not reader.is_own("abc@other.example")
    assert not BusyReader(Window(0, 1), "UTC").is_own("abc@")


def test_stretches_are_rounded_outwards_and_cut_at_the_window():
    window = Window(100, 110)
    tick = moment_of(1) - moment_of(0)
    at = lambda number: moment_of(0) + number * tick  # noqa: E731
    stretches = [
        (at(90), at(101)),
        (at(102.4), at(102.6)),
        (at(105), at(105)),
        (at(108.9), at(200)),
        (at(1), at(2)),
    ]
    assert busy_mask(window, [Stretch(*one) for one in stretches]) == 0b1100000101
