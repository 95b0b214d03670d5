"""What a form takes for a mail address is what mail is sent to."""

import pytest

from shared.delivery.mail.sanitise import mail_address
from shared.use_cases.booking.check_form import is_email


@pytest.mark.parametrize(
    ("typed", "sent_to"),
    [
        ("ada@example.com", "ada@example.com"),
        ("o'hara+x@Example.COM", "o'hara+x@example.com"),
        ("a.b@sub.example.co", "a.b@sub.example.co"),
        ("ada@straße.de", "ada@xn--strae-oqa.de"),
        ("ivan@почта.рф", "ivan@xn--80a1acny.xn--p1ai"),
    ],
)
def test_an_address_that_is_taken_can_be_sent_to(typed, sent_to):
    assert is_email(typed)
    assert mail_address(typed) == sent_to


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@localhost",
        "a.bb@localhost",
        "ü@example.com",
        "😀@example.com",
        "ada@😀.com",
        "ada@under_score.com",
        "ada@-example.com",
        "ada@example-.com",
        "ada@example..com",
        "ada@example.com.",
        "ada.@example.com",
        ".ada@example.com",
        "a..da@example.com",
        "a@da@example.com",
        "ada@[127.0.0.1]",
        '"ada"@example.com',
        "ada@example.com\n",
        "ada@example.com, eve@example.com",
        f"ada@{'b' * 64}.com",
        f"{'a' * 65}@example.com",
        f"ada@{'b.' * 130}com",
        "ada@\ud800.com",
    ],
)
def test_an_address_that_no_mail_could_be_sent_to_is_refused(typed):
    assert not is_email(typed)
