"""How many segments an SMS takes."""

import pytest

from shared.domain.messages.segments import sms_size


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "segments", "left"),
    [
        ("", "gsm", 0, 0, 160),
        ("a" * 160, "gsm", 160, 1, 0),
        ("a" * 161, "gsm", 161, 2, 145),
        ("€" * 80, "gsm", 160, 1, 0),
        ("a" * 152 + "€" + "a" * 10, "gsm", 164, 2, 141),  # the sign is not cut in two
        ("Привет", "unicode", 6, 1, 64),
        ("я" * 70, "unicode", 70, 1, 0),
        ("я" * 71, "unicode", 71, 2, 63),
        ("я" * 66 + "👍" + "я" * 10, "unicode", 78, 2, 55),
        ("é à ù", "gsm", 5, 1, 155),
        ("ç", "unicode", 1, 1, 69),
    ],
)
def test_segments_are_counted_as_carriers_count_them(text, alphabet, units, segments, left):
    assert sms_size(text)[:4] == (alphabet, units, segments, left)


def test_the_letters_that_make_segments_short_are_named():
    assert sms_size("façade ç êtes €").outside == "çê"
