"""The widget in sites that change after they were loaded: wherever a place comes from, it becomes a frame."""

import pytest
from playwright.async_api import expect


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]


@pytest.fixture
def place(system):
    def make(**data):
        more = "".join(f' data-openslot-{name}="{value}"' for name, value in data.items())
        return f'<div data-openslot-url="{system.book("riverside")}"{more}></div>'

    return make


@pytest.fixture
def open_site(system, open_page):
    """Open a site with the script in its head and this body."""

    async def open_one(body, head=None, lang="en"):
        head = head or f'<script src="{system.url}/embed.js" defer></script>'
        system.friend.html = (
            f'<!doctype html><html lang="{lang}"><title>Site</title>{head}<body>{body}</body></html>'
        )
        return await open_page(system.friend.url)

    return open_one


def services(page):
    return page.frame_locator("iframe").get_by_role("link", name="Yoga")


PUT = "html => document.getElementById('root').innerHTML = html"


async def test_a_place_that_comes_after_the_script_becomes_a_widget(place, open_site):
    page = (await open_site("<div id=root></div>")).page
    for _ in range(2):  # another route, and back
        await page.evaluate(PUT, f"<section><p>Book</p>{place()}</section>")
        await expect(services(page)).to_be_visible()
        await page.evaluate(PUT, "Elsewhere")
        await expect(page.locator("iframe")).to_have_count(0)


async def test_a_place_that_is_put_back_or_emptied_has_its_frame_again(place, open_site):
    page = (await open_site(f"<div id=root>{place()}</div>")).page
    await expect(services(page)).to_be_visible()
    await page.evaluate("kept = document.querySelector('[data-openslot-url]'); kept.remove()")
    await page.evaluate("document.getElementById('root').append(kept)")
    await expect(services(page)).to_be_visible()
    await page.evaluate("kept.querySelector('iframe').dataset.old = 1; kept.replaceChildren()")
    await expect(page.locator("iframe:not([data-old])")).to_have_count(1)
    await expect(services(page)).to_be_visible()
    height = await page.locator("iframe").evaluate("frame => frame.style.height")
    await page.evaluate("document.querySelector('iframe').style.height = '1px'; kept.style.width = '300px'")
    await expect(page.locator("iframe")).not_to_have_css("height", "1px")  # it hears what the page tells
    assert height != "640px"


async def test_a_place_with_another_address_shows_the_other_page(system, place, open_site):
    page = (await open_site(place())).page
    await expect(services(page)).to_be_visible()
    await page.evaluate(
        "url => document.querySelector('[data-openslot-url]').dataset.openslotUrl = url",
        system.book("riverside/group"),
    )
    await expect(page.frame_locator("iframe").locator(".times .slot").first).to_be_visible()
    await expect(page.locator("iframe")).to_have_count(1)


@pytest.mark.parametrize("how", ["module", "async", "inlined", "inlined module", "injected", "twice"])
async def test_the_script_works_however_it_comes(system, place, open_site, how):
    source = f'src="{system.url}/embed.js"'
    body = place()
    if how.startswith("inlined"):
        text = (await (await system.browser.new_page()).request.get(f"{system.url}/embed.js")).text
        head = f"<script{' type=module' if 'module' in how else ''}>{await text()}</script>"
    elif how == "injected":
        head = " "
        body += f"<script>s = document.createElement('script'); s.src = '{system.url}/embed.js'; document.body.append(s)</script>"
    else:
        head = {
            "module": f"<script type=module {source}></script>",
            "async": f"<script async {source}></script>",
            "twice": f"<script {source}></script><script {source}></script>",
        }[how]
    watched = await open_site(body, head)
    await expect(services(watched.page)).to_be_visible()
    await expect(watched.page.locator("iframe")).to_have_count(1)
    assert watched.wrong == []


async def test_an_element_in_a_shadow_root_is_mounted_by_a_call_and_followed_from_then_on(place, open_site):
    page = (await open_site("<div id=host></div>")).page
    await page.evaluate(
        "html => { root = host.attachShadow({mode: 'open'}); root.innerHTML = html; place = root.firstChild;"
        " heard = 0; addEventListener('openslot', () => heard++); }",
        place(),
    )
    await page.wait_for_function("window.openslot")
    assert await page.evaluate("openslot.mount(place) === openslot.mount(place)")
    await expect(services(page)).to_be_visible()
    await page.wait_for_function("heard > 0")
    assert await page.evaluate("openslot.mount(place).iframe === root.querySelector('iframe')")
    await page.evaluate("place.replaceChildren()")
    await expect(services(page)).to_be_visible()


async def test_what_is_unmounted_stays_so_until_it_is_mounted_again(place, open_site):
    page = (await open_site(place() + place(mode="popup", label="Book"))).page
    await expect(services(page)).to_be_visible()
    await page.evaluate(
        "places = [...document.querySelectorAll('[data-openslot-url]')]; places.map(openslot.mount).forEach(one => one.unmount())"
    )
    await page.evaluate("document.body.append('changed')")
    await page.evaluate("new Promise(requestAnimationFrame)")
    await expect(page.locator("iframe, button")).to_have_count(0)
    await page.evaluate("places.map(openslot.mount)")
    await expect(services(page)).to_be_visible()
    await page.get_by_role("button", name="Book").click()
    await expect(page.frame_locator("dialog iframe").get_by_role("link", name="Yoga")).to_be_visible()


async def test_a_place_that_cannot_be_served_is_told_of_once_and_keeps_no_other_from_it(place, open_site):
    wrong = '<div data-openslot-url="javascript:alert(1)"></div><div data-openslot-url="http://"></div>'
    watched = await open_site(wrong + place())
    await expect(services(watched.page)).to_be_visible()
    await watched.page.evaluate("document.body.append('changed')")
    await watched.page.evaluate("new Promise(requestAnimationFrame)")
    assert len(watched.wrong) == 2
    await expect(watched.page.locator("iframe")).to_have_count(1)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr-CA", ("Prendre rendez-vous", "Fermer", "Aller au contenu")),
        ("ru", ("Записаться", "Закрыть", "Перейти к содержанию")),
        ("pt-BR", ("Agendar um horário", "Fechar", "Ir para o conteúdo")),
        ("de", ("Book an appointment", "Close", "Skip to the content")),
    ],
)
async def test_the_widget_speaks_the_language_of_its_place(place, open_site, lang, words):
    title, close, skip = words
    page = (await open_site(f'<section lang="{lang}">{place()}{place(mode="popup")}</section>')).page
    await expect(page.locator("section iframe")).to_have_attribute("title", title)
    await expect(page.frame_locator("section iframe").locator(".skip")).to_have_text(skip)
    await page.get_by_role("button", name=title).click()
    dialog = page.get_by_role("dialog", name=title)
    await expect(dialog.get_by_role("button", name=close)).to_be_visible()
    await expect(dialog).to_have_attribute("lang", "en" if lang == "de" else lang[:2])


async def test_the_place_may_say_its_words_and_its_language_itself(place, open_site):
    own = place(mode="popup", lang="fr", title="Rendez-vous", close="Quitter", label="Venir")
    page = (await open_site(own, lang="ru")).page
    await page.get_by_role("button", name="Venir").click()
    dialog = page.get_by_role("dialog", name="Rendez-vous")
    await expect(dialog.get_by_role("button", name="Quitter")).to_be_visible()
    await expect(dialog.locator("iframe")).to_have_attribute("title", "Rendez-vous")
    await expect(page.frame_locator("dialog iframe").locator(".skip")).to_have_text("Aller au contenu")
