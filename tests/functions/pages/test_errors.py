"""Every refusal has words for people, and a page of its own."""

import pytest

import functions.http.boundary  # noqa: F401 - brings in the refusals of the edge
from functions.pages.errors import error_page
from functions.pages.link import NavLink
from functions.pages.problem_texts import PROBLEMS
from functions.pages.visitor import read_visitor
from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import BookingPage
from shared.domain.errors import Refusal
from tests.support.edge import World, clinic, closed


def family(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind}.union(*(family(child) for child in kind.__subclasses__()))


def test_every_refusal_is_explained():
    ours = [kind for kind in family(Refusal) if kind.__module__.startswith(("shared.", "functions."))]

    assert len(ours) > 15
    assert {kind.code for kind in ours} <= set(PROBLEMS)


def test_an_error_page_keeps_its_status_and_leads_on():
    answer = error_page(
        "try-again", 503, read_visitor({}, "fr", None), ways_on=[NavLink("Réessayer", "/book/riverside")]
    )
    html = answer.get_body().decode()
    assert answer.status_code == 503
    assert "Le serveur est occupé" in html
    assert 'href="/book/riverside"' in html


FRIEND = "https://friend.example"


@pytest.mark.parametrize("path", ["/book/clinic/nothing"])
async def test_a_refusal_in_a_widget_is_shown_where_the_widget_may_stand(path):
    world = World()
    await world.save(clinic(page=BookingPage(is_published=True, frame_origins=(FRIEND,))))
    answer = await world.call("GET", f"{path}?embed=1&embed_origin={FRIEND}")
    assert answer.status == 404
    assert answer.headers["Content-Security-Policy"].endswith(f"frame-ancestors {FRIEND}")
    assert "/book/clinic?embed=1" in answer.body.decode()
    alone = await world.call("GET", path)
    assert alone.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize("slug", ["nobody", "closed"])
async def test_who_is_not_published_is_framed_by_nobody(slug):
    world = World()
    await world.save(closed(page=BookingPage(is_published=False, frame_origins=(FRIEND,))))
    answer = await world.call("GET", f"/book/{slug}?embed=1")
    assert answer.status == 404
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


async def test_a_service_that_has_gone_leads_to_the_others_where_anybody_may_see_them():
    world = World()
    await world.save(clinic())
    await world.save(closed())
    staff_only = BookingPage(is_published=True, access="organisation")
    await world.save(clinic(id="biz0staff", slug="staff-only", page=staff_only))
    for method in ("GET", "POST"):
        gone = await world.call(method, "/book/clinic/secret?lang=en", body=b"start=2026-11-24T09:00:00Z")
        assert gone.status == 404
        assert b'href="/book/clinic?lang=en"' in gone.body
    nobody = await world.call("GET", "/book/nobody/secret?lang=en")
    for path in ("/book/closed/consultation", "/book/staff-only/nothing"):
        other = await world.call("GET", f"{path}?lang=en")
        assert other.body == nobody.body, path


async def test_a_link_to_a_booking_that_has_gone_leads_on_and_names_whom_to_call():
    world = World()
    await world.save(clinic(phone="+33 1 23"))
    answer = await world.call("GET", "/book/clinic/manage/outdated.link?lang=fr")
    html = answer.body.decode()
    assert answer.status == 404
    assert 'href="/book/clinic?lang=fr"' in html
    assert 'href="tel:' in html
    assert 'href="?lang=ru"' in html


async def test_a_page_that_is_nowhere_speaks_every_language():
    answer = await World().call("GET", "/book/nobody/x%C3%A9")
    assert answer.status == 404
    assert 'href="?lang=ru"' in answer.body.decode()


@pytest.mark.parametrize("path", ["/nowhere", "/book/nobody", "/join/outdated.link", "/host/outdated.link"])
async def test_a_refusal_outside_any_calendar_leads_on(path):
    answer = await World().call("GET", f"{path}?lang=en&name=Ana")
    html = answer.body.decode()
    assert answer.status == 404
    assert "Use the link you were given" in html
    assert '<a class="button" href="/console?lang=en">Staff sign-in</a>' in html
    framed = await World().call("GET", f"{path}?embed=1")
    assert b"/console" not in framed.body, "the console is in no frame"


async def test_a_refusal_at_the_console_leads_to_ones_calendars():
    world = World()
    cookie = world.session(Caller("claire", email="claire@clinic.example"))
    answer = await world.call("GET", "/console/queue/biz0none/one?lang=en", cookie=cookie, accept="text/html")
    assert answer.status == 404
    assert '<a class="button" href="/console?lang=en">Your calendars</a>' in answer.body.decode()


@pytest.mark.parametrize(("path", "has"), [("/nowhere", True), ("/nowhere?embed=1", False)])
async def test_the_heading_of_a_refusal_has_the_focus_but_takes_it_from_no_site_around_it(path, has):
    html = (await World().call("GET", path)).body.decode()
    assert ('<h1 tabindex="-1" autofocus>' in html) is has
