"""Text from people never becomes markup, colours stay readable, and visitors get what they may have."""

import colorsys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.booking.markdown import markdown_page
from functions.pages.landing import landing_page
from functions.pages.rich_text import rich, rich_line
from functions.pages.theme import contrast, ink_on, theme_css
from tests.functions.pages.app import NOW, VISIT, calendar_of, visitor_of


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_links_and_emphasis_are_all_that_a_text_may_hold():
    html = str(rich("Read the [policy](https://example.com/a?b=1&c=2), **please** & *now*.\n\nBye"))
    assert '<a href="https://example.com/a?b=1&amp;c=2"' in html
    assert "<strong>please</strong> &amp; <em>now</em>" in html
    assert html.count("<p") == 2


@pytest.mark.parametrize("address", ["https://[x", "https://a℀b.com"])
def test_a_web_site_that_cannot_be_taken_apart_breaks_no_page(address):
    calendar = calendar_of()
    calendar = replace(calendar, business=calendar.business.model_copy(update={"web_site": address}))
    page = landing_page(calendar, visitor_of(calendar), NOW)
    assert f">{address}</a>" in page.get_body().decode()


def test_without_its_tags_a_text_still_has_spaces_between_its_words():
    assert rich("One\ntwo.\n\nThree").striptags() == "One two. Three"
    service = VISIT.model_copy(update={"description": "One.\n\nTwo"})
    page = landing_page(calendar_of(services=(service,)), visitor_of(calendar_of()), NOW)
    assert "<bdi>One. Two</bdi>" in page.get_body().decode()


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "[x](javascript:alert(1))",
        '[x](https://a.example/"onclick="x)',
        f"[{HOSTILE}](https://a.example)",
        f"**{HOSTILE}**",
    ],
)
def test_hostile_text_stays_text(text):
    html = str(rich_line(text)) + str(rich(text))
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html.split("href=")[-1].split(">")[0] or "href" not in html
    assert '"onclick' not in html


@given(st.text(max_size=60))
def test_whatever_is_written_only_the_known_tags_come_out(text):
    import re

    tags = set(re.findall(r"<(/?\w+)", str(rich(text))))
    assert tags <= {"p", "/p", "br", "a", "/a", "strong", "/strong", "em", "/em"}


def test_hostile_names_stay_text_on_the_page():
    calendar = calendar_of(
        header=HOSTILE, services=(VISIT.model_copy(update={"name": HOSTILE, "description": HOSTILE}),)
    )
    html = landing_page(calendar, visitor_of(calendar), NOW).get_body().decode()
    assert "<script>" not in html
    assert "<img src=x" not in html


def test_a_link_of_the_calendar_that_is_no_web_address_is_not_shown():
    calendar = calendar_of(privacy_url="javascript:alert(1)", terms_url="https://example.com/terms")
    html = landing_page(calendar, visitor_of(calendar), NOW).get_body().decode()
    assert "javascript:" not in html
    assert "https://example.com/terms" in html


def test_markdown_names_the_services_and_the_endpoints():
    calendar = calendar_of()
    text = markdown_page(calendar, visitor_of(calendar), "https://book.example")
    assert "### First visit" in text
    assert "https://book.example/api/riverside/slots?service=ID" in text
    assert "- Price: €45" in text


def test_markdown_is_not_broken_by_what_people_write():
    calendar = calendar_of(services=(VISIT.model_copy(update={"name": "# *Free* [x](y) <b>"}),))
    assert r"### \# \*Free\* \[x\](y) \<b\>" in markdown_page(
        calendar, visitor_of(calendar), "https://book.example"
    )


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_every_accent_gives_readable_buttons_and_text(hls):
    accent = "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(*hls))
    pairs = dict(rule.split(":", 1) for rule in theme_css(accent)[6:-2].split(";"))
    values = {name: [part.strip("#)") for part in pair[11:].split(",")] for name, pair in pairs.items()}
    for mode, surface in enumerate(("ffffff", "161a20")):
        fill, ink, text = (values[name][mode] for name in ("--accent", "--on-accent", "--accent-text"))
        assert contrast(fill, ink) >= 4.5
        assert contrast(text, surface) >= 4.5
        assert contrast(fill, surface) >= 2.9


def test_ink_is_dark_on_yellow_and_white_on_blue():
    assert ink_on("0a5bad") == "ffffff"
    assert ink_on("f5c400") == "0b0f14"


def test_only_origins_on_the_list_are_told_anything():
    calendar = calendar_of(frame_origins=("https://good.example",))
    assert visitor_of(calendar, embed_origin="https://good.example").may_post_to == "https://good.example"
    for origin in ("https://evil.example", "https://good.example.evil", "*", "https://good.example/", "null"):
        assert visitor_of(calendar, embed_origin=origin).may_post_to == ""


@pytest.mark.parametrize(
    "zone", ["Mars/Base", "../../etc/passwd", "europe/paris", "/etc/localtime", "America", "\x00"]
)
def test_a_zone_that_is_none_gives_the_calendars(zone):
    visitor = visitor_of(calendar_of(), tz=zone)
    assert (visitor.zone, visitor.zone_is_settled) == ("Europe/Paris", False)


def test_a_calendar_may_insist_on_its_own_zone():
    visitor = visitor_of(calendar_of(always_business_time_zone=True), tz="Asia/Tokyo")
    assert (visitor.zone, visitor.zone_is_settled) == ("Europe/Paris", True)
    assert "tz" not in visitor.carried
