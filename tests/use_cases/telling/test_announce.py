"""What is read of who hears of a change without telling."""

from datetime import timedelta

from shared.records.codec import dump
from shared.records.keys import seat_key, seats_of
from shared.records.table import Page, Row, Rows
from shared.use_cases.telling.announce import LATEST, notice_key, pending_reads
from tests.support.builders import MONDAY, a_seat, an_appointment


def test_of_a_full_session_the_places_that_were_booked_last_are_looked_at() -> None:
    session, rows = an_appointment(seat=None, capacity=1000), Rows()
    seats = [a_seat(id=f"s{number:04d}", made_at=MONDAY - timedelta(hours=number)) for number in range(1000)]
    found = [Row(seat_key(session.id, one.id), dump(one), "e", MONDAY) for one in seats]
    rows.ranges[seats_of(session.id)] = Page(found, MONDAY)
    assert list(pending_reads(rows, session, "now")) == []
    read = list(pending_reads(rows, session, "never"))
    assert set(map(notice_key, seats[:LATEST])) <= {one for one in read if isinstance(one, str)}
    assert len(read) == 2 + LATEST
