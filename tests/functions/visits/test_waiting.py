"""What those who wait, or come too early or too late, are told: in their language, in their zone, and truly."""

from datetime import timedelta
from html import unescape

import pytest

from shared.use_cases.visits.find_expected_wait import DAYS, KEPT
from tests.functions.console.app import START as MONDAY_AT_TEN
from tests.functions.visits.app import START, Meeting, a_meeting
from tests.support.builders import MONDAY, a_key


async def at_the_door(meeting: Meeting, query: str = "") -> str:
    answer = await meeting.call("GET", f"{meeting.join}{query}", accept_language="en")
    return unescape(answer.body.decode()).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("zone", "opens"),
    [
        ("Europe/Paris", "Tue, Jan 12 at 9:30 AM"),
        ("Asia/Kolkata", "Tue, Jan 12 at 2:00 PM"),
        ("Pacific/Honolulu", "Mon, Jan 11 at 10:30 PM"),
    ],
)
async def test_a_page_that_is_early_says_on_which_day_it_opens_where_the_customer_is(zone, opens):
    meeting = await a_meeting()
    meeting.now = MONDAY
    document = (await meeting.book(START + timedelta(hours=1), service="linked", timeZone=zone)).json()
    meeting.join = document["joinUrl"].removeprefix("https://book.example.org")
    meeting.now = MONDAY
    page = await at_the_door(meeting)
    hour_later = {"9:30 AM": "10:30 AM", "2:00 PM": "3:00 PM", "10:30 PM": "11:30 PM"}
    day, _, time = opens.partition(" at ")
    assert f"The waiting room opens on {day} at {hour_later[time]}" in page
    assert 'id="countdown" data-opens="2027-01-12T09:30:00+00:00"' in page
    assert f'data-now="{MONDAY.isoformat()}"' in page
    assert "early" not in page


async def test_the_link_of_a_cancelled_visit_says_who_cancelled_it_and_leads_to_another(meeting):
    meeting.now = MONDAY
    token = meeting.document["manage"].rpartition("/")[2]
    await meeting.call("DELETE", f"/api/clinic/appointments/{token}", idempotency_key=a_key())
    page = await at_the_door(meeting)
    assert "This appointment is cancelled" in page
    assert "You cancelled it: Monday, January 11, 2027 at 8:00 AM." in page
    assert 'href="/book/clinic/video"' in page
    assert "Book again" in page


async def test_it_says_when_the_business_cancelled_it(console):
    await console.send("desk", f"{console.path}/cancel", message="")
    answer = await console.call("GET", console.join, accept_language="en")
    page = unescape(answer.body.decode()).replace("\u2068", "").replace("\u2069", "").replace("\u202f", " ")
    assert "<bdi>Clinic</bdi> cancelled it: Monday, January 11, 2027 at 10:00 AM." in page
    assert "You cancelled it" not in page


async def test_a_ready_message_is_read_in_each_readers_language_and_others_in_the_writers(meeting):
    await meeting.ana("enter", {"name": "Ana"})
    await meeting.call("POST", f"{meeting.host}/tell", {"name": "five_minutes"}, accept_language="en")
    meeting.now += timedelta(seconds=5)
    await meeting.call("POST", f"{meeting.host}/tell", {"text": "Bis gleich"}, accept_language="pt-BR")
    for language, said in (
        ("en", "We’re running five minutes late."),
        ("fr-CA,fr;q=.9", "Nous avons cinq minutes de retard."),
        ("ru", "Мы задерживаемся на пять минут."),
        ("pt-BR", "Estamos cinco minutos atrasados."),
    ):
        state = (await meeting.call("POST", f"{meeting.join}/beat", {}, accept_language=language)).json()
        ready, free = state["messages"]
        assert ready["text"] == said
        assert ready["language"] == language.partition(",")[0].replace("fr-CA", "fr")
        assert (free["text"], free["language"]) == ("Bis gleich", "pt-BR")


@pytest.mark.parametrize("sent", [{}, {"name": "nonsense"}, {"text": "", "name": ""}, {"text": "x" * 501}])
async def test_a_message_that_says_nothing_is_refused(meeting, sent):
    assert (await meeting.doc("tell", sent)).status == 422


async def test_a_page_of_the_version_before_sends_the_words_and_still_shows_them(meeting):
    await meeting.ana("enter", {"name": "Ana"})
    assert (await meeting.doc("tell", {"text": "Just a moment, please."})).status == 200
    (message,) = (await meeting.ana("beat")).json()["messages"]
    assert message["text"] == "Just a moment, please."


async def test_who_is_kept_waiting_is_told_in_minutes_and_never_blamed(console):
    await console.ana("enter", {"name": "Ana"})
    for _ in range(30):
        console.now += timedelta(seconds=56)
        await console.ana("beat")
    for language, said in (
        ("en", "Waiting 28 min"),
        ("fr", "Attente\N{NO-BREAK SPACE}: 28 min"),
        ("ru", "Ждёт 28 мин"),
        ("pt-BR", "Espera: 28 min"),
    ):
        page = await console.text(query=f"lang={language}&day=2027-01-11")
        assert said in page
        for blame in (">late<", "en retard", "опоздани", "atrasad"):
            assert blame not in page.split('class="acts"')[0]
        details = unescape((await console.open("desk", f"{console.path}?lang={language}")).body.decode())
        assert said in details
        assert '<span class="badge in_lobby late">' in details


async def test_the_queue_lets_nobody_in_who_is_not_there(console):
    await console.ana("enter", {"name": "Ana"})
    assert "Admit" in await console.text()
    console.now += timedelta(minutes=3)
    page = await console.text()
    assert "Admit<span" not in page
    await console.ana("beat")
    assert "Admit<span" in await console.text()


async def test_who_waits_is_told_what_is_before_them_and_about_how_long_it_takes(console):
    ana = console.join
    console.now = MONDAY_AT_TEN - timedelta(hours=1)
    second = (await console.book(MONDAY_AT_TEN + timedelta(minutes=30), service="video")).json()
    second = second["joinUrl"].removeprefix("https://book.example.org")

    async def told(link: str, language: str = "en") -> str:
        answer = await console.call("POST", f"{link}/beat", {}, accept_language=language)
        return str(answer.json()["expected"]).replace("\xa0", " ").replace("\u202f", " ")

    console.now = MONDAY_AT_TEN
    await console.call("POST", f"{ana}/enter", {"name": "Ana"})
    await console.act("desk", action="admit", party=f"a.{console.id}")
    assert await told(ana) == ""  # who is in waits no more
    console.now += timedelta(minutes=12)
    await console.call("POST", f"{second}/enter", {"name": "Ana"})
    for language, said in (
        ("en", "There’s 1 appointment before yours. We expect about 20 min; it can be shorter or longer."),
        (
            "fr",
            "Il y a 1 rendez-vous avant le vôtre. Comptez environ 20 min ; cela peut être plus court ou plus long.",
        ),
        ("ru", "До вас ещё 1 встреча. Ожидание — примерно 20 мин, может быть меньше или больше."),
        (
            "pt-BR",
            "Há 1 atendimento antes do seu. A espera deve ser de cerca de 20 min, mas pode ser menor ou maior.",
        ),
    ):
        assert await told(second, language) == said
    console.now = MONDAY_AT_TEN + timedelta(minutes=40)
    await console.call("POST", f"{second}/beat", {})
    assert "An appointment before yours is taking longer than planned." in await told(second)
    await console.act("desk", action="end")
    console.store.kept(KEPT, DAYS).forget_where(lambda _: True)  # as it is read anew after some seconds
    assert await told(second) == "You’re next."
