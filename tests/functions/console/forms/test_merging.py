"""Two people edit a form: nobody's change is lost, and who comes later decides only about what they have seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.console.forms.merging import MINE, THEIRS, SentValues, digest_of, marks_in, marks_of, merged
from functions.console.forms.problems import EditedMeanwhile


NAMES = ("name", "phone", "hours")
TEXT = st.sampled_from(["", "a", "b", "c", "09:00-12:00\n\n", "x:y z"])
FIELDS = st.fixed_dictionaries(dict.fromkeys(NAMES, TEXT))


def sent(shown, typed, **answers):
    return SentValues(typed, marks_in(marks_of(shown)), **answers)


@given(FIELDS, FIELDS, FIELDS)
def test_of_three_texts_nobodys_change_is_lost(shown, mine, theirs):
    both = {name for name in NAMES if mine[name] != shown[name] != theirs[name] and mine[name] != theirs[name]}
    if both:
        with pytest.raises(EditedMeanwhile) as conflict:
            merged(sent(shown, mine), theirs)
        assert conflict.value.theirs == {name: theirs[name] for name in both}
        return
    result = merged(sent(shown, mine), theirs)
    for name in NAMES:
        assert result[name] == (mine[name] if mine[name] != shown[name] else theirs[name]), name


@given(FIELDS, FIELDS, FIELDS, st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from([MINE, THEIRS]))))
def test_an_answer_decides_each_field_for_itself(shown, mine, theirs, answers):
    conflicts = {name: theirs[name] for name in NAMES if len({shown[name], mine[name], theirs[name]}) == 3}
    seen = marks_in(marks_of(conflicts))
    asked = {name: answer for name, answer in answers.items() if name in conflicts}
    result = merged(sent(shown, mine, answers=asked, seen=seen), theirs)
    for name, answer in asked.items():
        assert result[name] == (mine if answer == MINE else theirs)[name]


@pytest.mark.parametrize("answer", [MINE, THEIRS, "both"])
def test_an_answer_counts_only_for_the_text_that_was_seen(answer):
    """A third person has saved while the second looked at the first one's text."""
    late = sent({"name": "a"}, {"name": "b"}, answers={"name": answer}, seen={"name": digest_of("c")})
    with pytest.raises(EditedMeanwhile) as conflict:
        merged(late, {"name": "d"})
    assert conflict.value.theirs == {"name": "d"}


def test_an_answer_that_is_none_of_the_two_is_asked_again():
    odd = sent({"name": "a"}, {"name": "b"}, answers={"name": "x"}, seen={"name": digest_of("c")})
    with pytest.raises(EditedMeanwhile):
        merged(odd, {"name": "c"})


def test_a_field_that_the_page_did_not_have_yet_counts_as_shown_as_it_is():
    assert merged(
        SentValues({"name": "b", "new": ""}, marks_in(marks_of({"name": "a"}))), {"name": "a", "new": "x"}
    ) == {
        "name": "b",
        "new": "",
    }


@given(st.text())
def test_marks_of_a_page_may_be_anything(text):
    assert merged(SentValues({"name": "a"}, marks_in(text)), {"name": "a"}) == {"name": "a"}


@pytest.mark.walk
@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(), max_size=6))
def test_a_page_carries_the_mark_of_each_field(values):
    assert marks_in(marks_of(values)) == {name: digest_of(value) for name, value in values.items()}
