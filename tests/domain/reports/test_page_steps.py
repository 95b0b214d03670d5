"""Who counts as a visitor of a booking page, and as one who comes from elsewhere."""

from datetime import date

import pytest

from shared.domain.reports.page_steps import PageSteps, comes_from_elsewhere, is_person, page_report


FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101", "accept-language": "fr"}


def test_a_browser_counts_and_programs_do_not():
    assert is_person(FIREFOX)
    assert not is_person({"user-agent": "Mozilla/5.0"}), "browsers say their languages"
    assert not is_person({"accept-language": "fr"})
    for agent in (
        "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "curl/8.5",
        "python-requests/2",
        "HeadlessChrome/130",
    ):
        assert not is_person({**FIREFOX, "user-agent": agent}), agent
    assert not is_person({**FIREFOX, "sec-purpose": "prefetch;prerender"})


@pytest.mark.parametrize(
    ("headers", "is_so"),
    [
        ({}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site", "referer": "https://book.example/x"}, True),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"referer": "https://book.example/book/clinic"}, False),
        ({"referer": "https://book.example.evil/"}, True),
    ],
)
def test_who_comes_from_another_page_of_ours_was_counted_there(headers, is_so):
    assert comes_from_elsewhere(headers, "https://book.example") == is_so


def test_days_add_up():
    days = [(date(2026, 11, 23), PageSteps(5, 2, 1)), (date(2026, 11, 24), PageSteps().with_one("seen"))]
    assert page_report(days).whole == PageSteps(6, 2, 1)
