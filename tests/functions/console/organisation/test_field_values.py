"""Values of the audit in words: what only looks like a time is shown as it was typed."""

from gettext import NullTranslations

import pytest

from functions.console.organisation.field_values import ValueWords
from shared.i18n.formats import Formats


WORDS = ValueWords(Formats("en_GB", "Europe/Paris", NullTranslations()))


@pytest.mark.parametrize(
    "text",
    [
        "2030-02-30",
        "0000-01-01",
        "٢٠٣٠-٠١-٠١",
        "2030-13-01T09:00Z",
        "9999-12-31T23:59-12:00",
        "0001-01-01T00:00+14:00",
        "P9999999999D",
        f"P{'9' * 4400}D",
    ],
)
def test_a_name_that_looks_like_a_time_that_there_is_not_is_shown_as_it_is(text):
    assert WORDS.text("name", text) == text


def test_dates_and_lengths_are_written_out():
    assert "2030" in WORDS.text("first", "2030-01-31")
    assert WORDS.text("first", "2030-01-31") != "2030-01-31"
    assert WORDS.text("policy.minimum_lead_time", "PT2H") == "2\u00a0h"
