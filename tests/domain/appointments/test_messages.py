"""What is said to whom, and when it is due: one notice per version, reminders that have not passed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.appointments.messages import OutboxEntry, merge_entries, merge_failed, notice_kind
from shared.domain.appointments.notices import notice
from shared.domain.appointments.recipients import (
    BUSINESS,
    CUSTOMER,
    NEW,
    PHONE,
    Recipient,
    merge_recipients,
    read_recipient,
)
from shared.domain.appointments.reminders import expected_due, reminders
from shared.domain.calendar.service import Reminder
from tests.support.builders import a_seat, a_service, an_appointment
from tests.support.examples import examples


START = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WHO = ("customer", "business", "staff:ana")


def merged(*notices):
    """Fold the recipients of notices that were not served, oldest first, as their drain does."""
    found = ()
    for one in notices:
        found = merge_recipients(found, map(read_recipient, one))
    return texts(found)


def texts(recipients):
    """Return recipients as they are stored: a mark of what they know, and who they are."""
    return tuple(map(str, recipients))


def histories(longest):
    """Return every history of a person in an appointment: (were they in and told before, the marks since).

    Whoever is out can only come in ("+"); whoever is in is told of a change ("") or goes ("-").
    """
    found = [(told, ()) for told in (True, False)]
    for told, marks in found:
        is_in = told if not marks else marks[-1] != "-"
        if len(marks) < longest:
            found += [(told, (*marks, mark)) for mark in (("", "-") if is_in else ("+",))]
    return found


class TestMerging:
    @pytest.mark.parametrize("who", WHO)
    @pytest.mark.parametrize(
        ("older", "newer", "result"),
        [
            ("+", "", "+"),  # never told, then changed: still the first they hear
            ("+", "+", "+"),
            ("+", "-", None),  # never told and gone again: nothing ever concerned them
            ("", "", ""),
            ("", "-", "-"),  # told, changed, gone: they hear that they are out
            ("-", "+", ""),  # told, gone and back before anybody said so: a change
            ("-", "-", "-"),
        ],
    )
    def test_what_was_not_said_and_what_is_new_are_said_at_once(self, who, older, newer, result):
        found = merged([older + who], [newer + who])
        assert found == (() if result is None else (result + who,))

    @pytest.mark.parametrize(
        ("marks", "result"),
        [
            (("+", "-", "+"), "+"),  # never told, gone and back: the first they hear
            (("+", "-", "+", "-"), None),
            (("-", "+", "-"), "-"),
            (("-", "+", ""), ""),
            (("", "-", "+", ""), ""),
        ],
    )
    def test_longer_histories_end_with_what_the_person_does_not_know_yet(self, marks, result):
        found = merged(*([mark + "staff:ana"] for mark in marks))
        assert found == (() if result is None else (f"{result}staff:ana",))

    @pytest.mark.parametrize("is_cancelled", [False, True])
    def test_after_any_history_each_hears_the_difference_between_what_they_know_and_what_is(self, is_cancelled):
        for told, marks in histories(longest=7):
            found = merged(*([mark + "staff:ana"] for mark in marks))
            is_in = (told if not marks else marks[-1] != "-") and not is_cancelled
            kinds = [notice_kind(read_recipient(one), is_cancelled=is_cancelled) for one in found]
            if not marks:
                expected = []
            elif told:
                expected = ["change" if is_in else "cancellation"]
            else:
                expected = ["confirmation"] if is_in else []
            assert [kind for kind in kinds if kind] == expected, (told, marks)

    def test_who_is_not_in_the_newer_notice_still_hears_the_older(self):
        assert merged(["+customer", "staff:ana"], ["staff:bo"]) == ("+customer", "staff:ana", "staff:bo")

    def test_a_newer_notice_serves_whoever_the_older_one_had_served(self):
        assert merged([], ["customer", "-staff:ana", "+staff:bo"]) == ("customer", "-staff:ana", "+staff:bo")

    @settings(deadline=None)
    @given(st.lists(st.lists(st.tuples(st.sampled_from(["", "+", "-"]), st.sampled_from(WHO))), max_size=5))
    def test_nobody_is_ever_told_twice_and_each_as_if_they_were_alone(self, notices):
        texts = [["".join(one) for one in notice] for notice in notices]
        found = merged(*texts)
        assert len({one.lstrip("+-") for one in found}) == len(found)
        for who in WHO:
            alone = merged(*([one for one in notice if one.lstrip("+-") == who] for notice in texts))
            assert alone == tuple(one for one in found if one.lstrip("+-") == who)


class TestKinds:
    @pytest.mark.parametrize(
        ("recipient", "is_cancelled", "kind"),
        [
            ("+customer", False, "confirmation"),
            ("customer", False, "change"),
            ("customer", True, "cancellation"),
            ("+customer", True, "cancellation"),  # they saw on the page that they had booked
            ("+staff:ana", False, "confirmation"),
            ("staff:ana", False, "change"),
            ("staff:ana", True, "cancellation"),
            ("+staff:ana", True, None),  # they never heard of it
            ("-staff:ana", False, "cancellation"),
            ("-staff:ana", True, "cancellation"),
            ("+business", False, "confirmation"),
            ("business", False, "change"),
            ("business", True, "cancellation"),
            ("+business", True, None),
        ],
    )
    def test_each_is_told_what_is_news_to_them(self, recipient, is_cancelled, kind):
        assert notice_kind(read_recipient(recipient), is_cancelled=is_cancelled) == kind


class TestNotices:
    def recipients(self, service=None, seat=None, *, staff=("+staff:claire",), to_business=True):
        people = [read_recipient(one) for one in staff]
        made = notice(service, an_appointment(), seat or a_seat(), staff=people, to_business=to_business)
        return texts(made.work.recipients)

    def test_a_first_notice_tells_customer_staff_and_business_for_the_first_time(self):
        assert self.recipients(a_service()) == ("+customer", "+staff:claire", "+business")

    def test_a_later_notice_tells_them_again(self):
        found = self.recipients(a_service(), a_seat(version=2), staff=("staff:claire", "-staff:bo"))
        assert found == ("customer", "staff:claire", "-staff:bo", "business")

    def test_a_customer_without_an_address_is_not_told(self):
        assert self.recipients(a_service(), a_seat(email="")) == ("+staff:claire", "+business")

    @pytest.mark.parametrize(
        ("customer", "staff", "expected"),
        [
            (True, False, ("+customer", "+business")),
            (False, True, ("+staff:claire", "+business")),
            (False, False, ("+business",)),
        ],
    )
    def test_confirmations_switch_off_for_customers_and_for_staff(self, customer, staff, expected):
        service = a_service(confirm_customer=customer, confirm_staff=staff)
        assert self.recipients(service) == expected

    def test_the_business_is_told_only_where_it_wants_to_be(self):
        assert self.recipients(a_service(), to_business=False) == ("+customer", "+staff:claire")

    def test_where_the_service_is_gone_everybody_is_told(self):
        assert self.recipients(None) == ("+customer", "+staff:claire", "+business")

    def test_a_notice_is_due_at_once_and_numbered_by_the_version_it_tells(self):
        due = notice(a_service(), an_appointment(), a_seat(version=12), staff=(), to_business=False)
        assert (due.at, due.subject, due.number) == (None, a_seat().id, "00000012")
        assert (due.work.kind, due.work.version, due.work.seat) == ("notify", 12, a_seat().id)

    def test_the_notices_of_versions_sort_in_their_order(self):
        numbers = [
            notice(None, an_appointment(), a_seat(version=version), staff=(), to_business=False).number
            for version in (1, 2, 9, 10, 11, 100)
        ]
        assert numbers == sorted(numbers)


class TestReminders:
    SERVICE = a_service(
        reminders=(
            Reminder(offset=DAY, message="Tomorrow.", recipients="all"),
            Reminder(offset=HOUR, recipients="staff"),
            Reminder(offset=timedelta(minutes=15)),
        ),
        follow_up=Reminder(offset=DAY, message="How was it?"),
    )

    def made(self, now, service=SERVICE, appointment=None, seat=None):
        return reminders(service, appointment or an_appointment(START), seat or a_seat(), now)

    def test_each_is_due_its_offset_before_the_start_and_the_follow_up_after_the_end(self):
        assert [(one.number, one.at) for one in self.made(START - 3 * DAY)] == [
            ("r0", START - DAY),
            ("r1", START - HOUR),
            ("r2", START - timedelta(minutes=15)),
            ("f", START + timedelta(minutes=30) + DAY),
        ]

    def test_each_carries_the_start_it_was_made_for_its_text_and_whom_it_is_for(self):
        works = [one.work for one in self.made(START - 3 * DAY)]
        assert {work.start for work in works} == {START}
        assert {work.seat for work in works} == {a_seat().id}
        assert [(work.kind, work.text, texts(work.recipients)) for work in works] == [
            ("reminder", "Tomorrow.", ("customer", "staff:claire")),
            ("reminder", "", ("staff:claire",)),
            ("reminder", "", ("customer",)),
            ("follow_up", "How was it?", ("customer",)),
        ]

    @pytest.mark.parametrize(
        ("before", "numbers"),
        [
            (DAY + timedelta(seconds=1), ["r0", "r1", "r2", "f"]),
            (DAY, ["r1", "r2", "f"]),  # due now is too late: the confirmation goes out now
            (HOUR, ["r2", "f"]),
            (timedelta(), ["f"]),
        ],
    )
    def test_one_whose_time_has_passed_is_not_made_and_the_others_keep_their_numbers(self, before, numbers):
        assert [one.number for one in self.made(START - before)] == numbers

    def test_a_follow_up_whose_time_has_passed_is_not_made_either(self):
        end = START + timedelta(minutes=30)
        assert [one.number for one in self.made(end + DAY - timedelta(seconds=1))] == ["f"]
        assert self.made(end + DAY) == []

    def test_all_who_serve_together_are_reminded(self):
        together = an_appointment(START, staff=("ana", "bo"))
        first = self.made(START - 3 * DAY, appointment=together)[0]
        assert texts(first.work.recipients) == ("customer", "staff:ana", "staff:bo")

    def test_a_customer_without_an_address_is_not_reminded(self):
        assert self.made(START - 3 * DAY, seat=a_seat(email=""))[0].work.recipients == (
            Recipient("staff", "claire"),
        )

    def test_a_service_without_reminders_has_none(self):
        assert self.made(START - DAY, a_service()) == []

    @pytest.mark.parametrize("now", [START - DAY, START - HOUR, START + timedelta(minutes=30) + DAY])
    def test_one_that_is_due_just_now_is_neither_expected_nor_made(self, now):
        assert now not in expected_due(self.SERVICE, START, now)
        assert now not in [one.at for one in self.made(now)]

    def test_each_begins_untried_and_belongs_to_nobody(self):
        work = self.made(START - 3 * DAY)[0].work
        assert (work.attempts, work.not_before, work.leased_by, work.refused) == (0, None, "", ())

    @settings(max_examples=examples(150))
    @given(
        st.lists(st.integers(15, 43200), max_size=10),
        st.one_of(st.none(), st.integers(15, 43200)),
        st.integers(-50000, 50000),
    )
    def test_what_is_expected_to_be_due_is_what_is_made(self, offsets, follow_up, minute):
        service = a_service(
            reminders=tuple(Reminder(offset=timedelta(minutes=one)) for one in offsets),
            follow_up=None if follow_up is None else Reminder(offset=timedelta(minutes=follow_up)),
        )
        now = START + timedelta(minutes=minute)
        made = self.made(now, service)
        assert [one.at for one in made] == expected_due(service, START, now)
        assert all(one.at > now for one in made)


@pytest.mark.parametrize(
    "text", ["customer", "+customer", "~staff:ana", "-staff:a:b", "@staff:ana", "seats", "visit"]
)
def test_a_recipient_is_stored_as_a_short_text(text):
    assert str(read_recipient(text)) == text
    entry = OutboxEntry(kind="notify", appointment="a", recipients=(text,))
    assert OutboxEntry.model_validate_json(entry.model_dump_json()).recipients == (read_recipient(text),)
    assert f'"recipients":["{text}"]' in entry.model_dump_json()


@pytest.mark.parametrize("text", ["", "+", "dance", "staffana", "++customer", "Customer"])
def test_another_text_is_no_recipient(text):
    with pytest.raises(ValueError, match="recipient"):
        OutboxEntry(kind="notify", appointment="a", recipients=(text,))


def test_a_work_row_says_nothing_of_the_customer():
    due = notice(
        a_service(), an_appointment(), a_seat(), staff=[Recipient("staff", "claire", NEW)], to_business=True
    )
    text = due.work.model_dump_json()
    assert a_seat().customer.email not in text
    assert a_seat().customer.name not in text


def test_whom_a_row_has_left_is_known_by_the_times_that_they_were_told_last():
    first, second = (START, START + HOUR), (START + DAY, START + DAY + HOUR)

    def left(*recipients, **was):
        return OutboxEntry(kind="notify", appointment="a", recipients=recipients, was=was)

    unserved = merge_entries([left("customer", "-staff:ana", ana=first), left("-staff:ana", ana=second)])
    assert (texts(unserved.recipients), unserved.was) == (("customer", "-staff:ana"), {"ana": first})
    served = merge_entries([left("customer", ana=first), left("customer", "-staff:ana", ana=second)])
    assert (texts(served.recipients), served.was) == (("customer", "-staff:ana"), {"ana": second})


REASONS = {":customer": "bounced", ":phone": "unreachable"}


def test_what_failed_before_keeps_its_reasons_beside_what_fails_now():
    bounced = OutboxEntry(kind="notify", appointment="a", recipients=(CUSTOMER, PHONE), reasons=REASONS)
    given_up = OutboxEntry(
        kind="notify",
        appointment="a",
        version=2,
        recipients=(BUSINESS,),
        attempts=9,
        reasons={":business": "not_taken"},
    )
    both = merge_failed(bounced, given_up)
    assert (both.recipients, both.reasons) == ((CUSTOMER, PHONE, BUSINESS), REASONS | given_up.reasons)
    assert (both.version, both.attempts) == (2, 9)
    again = merge_failed(
        both, bounced.model_copy(update={"recipients": (PHONE,), "reasons": {":phone": "blocked"}})
    )
    assert (again.recipients, again.reasons) == ((CUSTOMER, BUSINESS, PHONE), both.reasons | {":phone": "blocked"})
    assert again.attempts == 9


def test_what_customers_do_themselves_tells_them_the_time_and_staff_know_the_older_one():
    first, second, third = ((START + day * DAY, START + day * DAY + HOUR) for day in range(3))

    def changed(times, *, by_customer=False):
        who = {":customer": times, ":phone": times} | ({} if by_customer else {"ana": times})
        people = ("customer", "phone", "staff:ana")
        entry = OutboxEntry(kind="notify", appointment="a", recipients=people, was=who)
        return entry.model_copy(update={"by_customer": by_customer})

    own = changed(second, by_customer=True)
    for entries in ([changed(first), own], [changed(first), own, changed(third)], [own, changed(third)]):
        merged = merge_entries(entries)
        assert merged.was == {":customer": second, ":phone": second, "ana": entries[0].was.get("ana", third)}
        assert merge_entries([changed(first), merged]).was == {":customer": second, ":phone": second, "ana": first}
