"""Feeds shaped like those of seven servers against a table of busy minutes, over both clock changes."""

from datetime import UTC, datetime

import pytest

from shared.delivery.free_busy.calendar_text.read import read_calendars
from shared.domain.free_busy.reading import BusyReader
from shared.domain.timeline.ticks import Window, bits
from tests.delivery.free_busy.feeds import CASES, SERVERS, minutes


WINDOW = Window.around(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC))


@pytest.mark.walk
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("server", SERVERS, ids=lambda one: one.name)
def test_busy_minutes_are_those_of_the_table(server, case):
    events, expected = CASES[case]
    # The person lives elsewhere, so that a zone which is not understood shows.
    reader = BusyReader(
        WINDOW,
        "America/New_York" if "whole" not in case or server.name == "Google" else "Europe/Paris",
        address="anna@clinic.example",
    )
    found = read_calendars([server.text(events)], reader)
    assert {WINDOW.moment(bit) for bit in bits(found.mask)} == minutes(expected)
    assert (found.passed_over, found.notes) == (0, ())
