"""A refusal is shown at the control that can mend it, with what is accepted there."""

import pytest

from functions.console.forms.fields import Field, Group
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.merging import SentValues, marks_in, marks_of
from functions.console.forms.problems import EditedMeanwhile, WrongFields
from shared.domain.errors import AlreadyOnStaff, InvalidFields, NotFound
from tests.support.builders import a_business


FORM = SettingsForm(
    (
        Group(id="a", heading="A", fields=(Field(name="slug", label="Address"),)),
        Group(id="b", heading="B", fields=(Field(name="city", label="Town", wrong="Enter a town"),)),
    ),
    values=lambda document: document,
    changed=lambda document, texts: {**document, **texts},
    places={AlreadyOnStaff: ("slug", "Another calendar has this address")},
    pointers={"emailAddress": ("email", "Enter an email address")},
)


@pytest.mark.parametrize(
    ("refusal", "errors"),
    [
        (WrongFields({"slug": "No"}), {"slug": "No"}),
        (AlreadyOnStaff(), {"slug": "Another calendar has this address"}),
        (
            InvalidFields([("/address/city", "is too long"), ("/slug", "x")]),
            {"city": "Enter a town", "slug": "other"},
        ),
        (InvalidFields([("/staff/0/emailAddress", "x")]), {"email": "Enter an email address"}),
        (InvalidFields([("/elsewhere", "x")]), {}),
        (InvalidFields([("", "x")]), {}),
        (NotFound(), {}),
    ],
)
def test_a_refusal_has_its_place(refusal, errors):
    assert FORM.errors_of(refusal, "other") == errors


def test_a_change_is_made_to_the_document_as_it_is_by_then():
    shown = {"slug": "old", "city": "Paris"}
    sent = SentValues({"slug": "mine", "city": "Paris"}, marks_in(marks_of(shown)))
    assert FORM.edited({"slug": "old", "city": "Lyon", "more": 1}, sent) == {
        "slug": "mine",
        "city": "Lyon",
        "more": 1,
    }
    with pytest.raises(EditedMeanwhile):
        FORM.edited({"slug": "theirs", "city": "Lyon"}, sent)


def test_a_document_that_cannot_be_is_refused_with_the_names_of_its_fields():
    business = a_business()
    with pytest.raises(InvalidFields) as refused:
        changed_model(business, slug="x", time_zone="Nowhere")
    assert {one[0] for one in refused.value.errors} == {"/slug", "/time_zone"}
    with pytest.raises(InvalidFields) as refused:
        changed_model(business, {"slug": "address"}, slug="x")
    assert [one[0] for one in refused.value.errors] == ["/address"]


def test_a_document_is_changed_whole():
    assert changed_model(a_business(), name="New").name == "New"
