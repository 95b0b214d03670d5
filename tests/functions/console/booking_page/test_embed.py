"""The code to embed the page, the sites that may, and sharing and publishing the page."""

import html

import pytest

from functions.console.booking_page.origins import origin_of
from shared.domain.calendar.business import BookingPage
from shared.domain.timeline.hours import CLOSED
from tests.functions.console.booking_page.place import PAGE, SVG, a_place, business_of, error_at, save, see, upload
from tests.support.builders import a_service


SITES = {
    "frame_origins": "https://Shop.Example.org/contact?x=1#y\nhttp://localhost:8080/\nhttps://shop.example.org"
}


async def test_sites_are_cut_to_their_origin_and_the_console_says_so():
    world = await a_place()
    answer = await save(world, "/embed", **SITES)
    assert answer.headers["Location"] == f"{PAGE}/embed?news=cut"
    assert (await business_of(world)).page.frame_origins == ("https://shop.example.org", "http://localhost:8080")
    assert "only its beginning was kept" in await see(world, "/embed?news=cut")
    policy = (await world.call("GET", "/book/clinic?embed=1", accept="text/html")).headers[
        "Content-Security-Policy"
    ]
    assert "frame-ancestors https://shop.example.org http://localhost:8080" in policy


async def test_an_origin_as_it_is_stored_is_saved_without_a_note():
    world = await a_place()
    answer = await save(world, "/embed", frame_origins="https://shop.example.org")
    assert answer.headers["Location"] == f"{PAGE}/embed?news=saved"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("shop.example.org/x", "“shop.example.org/x” is incomplete. Do you mean https://shop.example.org?"),
        (
            "ftp://shop.example.org",
            "“ftp://shop.example.org” is incomplete. Do you mean https://shop.example.org?",
        ),
        ("localhost:8080", "“localhost:8080” is incomplete. Do you mean http://localhost:8080?"),
        ("https://*.example.org", "“https://*.example.org” stands for many sites: enter each by itself"),
        ("shop", "“shop” isn’t the address of a site, such as https://www.example.com"),
        ("'self'", "“&#39;self&#39;” isn’t the address of a site, such as https://www.example.com"),
    ],
)
async def test_what_is_no_site_is_refused_with_the_nearest_that_is_one(typed, said):
    world = await a_place()
    answer = await save(world, "/embed", frame_origins=typed)
    assert answer.status == 422
    assert error_at(answer.body.decode(), "frame_origins") == f"Line 1: {said}"


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://bücher.example/a", "https://xn--bcher-kva.example"),
        ("HTTPS://user:pw@Example.com:8443/", "https://example.com:8443"),
        ("https://", "https://"),
        ("https://[x", "https://[x"),
        ("https://a℀b.com", "https://a℀b.com"),
    ],
)
def test_the_origin_of_an_address(typed, origin):
    assert origin_of(typed) == origin


async def test_the_code_follows_what_was_chosen():
    world = await a_place()
    query = "?mode=popup&service=video&language=fr&label=Book+%22now%22&ref=spring&prefill=yes"
    code = html.unescape(
        (await see(world, f"/embed{query}"))
        .partition('id="code"')[2]
        .partition(">")[2]
        .partition("</textarea>")[0]
    )
    assert code == (
        '<script src="https://book.example.org/embed.js" async></script>\n'
        '<div data-openslot-url="https://book.example.org/book/clinic/video" data-openslot-mode="popup"'
        ' data-openslot-lang="fr" data-openslot-refid="spring" data-openslot-name="NAME" data-openslot-email="EMAIL">'
        "Book &#34;now&#34;</div>"
    )


async def test_what_does_not_exist_is_not_put_into_the_code():
    world = await a_place()
    text = await see(world, "/embed?mode=%22&service=gone&language=xx&ref=a%20b")
    assert "data-openslot-mode=&#34;inline&#34;" in text
    assert "book/clinic&#34;" in text
    assert "data-openslot-lang=&#34;" not in text
    assert "data-openslot-refid=&#34;" not in text
    assert error_at(text, "ref").startswith("Use letters without accents")


async def test_the_sample_holds_the_widget_and_not_the_page_that_can_be_booked():
    world = await a_place()
    text = (await world.open("boss", f"{PAGE}/sample?mode=button&service=video")).body.decode()
    assert f'data-openslot-url="{PAGE}/preview?of=look&amp;service=video"' in text
    assert 'data-openslot-mode="button"' in text


async def test_the_page_is_published_and_taken_offline_with_what_that_means():
    world = await a_place(page=BookingPage(is_published=False))
    assert "Nothing can be booked yet" not in await see(world, "/publish")
    assert (await save(world, "/publish")).headers["Location"] == f"{PAGE}?news=published"
    assert (await world.call("GET", "/book/clinic", accept="text/html")).status == 200
    assert "Existing appointments stay" in await see(world, "/publish")
    assert (await save(world, "/publish")).headers["Location"] == f"{PAGE}?news=offline"
    assert (await world.call("GET", "/book/clinic", accept="text/html")).status == 404


async def test_a_form_that_was_open_when_another_published_does_not_take_the_page_offline():
    world = await a_place(page=BookingPage(is_published=False))
    await save(world, "/publish", to="published")
    await save(world, "/publish", to="published")
    assert (await business_of(world)).page.is_published


@pytest.mark.parametrize(
    ("place", "said", "way"),
    [
        ({"services": [a_service(is_hidden=True)]}, "No service is shown on the page", "services"),
        ({"services": [a_service(staff=())]}, "No one can be booked for any service", "staff"),
        ({"hours": CLOSED}, "There are no opening hours", "settings/hours"),
    ],
)
async def test_publishing_what_nobody_can_book_names_what_is_missing(place, said, way):
    world = await a_place(page=BookingPage(is_published=False), **place)
    text = await see(world, "/publish")
    assert said in text
    assert f'href="/console/calendars/biz0clinic/{way}"' in text
    assert (await save(world, "/publish")).status == 303


async def test_a_link_is_shared_for_a_service_with_a_reference_and_its_code():
    world = await a_place()
    text = await see(world, "/share?service=video&ref=spring-flyer")
    assert 'value="https://book.example.org/book/clinic/video?RefID=spring-flyer"' in text
    assert "<svg" in text
    assert "data:image/svg+xml," in text


async def test_how_the_link_looks_elsewhere_is_what_the_page_says_of_itself():
    world = await a_place(page=BookingPage(is_published=True, header="Come **in**"))
    await upload(world, SVG)
    page = (await business_of(world)).page
    public = (await world.call("GET", "/book/clinic", accept="text/html")).body.decode()
    assert '<meta property="og:description" content="Come in">' in public
    shown = (await see(world, "/share")).partition('class="card social"')[2]
    assert "Come in" in shown
    assert f"/book/clinic/logo/{page.logo}" in shown
    assert "Book with" in shown


async def test_a_service_is_shown_elsewhere_by_its_own_words():
    described = a_service("video", description="By **video**.", staff=("claire",))
    world = await a_place([described, a_service("plain", staff=("claire",))])
    for service, title, text in (
        ("video", "Video – Clinic", "By video."),
        ("plain", "Plain – Clinic", "Choose a day and a time: Plain, Clinic"),
    ):
        public = (await world.call("GET", f"/book/clinic/{service}", accept="text/html")).body.decode()
        assert f'<meta property="og:title" content="{title}">' in public
        assert f'<meta property="og:description" content="{text}">' in public
        shown = (await see(world, f"/share?service={service}")).partition('class="card social"')[2]
        assert title in shown
        assert text in shown
