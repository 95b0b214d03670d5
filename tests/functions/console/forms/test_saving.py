"""A form of settings is saved once, refused in place, and merged with what somebody else has saved meanwhile."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from functions.auth.session import MOST_FIELDS
from functions.http.boundary import LARGEST_BODY
from tests.functions.console.app import FORM, PEOPLE, Console, a_clinic
from tests.functions.console.settings.desk import allow
from tests.support.builders import MONDAY, a_person


BUSINESS = "/console/calendars/biz0clinic/settings"
HOURS = f"{BUSINESS}/hours"


@pytest.fixture
async def console() -> Console:
    """A clinic with two administrators."""
    world = Console(now=MONDAY)
    bosses = {one: a_person(one, role="administrator") for one in ("boss", "vice", "third")}
    await world.save(a_clinic(PEOPLE | bosses))
    return world


class Page:
    """A page with a form in somebody's browser: the form as it stands, to be filled in and sent."""

    def __init__(self, console: Console, who: str, path: str) -> None:
        self.console, self.who, self.path, self.html, self.status = console, who, path, "", 0
        self.fields: dict[str, str] = {}

    async def open(self) -> "Page":
        answer = await self.console.open(self.who, self.path)
        return self._shows(answer)

    async def send(self, origin: dict[str, str] | None = None, **fields: str | None) -> "Page":
        body = urlencode(
            {name: value for name, value in {**self.fields, **fields}.items() if value is not None}
        ).encode()
        cookie = self.console.cookie(self.who)
        headers = {"content_type": FORM, "cookie": cookie, "accept": "text/html", **(origin or {})}
        self.answer = await self.console.call("POST", self.path, body=body, **headers)
        return self._shows(self.answer)

    def _shows(self, answer) -> "Page":
        self.status, self.html = answer.status, answer.body.decode()
        self.text = unescape(self.html)
        if '<form class="settings"' in self.html:
            self.fields = controls(self.html)
        return self


def controls(html: str) -> dict[str, str]:
    """Return what a browser would send of the form of settings, without its buttons."""
    form = re.search(r'<form class="settings".*?</form>', html, re.DOTALL)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        here = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if "name" in here and (here["type"] not in ("checkbox", "radio") or " checked" in tag):
            found[here["name"]] = here.get("value", "")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1] if chosen else "")
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text)
    return found


async def page_of(console: Console, who: str = "boss", path: str = BUSINESS) -> Page:
    return await Page(console, who, path).open()


async def business(console: Console):
    return (await console.store.calendars.reload("biz0clinic")).business


async def test_a_form_is_saved_and_says_so(console):
    page = await page_of(console)
    sent = await page.send(name="New name", city="Lyon")
    assert (sent.status, sent.answer.headers["Location"]) == (303, f"{BUSINESS}?news=saved")
    saved = await business(console)
    assert (saved.name, saved.address.city) == ("New name", "Lyon")
    assert "Saved." in (await page_of(console, path=f"{BUSINESS}?news=saved")).html
    assert [one["actor"] for one in await console.audit()] == ["boss@clinic.example"]


async def test_a_language_of_no_page_cannot_break_the_redirect(console):
    page = await page_of(console, path=f"{BUSINESS}?lang=a%0D%0Ab%26c")
    page = await page.send(name="New")
    assert page.answer.headers["Location"] == f"{BUSINESS}?news=saved&lang=a%0D%0Ab%26c"


async def test_a_form_that_changes_nothing_changes_nothing(console):
    before = await business(console)
    assert (await (await page_of(console)).send()).status == 303
    after = await business(console)
    assert after.model_copy(update={"changed_at": before.changed_at}) == before
    assert await console.audit() == []


async def test_errors_are_shown_in_place_and_all_that_was_typed_is_kept(console):
    typed = {"name": "", "email": "no address <", "web_site": "javascript:alert(1)", "city": "Lyon \" '<b>"}
    page = await (await page_of(console)).send(**typed)
    assert page.status == 422
    assert "<title>Error:" in page.html
    for place, said in {
        "name": "Fill this in",
        "email": "Enter an email address such as name@example.com",
        "web_site": "Enter a web address such as https://www.example.com",
    }.items():
        assert f'<a href="#{place}">{said}</a>' in page.html
        assert re.search(rf'id="{place}-error">.*?{said}', page.html), place
        assert re.search(
            rf'<input[^>]*id="{place}"[^>]*aria-invalid="true"[^>]*aria-describedby="{place}-error', page.html
        )
    assert {name: page.fields[name] for name in typed} == typed
    assert (await business(console)).address.city == ""
    mended = await page.send(name="Clinic", email="", web_site="")
    assert mended.status == 303
    assert (await business(console)).address.city == "Lyon \" '<b>"


async def test_a_setting_that_depends_on_others_is_refused_at_its_field(console):
    await allow(console, "@clinic.example")
    page = await (await page_of(console)).send(mail_from="other@example.com", phone="+33 1")
    assert page.status == 422
    assert re.search(r'id="mail_from-error">.*?The organisation doesn’t send email from this address', page.html)
    assert page.fields["phone"] == "+33 1"


async def test_two_people_who_change_different_fields_lose_nothing(console):
    mine, theirs = await page_of(console), await page_of(console, "vice")
    assert (await theirs.send(phone="+33 2")).status == 303
    assert (await mine.send(city="Lyon")).status == 303
    saved = await business(console)
    assert (saved.phone, saved.address.city) == ("+33 2", "Lyon")


@pytest.mark.parametrize(("answer", "phone"), [("mine", "+33 1"), ("theirs", "+33 2")])
async def test_of_two_who_change_the_same_field_the_later_one_sees_both_and_chooses(console, answer, phone):
    mine, theirs = await page_of(console), await page_of(console, "vice")
    assert (await theirs.send(phone="+33 2", city="Paris")).status == 303
    asked = await mine.send(phone="+33 1", email="new@example.com")
    assert asked.status == 412
    assert "Someone else changed this in the meantime" in asked.text
    assert re.findall(r"Keep (theirs|mine): <strong><bdi>([^<]*)", asked.html) == [
        ("theirs", "+33 2"),
        ("mine", "+33 1"),
    ]
    assert (await business(console)).email != "new@example.com"
    assert (await asked.send(**{"answer-phone": answer})).status == 303
    saved = await business(console)
    assert (saved.phone, saved.email, saved.address.city) == (phone, "new@example.com", "Paris")


async def test_an_answer_is_asked_for_again_if_a_third_person_saves_before_it(console):
    mine, theirs, thirds = [await page_of(console, who) for who in ("boss", "vice", "third")]
    await theirs.send(phone="+33 2")
    asked = await mine.send(phone="+33 1")
    await (await page_of(console, "third")).send(phone="+33 3")
    again = await asked.send(**{"answer-phone": "mine"})
    assert again.status == 412
    assert "+33 3" in again.text
    assert (await business(console)).phone == "+33 3"
    assert (await again.send(**{"answer-phone": "mine"})).status == 303
    assert (await business(console)).phone == "+33 1"
    assert (await thirds.send(phone="+33 1")).status == 303  # the same text as is stored: no question


async def test_a_conflict_without_an_answer_is_asked_again(console):
    mine, theirs = await page_of(console), await page_of(console, "vice")
    await theirs.send(phone="+33 2")
    asked = await mine.send(phone="+33 1")
    assert (await asked.send()).status == 412
    assert (await business(console)).phone == "+33 2"


async def test_hours_that_two_people_changed_are_compared_as_a_whole(console):
    mine, theirs = await page_of(console, path=HOURS), await page_of(console, "vice", HOURS)
    assert (await theirs.send(**{"hours-5-0-from": "10:00", "hours-5-0-to": "12:00"})).status == 303
    asked = await mine.send(**{"hours-6-0-from": "10:00", "hours-6-0-to": "12:00"})
    assert asked.status == 412
    shown = dict(re.findall(r"Keep (theirs|mine): <strong><bdi>([^<]*)", asked.html))
    assert ("Saturday" in shown["theirs"], "Sunday" in shown["mine"]) == (True, True)


async def test_the_same_form_sent_twice_is_one_change(console):
    page = await page_of(console)
    fields = {**page.fields, "phone": "+33 1"}
    first, second = [await page.send(**fields) for _ in range(2)]
    assert (first.status, second.status) == (303, 303)
    assert len(await console.audit()) == 1


async def test_a_form_sent_again_after_a_change_by_others_does_not_undo_it(console):
    """As when a browser repeats a request whose answer was lost."""
    page = await page_of(console)
    await page.send(phone="+33 1")
    await (await page_of(console, "vice")).send(phone="+33 2")
    assert (await page.send(phone="+33 1")).status == 303
    assert (await business(console)).phone == "+33 2"


async def test_buttons_within_a_form_rearrange_it_and_save_nothing(console):
    page = await page_of(console, path=HOURS)
    added = await page.send(do="add hours 6", **{"hours-0-0-from": "junk"})
    assert added.status == 200
    assert {"hours-6-0-from": "", "hours-6-0-to": "", "hours-0-0-from": "junk"}.items() <= added.fields.items()
    removed = await added.send(do="remove hours 0 0")
    assert "junk" not in removed.html
    assert (await business(console)).hours[0]
    saved = await removed.send()
    assert saved.status == 303
    assert (await business(console)).hours[0] == (await business(console)).hours[6] == ()


@pytest.mark.parametrize(
    "order", ["add", "add nothing 1", "drop hours 1", "a b c d e", "<b>", "\x00 hours \x01", "add hours 99"]
)
async def test_a_button_that_no_page_has_changes_nothing(console, order):
    page = await page_of(console, path=HOURS)
    before = {name: value for name, value in page.fields.items() if name != "key"}
    after = await page.send(do=order)
    assert after.status == 200
    assert {name: value for name, value in after.fields.items() if name != "key"} == before


async def test_a_text_that_cannot_be_kept_is_refused_and_shown_without_harm(console):
    page = await (await page_of(console)).send(name="a\x00b\x1b", city="x" * 5000, postal_code="\u202e75")
    assert page.status == 422
    assert page.html.count("Some characters aren’t allowed") == 4  # at the field, and in the summary
    assert "This is too long: at most 200 characters" in page.html
    assert page.fields["city"] == "x" * 5000


@pytest.mark.parametrize(
    ("more", "status"),
    [("x" * LARGEST_BODY, 413), ("&a=b" * MOST_FIELDS, 403)],
)
async def test_a_body_beyond_the_bounds_is_refused(console, more, status):
    page = await page_of(console)
    body = (urlencode({**page.fields, "city": "Lyon"}) + f"&more={more}").encode()
    answer = await console.call(
        "POST", BUSINESS, body=body, content_type=FORM, cookie=console.cookie("boss"), accept="text/html"
    )
    assert answer.status == status
    assert (await business(console)).address.city == ""


async def test_who_lost_the_right_meanwhile_saves_nothing(console):
    page = await page_of(console)
    page.who = "desk"
    assert (
        await page.send(city="Lyon", csrf=csrf_of((await console.open("desk", "/console")).body))
    ).status == 403
    assert (await business(console)).address.city == ""


def csrf_of(body: bytes) -> str:
    return re.search(rb'name="csrf" value="([^"]+)"', body)[1].decode()


OWN, FOREIGN = {"sec_fetch_site": "same-origin"}, {"sec_fetch_site": "cross-site"}


def kept(html: str) -> dict[str, str]:
    """Return the form that a page keeps to be sent again."""
    form = re.search(r"<form class=\"buttons\".*?</form>", html, re.DOTALL)[0]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {unescape(name): unescape(value) for name, value in pairs}


async def test_what_was_typed_outlives_the_session(console):
    """Signed out while typing: the page keeps it, one signs in in another tab, and sends it again, twice."""
    page = await page_of(console)
    fields = {**page.fields, "city": 'Lyon "<b>', "phone": ""}
    cookie, again = console.cookie("boss"), console.__dict__["sessions"]
    headers = {"content_type": FORM, "accept": "text/html", **OWN}
    lost = await console.call("POST", f"{BUSINESS}?lang=en", body=urlencode(fields).encode(), cookie="", **headers)
    assert lost.status == 401
    text = lost.body.decode()
    assert "Sign in in a new tab" in text
    assert re.search(r'<a class="button" href="/console/sign-in[^"]*" target="_blank">', text)
    assert f'action="{BUSINESS}?lang=en"' in text
    first = kept(text)
    assert {**first, "csrf": fields["csrf"]} == fields

    again.clear()
    console.now = MONDAY.replace(minute=5)
    new = console.cookie("boss")
    assert new != cookie
    stale = await console.call("POST", BUSINESS, body=urlencode(first).encode(), cookie=new, **headers)
    assert stale.status == 403
    assert "send it again" in stale.body.decode()
    second = kept(stale.body.decode())
    saved = await console.call("POST", BUSINESS, body=urlencode(second).encode(), cookie=new, **headers)
    assert saved.status == 303
    assert (await business(console)).address.city == 'Lyon "<b>'


@pytest.mark.parametrize(
    "site", [FOREIGN, {"sec_fetch_site": "same-site"}, {}, {"origin": "https://evil.example"}]
)
async def test_a_form_of_another_site_is_not_kept(console, site):
    body = urlencode({"city": "Evil"}).encode()
    for cookie, status in ((console.cookie("boss"), 403), ("", 401)):
        headers = {"content_type": FORM, "accept": "text/html", "cookie": cookie, **site}
        answer = await console.call("POST", BUSINESS, body=body, **headers)
        assert answer.status == status
        assert b"Evil" not in answer.body
    assert (await business(console)).address.city == ""


async def test_a_script_without_a_session_gets_a_problem(console):
    headers = {"content_type": FORM, "accept": "application/json", "cookie": "", **OWN}
    answer = await console.call("POST", BUSINESS, body=b"city=Lyon", **headers)
    assert (answer.status, answer.json()["type"]) == (401, "/problems/unauthenticated")


async def test_what_is_no_form_is_not_kept(console):
    for kind, body in (
        (FORM, b""),
        ("text/plain", b"city=Lyon"),
        (FORM, b"a=" + b"x" * 1_000_001),
        (FORM, b"&a=b" * 6000),
    ):
        headers = {"content_type": kind, "accept": "text/html", "cookie": "", **OWN}
        answer = await console.call("POST", BUSINESS, body=body, **headers)
        assert answer.status == 401
        assert b"Send again" not in answer.body
