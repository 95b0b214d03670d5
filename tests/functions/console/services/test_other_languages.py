"""The texts of a service and of a question in the other languages of the page, as the console saves them."""

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import Question
from shared.domain.calendar.words import QuestionWords, ServiceWords
from tests.functions.console.services.place import ONE, PATH, a_place, error_at, fill, fill_shown, stored, text_of
from tests.support.builders import a_key, a_service


TEA = f"{ONE}/tea"
TWO = BookingPage(is_published=True, languages=("en", "fr"))
FRENCH = ServiceWords(language="fr", name="Thé", confirmation_text="À bientôt")
FIRST = Question(
    id="first",
    text="First visit?",
    kind="choice",
    options=("Yes", "No"),
    translations=(
        QuestionWords(language="fr", text="Première visite ?", options=(("Yes", "Oui"), ("No", "Non"))),
    ),
)
ASKED = f"{PATH}/question/first"


async def asked(world):
    return (await world.store.calendars.reload("biz0clinic")).questions["first"]


async def test_a_service_is_described_in_each_language_of_the_page_beside_the_calendars_own():
    world = await a_place(page=TWO)
    html = await text_of(world, TEA)
    assert 'name="name-fr"' in html
    assert 'name="name-ru"' not in html
    assert 'name="name-en"' not in html
    assert 'lang="fr"' in html
    assert (await fill(world, TEA, **{"name-fr": "Thé", "description-fr": "Bien chaud"})).status == 303
    words = ServiceWords(language="fr", name="Thé", description="Bien chaud")
    assert (await stored(world)).translations == (words,)

    assert (await fill(world, f"{TEA}/messages", **{"confirmation_text-fr": "À bientôt"})).status == 303
    words = words.model_copy(update={"confirmation_text": "À bientôt"})
    assert (await stored(world)).translations == (words,)
    assert (await fill(world, TEA, name="Green tea")).status == 303
    assert (await stored(world)).translations == (words,)

    await fill(world, TEA, **{"name-fr": "", "description-fr": ""})
    await fill(world, f"{TEA}/messages", **{"confirmation_text-fr": ""})
    assert (await stored(world)).translations == ()


async def test_two_people_who_translate_the_same_text_lose_nothing():
    world = await a_place(page=TWO)
    opened = await text_of(world, TEA)
    await fill(world, TEA, **{"name-fr": "Thé"})
    answer = await fill_shown(world, TEA, opened, **{"description-fr": "Bien chaud"})
    assert answer.status == 303
    words = ServiceWords(language="fr", name="Thé", description="Bien chaud")
    assert (await stored(world)).translations == (words,)
    answer = await fill_shown(world, TEA, opened, **{"name-fr": "Tisane", "key": a_key()})
    assert answer.status == 412
    assert "Someone else changed this" in answer.body.decode()
    assert (await stored(world)).translations == (words,)


async def test_words_of_a_language_that_the_opened_page_did_not_show_stay():
    world = await a_place(a_service("tea", translations=(FRENCH,)), page=BookingPage(languages=("en",)))
    opened = await text_of(world, TEA)
    assert 'name="name-fr"' not in opened
    assert (await fill_shown(world, TEA, opened, name="Green tea")).status == 303
    assert (await stored(world)).translations == (FRENCH,)
    await fill(world, "/console/calendars/biz0clinic/page/texts", languages=["en", "fr"])
    assert (
        await fill_shown(world, TEA, opened, **{"description": "Hot", "name-fr": "", "key": a_key()})
    ).status == 303
    assert (await stored(world)).translations == (FRENCH,)


async def test_a_questions_options_are_translated_line_by_line():
    world = await a_place(questions=[FIRST.model_copy(update={"translations": ()})], page=TWO)
    answer = await fill(world, ASKED, **{"text-fr": "Première visite ?", "options-fr": "Oui"})
    assert answer.status == 422
    assert error_at(answer, "options-fr") == "Write a line for each option, in their order: 2"
    assert "Première visite ?" in answer.body.decode()
    answer = await fill(world, ASKED, **{"options-fr": f"Oui\n{'n' * 501}"})
    assert error_at(answer, "options-fr") == "Each option has at most 500 characters"
    answer = await fill(world, ASKED, **{"text-fr": "Première visite ?", "options-fr": "Oui\nNon"})
    assert answer.status == 303
    assert (await asked(world)).translations == FIRST.translations


async def test_options_in_another_order_keep_what_they_are_called():
    world = await a_place(questions=[FIRST], page=TWO)
    assert (await fill(world, ASKED, options="No\nPerhaps\nYes")).status == 303
    found = (await asked(world)).in_language("fr", "en")
    assert found.options == ("Non", "Perhaps", "Oui")
    assert "Non\nPerhaps\nOui" in await text_of(world, ASKED)


async def test_the_pages_of_the_booking_page_have_its_texts_in_each_language():
    world, at = await a_place(page=TWO), "/console/calendars/biz0clinic"
    await fill(world, f"{at}/settings", **{"name-fr": "La clinique"})
    await fill(world, f"{at}/page", **{"header-fr": "Bienvenue"})
    asks = {"asks_consent": "yes", "consent": "I agree", "consent-fr": "J’accepte"}
    await fill(world, f"{at}/page/texts", **asks)
    await fill(
        world, f"{at}/page/waiting-room", **{"waiting_text-fr": "Un instant", "tips-fr": "Du calme\nAsseyez-vous"}
    )
    (words,) = (await world.store.calendars.reload("biz0clinic")).business.translations
    assert words.model_dump() == {
        "language": "fr",
        "name": "La clinique",
        "header": "Bienvenue",
        "consent": "J’accepte",
        "waiting_text": "Un instant",
        "tips": ("Du calme", "Asseyez-vous"),
    }


async def test_a_page_of_one_language_asks_for_no_other():
    world = await a_place(page=BookingPage(is_published=True, languages=("en",)))
    assert "In another language" not in await text_of(world, TEA)
