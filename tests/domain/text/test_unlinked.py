"""What customers typed carries no links into mails that strangers receive."""

import re
from time import process_time

import pytest

from shared.domain.text.unlinked import has_link, unlinked


CLICKABLE = re.compile(
    r"\w+://|\bwww\.\w|[^\s.][.\u3002\uff0e\uff61][^\W\d_]{2,}|\S@\S|\b(mailto|tel|javascript):\S|\d\.\d+\.\d+\.\d"
)


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example/pay click here",
        "HTTP://evil.example",
        "see ftp://x",
        "WWW.evil.example",
        "evil.example/pay",
        "evil.example?pay=1",
        "xn--bcher-kva.example/",
        "пример.рф/оплата",
        "evil。example/pay",
        "evil.example:8080",
        "evil.xn--p1ai/pay",
        "evil.भारत/pay",
        "हिन्दी.com/pay",
        "evi\u0301.com/pay",
        "i❤.ws/pay",
    ],
)
def test_a_name_that_is_a_link_is_told(name):
    assert has_link(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ana Souza",
        "J.R. Smith",
        "Dr.Müller",
        "St. Clair",
        "O'Neil-Brown",
        "M. & Mme Dupont",
        "Anna (7/8)",
        "林さん",
        "A/B",
    ],
)
def test_a_name_of_somebody_is_none(name):
    assert not has_link(name)


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/pay click here",
        "www.evil.example",
        "evil.example",
        "go to evil.co.uk/x?y=z#w now",
        "пример.рф",
        "evil。example",
        "mailto:you@evil.example",
        "you@evil.example",
        "tel:+33123456789",
        "//evil.example",
        "[x](https://evil.example)",
        "1.2.3.4/pay",
        "http://1.2.3.4",
        "हिन्दी.com",
        "evi\u0301.com",
        "i❤.ws",
    ],
)
def test_nothing_is_left_that_mail_programs_make_a_link_of(text):
    assert CLICKABLE.search(text)
    made = unlinked(text)
    assert not CLICKABLE.search(made), made
    assert made.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["Stairs are hard. At 10.30, please: thank you!", "Since 3.5 years, 7:30", "Ana", ""]
)
def test_other_texts_stay_as_they_are(text):
    assert unlinked(text) == text


@pytest.mark.parametrize("part", ["a.", "a.b", "1.", "a:", "@", "www.", "://", ".aaaa", "a.a/"])
def test_long_texts_take_no_time(part):
    text, began = part * (64_000 // len(part)), process_time()
    unlinked(text)
    has_link(text)
    assert process_time() - began < 1
