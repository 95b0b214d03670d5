"""One of many options, which is found by typing."""

import pytest

from functions.console.forms.fields import Option, Pick
from functions.console.forms.sent import SentForm
from shared.i18n import translator


ZONES = Pick(
    name="zone",
    label="Zone",
    options=(
        Option("Europe/Paris", "Paris – Europe/Paris"),
        Option("Europe/Rome", "Rome – Europe/Rome"),
        Option("UTC", "UTC – UTC"),
    ),
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Paris – Europe/Paris", "Europe/Paris"),
        ("europe/rome", "Europe/Rome"),
        ("rom", "Europe/Rome"),
        ("Europe", "Europe"),  # two of them
        ("Atlantis", "Atlantis"),
        ("", ""),
    ],
)
def test_an_option_is_found_by_its_label_its_value_or_a_part_that_only_it_has(typed, value):
    found = ZONES.read(SentForm([("zone", typed)]))
    assert found == value
    assert bool(ZONES.problems(found, translator("en"))) == (value not in ("Europe/Paris", "Europe/Rome"))
