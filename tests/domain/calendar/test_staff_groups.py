"""Named groups of the staff: what they may be, and who is in them once people leave."""

from dataclasses import replace

import pytest

from shared.domain.calendar.business import Business
from shared.domain.calendar.staff_groups import (
    MOST_GROUPS,
    MOST_MEMBERS,
    StaffGroup,
    find_group,
    with_group,
    without_leavers,
)
from shared.domain.errors import InvalidFields, NotFound
from tests.support.builders import a_business, a_calendar, a_person


UP, DOWN = StaffGroup(id="1", name="Upstairs", members=("ann",)), StaffGroup(id="2", name="Downstairs")


def test_groups_are_added_and_changed_in_the_order_of_their_names_with_those_who_are_on_the_staff():
    groups = with_group((UP,), DOWN.model_copy(update={"members": ("bob", "bob", "gone")}), {"ann", "bob"})
    assert [(one.name, one.members) for one in groups] == [("Downstairs", ("bob",)), ("Upstairs", ("ann",))]
    renamed = with_group(groups, find_group(groups, "2").model_copy(update={"name": "Yard"}), {"ann", "bob"})
    assert [(one.id, one.name) for one in renamed] == [("1", "Upstairs"), ("2", "Yard")]
    with pytest.raises(NotFound):
        find_group(groups, "3")


@pytest.mark.parametrize(
    ("groups", "new", "pointer"),
    [
        ((UP,), StaffGroup(id="2", name="UPSTAIRS"), "/name"),
        (
            tuple(StaffGroup(id=str(n), name=str(n)) for n in range(MOST_GROUPS)),
            StaffGroup(id="x", name="x"),
            "/groups",
        ),
        ((), StaffGroup(id="x", name="x", members=tuple(map(str, range(MOST_MEMBERS + 1)))), "/members"),
    ],
)
def test_a_name_twice_and_too_many_are_refused(groups, new, pointer):
    with pytest.raises(InvalidFields) as refused:
        with_group(groups, new, [str(n) for n in range(MOST_MEMBERS + 1)])
    assert [one.pointer for one in refused.value.errors] == [pointer]


def test_who_leaves_the_staff_leaves_the_groups_and_others_stay_as_they_are():
    both = UP.model_copy(update={"members": ("ann", "bob", "later")})
    before = a_calendar(a_business(staff_groups=(both,)), staff=[a_person("ann"), a_person("bob")])
    after = replace(before, staff={"ann": before.staff["ann"]})
    assert without_leavers(before, after).business.staff_groups[0].members == ("ann", "later")
    assert without_leavers(before, before) is before
    assert without_leavers(None, after) is after


def test_settings_that_know_no_groups_and_groups_with_more_than_is_known_are_read():
    stored = a_business().model_dump(mode="json", by_alias=True)
    del stored["staffGroups"]
    assert Business.model_validate(stored).staff_groups == ()
    stored["staffGroups"] = [{"id": "1", "name": "Upstairs", "later": True}]
    assert Business.model_validate(stored).staff_groups == (StaffGroup(id="1", name="Upstairs"),)
