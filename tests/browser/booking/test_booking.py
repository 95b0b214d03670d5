"""The whole journey in a real browser: book, see, move, cancel; with and without scripts, by keyboard, on a phone."""

import re

import pytest
from playwright.async_api import expect


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
VIEWS = [
    pytest.param({}, id="desktop"),
    pytest.param({"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}, id="phone, dark"),
    pytest.param({"java_script_enabled": False}, id="without scripts"),
]


async def fill_in(page, name="Ada Lovelace", email="ada@example.com"):
    await page.get_by_label("Patient’s name").fill(name)
    await page.get_by_label("Email").fill(email)
    await page.get_by_label("Yes").check()
    await page.get_by_label("I agree").check()


async def check(watched, state, options):
    """axe needs scripts; without them what is left is that nothing went wrong."""
    if options.get("java_script_enabled", True):
        await watched.check(state)
    assert watched.wrong == [], state


async def check_tools(page, *, is_scripted):
    """What only scripts can do is offered where they run; where not, the link itself leads to the booking."""
    for name in ("Copy the link", "Print"):
        await expect(page.get_by_role("button", name=name)).to_be_visible(visible=is_scripted)
    link = page.get_by_role("link", name="Keep this link")
    await expect(link).to_be_visible(visible=not is_scripted)
    if not is_scripted:
        await link.click()
        await expect(page.get_by_role("heading", name="Your appointment")).to_be_visible()
        await expect(page.locator(".tools")).to_be_hidden()


@pytest.mark.parametrize("options", VIEWS)
async def test_a_customer_books_moves_and_cancels(open_page, options):
    watched = await open_page("riverside", **options)
    page = watched.page
    await check(watched, "landing", options)

    await page.get_by_role("link", name="First visit").click()
    await expect(page.get_by_role("heading", name="First visit")).to_be_visible()
    await page.locator("#following").click()
    await expect(page.locator("#previous[href]")).to_be_visible()
    await check(watched, "another month", options)
    await page.locator(".day[href]").nth(5).click()
    await expect(page.locator(".day[aria-current]")).to_have_count(1)
    await check(watched, "times", options)

    await page.locator(".times .slot").nth(3).click()
    await expect(page.get_by_role("heading", name="Patient details")).to_be_visible()
    await check(watched, "form", options)
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("alert")).to_contain_text("Enter a name")
    watched.wrong.clear()  # the browser itself reports the 422
    await check(watched, "form with errors", options)

    await fill_in(page)
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    await expect(page.get_by_text("ada@example.com")).to_be_visible()
    await check(watched, "confirmation", options)

    await check_tools(page, is_scripted=options.get("java_script_enabled", True))
    await page.get_by_role("link", name="Reschedule").click()
    await expect(page.locator("del")).to_be_visible()
    await check(watched, "moving", options)
    await page.locator(".times .slot").first.click()
    await expect(page.get_by_role("heading", name="Reschedule to this time?")).to_be_visible()
    await check(watched, "move?", options)
    await page.get_by_role("button", name="Reschedule").click()
    await expect(page.get_by_role("heading", name="Your appointment was rescheduled")).to_be_visible()
    await check(watched, "moved", options)

    await page.get_by_role("link", name="Cancel appointment").click()
    await expect(page.get_by_role("button", name="Cancel appointment")).to_be_visible()
    await check(watched, "cancel?", options)
    await page.get_by_role("button", name="Cancel appointment").click()
    await expect(page.get_by_role("heading", name="This appointment is cancelled")).to_be_visible()
    await check(watched, "cancelled", options)


async def test_from_a_services_link_it_takes_three_interactions_and_two_fields(open_page):
    page = (await open_page("corner-shop/quick")).page
    await page.locator(".times .slot").first.click()
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()


async def test_the_link_can_be_copied_and_the_booking_is_printed_with_it(open_page):
    watched = await open_page("corner-shop/quick", permissions=["clipboard-read", "clipboard-write"])
    page = watched.page
    await page.locator(".times .slot").nth(9).click()
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_text(re.compile(r"Reference: [A-Z2-7]{4} [A-Z2-7]{4}"))).to_be_visible()
    await page.get_by_role("button", name="Copy the link").click()
    await expect(page.locator("#status")).to_have_text("Link copied")
    link = await page.evaluate("navigator.clipboard.readText()")
    await page.emulate_media(media="print")
    await expect(page.locator(".print-only")).to_contain_text(link)
    await expect(page.locator(".button").first).to_be_hidden()
    await page.emulate_media(media="screen")
    await page.goto(link)
    await expect(page.get_by_role("heading", name="Your appointment")).to_be_visible()
    await watched.check("tools")


async def test_the_keyboard_alone_is_enough(open_page):
    watched = await open_page("riverside/visit")
    page = watched.page
    press = page.keyboard.press
    grid = page.locator("table[role=grid]")
    await expect(grid).to_be_visible()
    await expect(page.locator(".day[tabindex='0']")).to_have_count(1)
    await page.locator(".day[tabindex='0']").focus()

    first = await page.evaluate("document.activeElement.dataset.day")
    await press("ArrowRight")
    assert await page.evaluate("document.activeElement.dataset.day") > first
    await press("ArrowLeft")
    assert await page.evaluate("document.activeElement.dataset.day") == first
    await press("PageDown")
    await expect(page.locator(f".day[data-day='{next_month_of(first)}']")).to_be_focused()
    await press("End")
    await press("Home")
    await press("Enter")
    await expect(page.locator("#times")).to_be_focused()
    await expect(page.locator("#status")).to_contain_text("times")
    await press("Tab")
    await press("Enter")
    await expect(page.get_by_role("heading", name="Patient details")).to_be_focused()

    for text in ("Tab", "Ada", "Tab", "ada@example.com", "Tab", "Tab", " ", "Tab", "Tab", "Tab", "Tab", " "):
        await (press(text) if text == "Tab" else page.keyboard.type(text))
    assert await page.evaluate("document.activeElement.id") == "consent"
    await page.get_by_label("Email").focus()
    await press("Enter")
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_focused()


def next_month_of(day: str) -> str:
    """The same day a month later, or that month's last."""
    from calendar import monthrange

    year, month, number = (int(part) for part in day.split("-"))
    year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return f"{year}-{month:02}-{min(number, monthrange(year, month)[1]):02}"


async def test_a_year_away_is_as_far_as_the_calendar_goes_and_back(open_page):
    page = (await open_page("riverside/visit")).page
    await page.locator(".day[tabindex='0']").focus()
    await page.keyboard.press("Shift+PageDown")
    await expect(page.locator("#following")).to_have_count(0)
    await expect(page.locator(".day:focus")).to_have_count(1)
    await expect(page.locator(".day[tabindex='0']")).to_have_count(1)
    await page.keyboard.press("Shift+PageUp")
    await expect(page.locator("#previous")).to_have_count(0)
    await expect(page.locator(".day:focus")).to_have_count(1)


async def test_right_to_left_mirrors_the_arrows_and_fits(open_page):
    watched = await open_page("riverside/visit", viewport={"width": 320, "height": 640})
    page = watched.page
    await page.evaluate("document.documentElement.dir = 'rtl'")
    await page.locator(".day[tabindex='0']").focus()
    first = await page.evaluate("document.activeElement.dataset.day")
    await page.keyboard.press("ArrowLeft")
    assert await page.evaluate("document.activeElement.dataset.day") > first
    await watched.check("right to left")


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "Patient details"),
        ("fr", "Informations sur le patient"),
        ("ru", "Данные пациента"),
        ("pt-BR", "Dados do paciente"),
    ],
)
async def test_every_language_serves_the_whole_way(open_page, language, heading):
    watched = await open_page("riverside", locale=language)
    page = watched.page
    assert await page.locator("html").get_attribute("lang") == language
    await watched.check(f"landing in {language}")
    await page.get_by_role("link", name="First visit").click()
    await page.locator(".times .slot").first.click()
    await expect(page.get_by_role("heading", name=heading)).to_be_visible()
    await watched.check(f"form in {language}")


async def test_the_language_can_be_switched_and_stays(open_page):
    page = (await open_page("riverside/visit")).page
    await page.locator(".menu summary").click()
    await page.get_by_role("link", name="Français").click()
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    await page.locator(".times .slot").first.click()
    await expect(page.get_by_role("heading", name="Informations sur le patient")).to_be_visible()


@pytest.mark.parametrize("with_scripts", [True, False])
async def test_what_was_typed_stays_when_the_language_is_switched_and_enter_still_books(open_page, with_scripts):
    watched = await open_page("corner-shop/quick", java_script_enabled=with_scripts)
    page = watched.page
    await page.locator(".times .slot").nth(5).click()
    await page.get_by_label("Your name").fill("Ada")
    await page.locator(".menu summary").click()
    await page.get_by_role("button", name="Français").click()
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    await expect(page.get_by_label("Votre nom")).to_have_value("Ada")
    await expect(page.locator("[aria-invalid]")).to_have_count(0)
    if with_scripts:
        await watched.check("switched")
    await page.get_by_label("E-mail").fill("ada@example.com")
    await page.get_by_label("Votre nom").press("Enter")
    await expect(page.get_by_role("heading", name="Rendez-vous confirmé")).to_be_visible()


async def test_times_are_shown_in_the_visitors_zone_and_the_clinics_beside(open_page):
    watched = await open_page("riverside/visit", timezone_id="America/New_York")
    page = watched.page
    await expect(page).to_have_url(re.compile("tz=America%2FNew_York"))
    await expect(page.locator(".zone")).to_contain_text("Eastern Time (New York)")
    clinic = re.compile(r"Riverside Clinic is in Central European (Summer )?Time \(Paris\)")
    await expect(page.locator(".about")).to_contain_text(clinic)
    await page.locator(".times .slot").first.click()
    await expect(page.locator(".about")).to_contain_text("in Paris")


async def test_two_full_months_say_so_and_lead_on(open_page):
    watched = await open_page("riverside/never")
    await expect(watched.page.get_by_text("No times available in")).to_be_visible()
    await watched.check("nothing free")
    await watched.page.get_by_role("link", name=re.compile(r"^See ")).click()
    await expect(watched.page.get_by_text("No times available in")).to_be_visible()


async def test_two_browsers_race_and_the_loser_books_another_time_with_all_answers_kept(open_page):
    one, two = [await open_page("riverside/solo") for _ in range(2)]
    for each in (one, two):
        await each.page.locator(".times .slot").nth(1).click()
        await each.page.get_by_label("Patient’s name").fill("Ada")
        await each.page.get_by_label("Email").fill("ada@example.com")
        await each.page.get_by_label("Is there anything we should know").fill("Stairs are hard")
        await each.page.get_by_label("I agree").check()
    await one.page.get_by_role("button", name="Confirm booking").click()
    await expect(one.page.get_by_role("heading", name="You’re booked")).to_be_visible()
    await two.page.get_by_role("button", name="Confirm booking").click()
    await expect(two.page.get_by_role("alert")).to_contain_text("Sorry, that time was just taken")
    two.wrong.clear()  # the browser itself reports the 409
    await two.check("taken")
    assert await two.page.get_by_label("Is there anything we should know").input_value() == "Stairs are hard"
    await two.page.locator(".alternatives .slot").first.click()
    await two.page.get_by_role("button", name="Confirm booking").click()
    await expect(two.page.get_by_role("heading", name="You’re booked")).to_be_visible()


async def test_an_unknown_page_and_a_forged_link_look_the_same(open_page):
    texts = []
    for path in ("nobody", "riverside/manage/forged.link", "riverside/unknown-service"):
        page = (await open_page(path)).page
        texts.append(await page.locator("main").inner_text())
    nowhere, forged, unknown = (text.split("\n\n") for text in texts)
    assert nowhere[0] == "Page not found"
    assert forged == unknown
    assert forged[:2] == nowhere[:2]  # what differs are the ways on
    assert (nowhere[-1], forged[2].partition("\n")[0]) == ("Staff sign-in", "See all services")


async def test_the_chosen_day_is_seen_also_where_the_browser_chooses_the_colours(open_page):
    page = (await open_page("riverside/visit", forced_colors="active")).page
    colours = "element => getComputedStyle(element).backgroundColor"
    chosen = await page.locator(".day[aria-current]").evaluate(colours)
    assert chosen not in [
        await page.locator(where).first.evaluate(colours)
        for where in ("body", ".day:not([aria-disabled]):not([aria-current])")
    ]
    ink = "element => getComputedStyle(element).color"
    free, full = [
        await page.locator(f".day{which}").first.evaluate(ink)
        for which in (":not([aria-disabled])", "[aria-disabled]")
    ]
    assert free != full


async def test_words_that_are_wider_than_a_phone_are_broken(open_page):
    watched = await open_page("riverside/visit", viewport={"width": 320, "height": 640})
    page = watched.page
    await page.evaluate(  # lengths and prices, which have a direction, are never that wide, and stay in one line
        "document.querySelectorAll('h1 bdi, .prose p, .facts bdi:not([dir])')"
        ".forEach(one => one.textContent = 'm'.repeat(120))"
    )
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
