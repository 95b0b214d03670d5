"""The texts of a service and of a question in the other languages of the page, as the console saves them."""

from datetime import timedelta

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import Question, Reminder
from shared.domain.calendar.words import QuestionWords, ServiceWords, message_name
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


def plain(translations):
    """Return words without what they are translations of."""
    return tuple(one.model_copy(update={"made_of": ()}) for one in translations)


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
    assert plain((await stored(world)).translations) == (words,)

    assert (await fill(world, f"{TEA}/messages", **{"confirmation_text-fr": "À bientôt"})).status == 303
    words = words.model_copy(update={"confirmation_text": "À bientôt"})
    assert plain((await stored(world)).translations) == (words,)
    assert (await fill(world, TEA, name="Green tea")).status == 303
    assert plain((await stored(world)).translations) == (words,)

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
    assert plain((await stored(world)).translations) == (words,)
    answer = await fill_shown(world, TEA, opened, **{"name-fr": "Tisane", "key": a_key()})
    assert answer.status == 412
    assert "Someone else changed this" in answer.body.decode()
    assert plain((await stored(world)).translations) == (words,)


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
    assert plain((await stored(world)).translations) == (FRENCH,)


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
    assert plain((await asked(world)).translations) == FIRST.translations


async def test_options_in_another_order_keep_what_they_are_called():
    world = await a_place(questions=[FIRST], page=TWO)
    assert (await fill(world, ASKED, options="No\nPerhaps\nYes")).status == 303
    found = (await asked(world)).in_language("fr", "en")
    assert found.options == ("Non", "Perhaps", "Oui")
    assert "Non\nPerhaps\nOui" in await text_of(world, ASKED)


async def test_the_pages_of_the_booking_page_have_its_texts_in_each_language():
    world, at = await a_place(page=TWO), "/console/calendars/biz0clinic"
    await fill(
        world, f"{at}/settings", street="1 New Street", **{"name-fr": "La clinique", "address-fr": "1 rue Neuve"}
    )
    await fill(world, f"{at}/page", **{"header-fr": "Bienvenue"})
    asks = {"asks_consent": "yes", "consent": "I agree", "consent-fr": "J’accepte"}
    await fill(world, f"{at}/page/texts", **asks)
    await fill(
        world, f"{at}/page/waiting-room", **{"waiting_text-fr": "Un instant", "tips-fr": "Du calme\nAsseyez-vous"}
    )
    (words,) = (await world.store.calendars.reload("biz0clinic")).business.translations
    assert words.model_dump() == {
        "language": "fr",
        "made_of": (
            ("name", "Clinic"),
            ("address", "1 New Street"),
            ("header", ""),
            ("consent", "I agree"),
            ("waiting_text", ""),
            ("tips", ""),
        ),
        "name": "La clinique",
        "address": "1 rue Neuve",
        "header": "Bienvenue",
        "consent": "J’accepte",
        "waiting_text": "Un instant",
        "tips": ("Du calme", "Asseyez-vous"),
    }
    assert NOTICE not in await text_of(world, f"{at}/settings")
    await fill(world, f"{at}/settings", city="Ghent")
    assert '<bdi class="kept">1 New Street, Ghent</bdi>' in await text_of(world, f"{at}/settings")


async def test_a_page_of_one_language_asks_for_no_other():
    world = await a_place(page=BookingPage(is_published=True, languages=("en",)))
    assert "In another language" not in await text_of(world, TEA)


NOTICE = "The text in English has changed since this was translated."


async def test_an_own_text_that_changed_is_shown_beside_its_translation_until_that_is_saved_or_still_right():
    world = await a_place(page=TWO)
    await fill(world, TEA, **{"name-fr": "Thé", "description-fr": "Bien chaud"})
    assert NOTICE not in await text_of(world, TEA)
    assert (await fill(world, TEA, name="Green tea")).status == 303
    html = await text_of(world, TEA)
    assert html.count(NOTICE) == 1
    assert 'id="name-fr-outdated"' in html
    assert '<bdi class="kept">Tea</bdi>' in html
    assert '<bdi class="kept">Green tea</bdi>' in html
    assert '<details class="card pad group" id="in-fr"' not in html  # what asks for something is not folded away
    await fill(world, TEA, **{"description-fr": "Brûlant"})
    assert NOTICE in await text_of(world, TEA)
    await fill(world, TEA, **{"right-name-fr": "yes"})
    assert NOTICE not in await text_of(world, TEA)
    await fill(world, TEA, name="White tea")
    assert '<bdi class="kept">Green tea</bdi>' in await text_of(world, TEA)
    await fill(world, TEA, **{"name-fr": "Thé blanc"})
    assert NOTICE not in await text_of(world, TEA)


async def test_a_change_back_to_what_was_translated_asks_for_nothing():
    world = await a_place(page=TWO)
    await fill(world, TEA, **{"name-fr": "Thé"})
    await fill(world, TEA, name="Green tea")
    await fill(world, TEA, name="Tea")
    assert NOTICE not in await text_of(world, TEA)


async def test_the_place_and_the_messages_of_a_service_are_translated_too():
    reminder = Reminder(offset=timedelta(days=1), message="Bring a cup")
    world = await a_place(a_service("tea", reminders=(reminder,)), page=TWO)
    await fill(world, TEA, location="Room 2", **{"location-fr": "Salle 2"})
    at, field = f"{TEA}/messages", f"{message_name('Bring a cup')}-fr"
    assert "Reminder or follow-up “Bring a cup” (Français)" in await text_of(world, at)
    assert (await fill(world, at, **{field: "Apportez une tasse"})).status == 303
    french = (await stored(world)).in_language("fr", "en")
    assert str(french.location) == "Salle 2"
    assert (await stored(world)).message_in("Bring a cup", "fr", "en") == "Apportez une tasse"

    assert (await fill(world, at, **{"reminders-0-message": "Bring two cups"})).status == 303
    told = await stored(world)
    assert told.message_in("Bring two cups", "fr", "en") == "Apportez une tasse"
    assert told.message_in("Bring a cup", "fr", "en") == "Apportez une tasse"  # appointments that agreed on it
    assert NOTICE in await text_of(world, at)
    field = f"{message_name('Bring two cups')}-fr"
    await fill(world, at, **{field: "Apportez deux tasses"})
    assert (await stored(world)).message_in("Bring two cups", "fr", "en") == "Apportez deux tasses"
    assert NOTICE not in await text_of(world, at)
    await fill(world, at, **{field: ""})
    assert (await stored(world)).message_in("Bring two cups", "fr", "en") == "Bring two cups"


async def test_options_that_changed_are_shown_beside_their_translation():
    world = await a_place(questions=[FIRST], page=TWO)
    await fill(world, ASKED, options="No\nYes")
    assert NOTICE not in await text_of(world, ASKED)
    await fill(world, ASKED, options="No\nMaybe")
    assert 'id="options-fr-outdated"' in await text_of(world, ASKED)
    await fill(world, ASKED, **{"right-options-fr": "yes"})
    assert NOTICE not in await text_of(world, ASKED)
