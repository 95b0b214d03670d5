"""The texts of messages at the console: shown with their default, saved, restored, wrong in place, seen and tried."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.settings.sms import SmsSettings
from shared.domain.calendar.service import Reminder
from shared.domain.messages.message_text import text_id
from shared.use_cases.sms.opt_outs import code_of, record_opt_out
from tests.functions.console.app import hidden
from tests.functions.console.settings.desk import SETTINGS
from tests.functions.console.staff.office import BOSS, an_office, fill, plain
from tests.support.telephones import ACCOUNT, Telephones


TEXTS = f"{SETTINGS}/messages"
REMINDER = f"{TEXTS}/reminder?language=fr"
BODY = "Bonjour {customer},\nÀ bientôt {if online}[de chez vous]({join link}){end}."


async def texts(office):
    return (await office.store.calendars.reload("biz0clinic")).texts


def area(body: bytes, name: str) -> str:
    found = re.search(rf'<textarea [^>]*name="{name}"[^>]*>(.*?)</textarea>', body.decode(), re.DOTALL)
    assert found
    return html.unescape(found[1])


async def test_each_kind_is_listed_in_each_language_and_says_where_it_has_own_words():
    office = await an_office()
    assert "own text" not in await office.page(TEXTS)
    assert (await fill(office, REMINDER, body=BODY)).status == 303
    shown = (await office.open(BOSS, TEXTS)).body.decode()
    assert 'aria-label="Reminder: Français, own text"' in shown
    assert 'aria-label="Reminder: English"' in shown
    of_one = (await office.open(BOSS, f"{TEXTS}?service=video")).body.decode()
    assert "own text" not in of_one
    assert (await office.open(BOSS, f"{TEXTS}?service=nothing")).status == 404


async def test_the_form_begins_with_the_default_text_in_the_language_of_the_text():
    office = await an_office()
    answer = await office.open(BOSS, f"{TEXTS}/confirmation?language=fr")
    assert area(answer.body, "body").startswith("Bonjour {customer},")
    assert "{business}" in area(answer.body, "body")
    assert "{short start}" in html.unescape(answer.body.decode())


async def test_a_text_is_saved_and_audited_and_what_is_like_the_default_is_not():
    office = await an_office()
    answer = await fill(office, REMINDER, subject="Rappel {start}")
    assert answer.status == 303
    assert "language=fr" in answer.headers["Location"]
    (saved,) = (await texts(office)).values()
    assert (saved.id, saved.subject, saved.body) == (text_id("reminder", "fr"), "Rappel {start}", "")
    activity = await office.page("/console/calendars/biz0clinic/audit")
    assert "Text of messages changed" in activity
    assert "Reminder, Français" in activity
    assert "Rappel {start}" in activity


async def test_the_default_is_restored_and_nothing_is_stored_any_more():
    office = await an_office()
    await fill(office, REMINDER, body=BODY)
    answer = await office.open(BOSS, REMINDER)
    assert area(answer.body, "body") == BODY
    assert "<ins>" in answer.body.decode()
    restored = await office.send(BOSS, REMINDER, do="restore body", body=BODY)
    assert restored.status == 200
    assert area(restored.body, "body").startswith("Bonjour {customer},\nNous vous rappelons")
    assert (await fill(office, REMINDER, body=area(restored.body, "body"))).status == 303
    assert not await texts(office)


async def test_a_text_of_one_service_begins_with_the_calendars_and_stands_beside_it():
    office = await an_office()
    await fill(office, REMINDER, body=BODY)
    of_one = f"{REMINDER}&service=video"
    assert area((await office.open(BOSS, of_one)).body, "body") == BODY
    assert (await fill(office, of_one, sms="Rappel: {short start}")).status == 303
    stored = await texts(office)
    assert set(stored) == {text_id("reminder", "fr"), text_id("reminder", "fr", "video")}
    assert stored[text_id("reminder", "fr", "video")].body == ""


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"body": "Bonjour {custmer}"}, "Line 1, position 9: {custmer} can’t be used in this message"),
        ({"body": "Bonjour {custmer}"}, "Did you mean {customer}?"),
        ({"body": "a\n{if onlin}x{end}"}, "Line 2, position 1: {if onlin} isn’t one of the conditions"),
        ({"body": "{if online}x"}, "{if online} has no {end}"),
        ({"subject": "{manage link}"}, "{manage link} can’t be used in this message"),
        ({"sms": "a" * 641}, "640 characters"),
        ({"sms": "a {"}, "position 3: a { without its }"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(typed, error):
    office = await an_office()
    answer = await fill(office, REMINDER, **typed)
    assert answer.status == 422
    assert error in plain(answer.body)
    for name, text in typed.items():
        assert text in html.unescape(answer.body.decode())
        assert f'id="{name}-error"' in answer.body.decode()
    assert not await texts(office)


async def test_two_who_change_the_same_text_are_asked_which_counts():
    office = await an_office()
    page = (await office.open(BOSS, REMINDER)).body.decode()
    marks = html.unescape(re.search(r'name="marks" value="([^"]*)"', page)[1])
    await fill(office, REMINDER, body=BODY)
    answer = await office.send(BOSS, REMINDER, body="Autre", subject="", sms="", marks=marks)
    assert answer.status == 412
    assert "Someone else changed this in the meantime" in plain(answer.body)
    assert (await texts(office))[text_id("reminder", "fr")].body == BODY


async def test_an_unknown_kind_or_service_is_not_there():
    office = await an_office()
    assert (await office.open(BOSS, f"{TEXTS}/nothing")).status == 404
    assert (await office.open(BOSS, f"{TEXTS}/reminder?service=nothing")).status == 404


@pytest.mark.parametrize("sample", ["in_person", "online", "group"])
async def test_the_preview_shows_what_is_typed_for_each_sample_and_nothing_in_it_runs(sample):
    office = await an_office()
    address = f"{TEXTS}/reminder/preview?language=fr"
    body = BODY + "<script>x</script>"
    fields = hidden(await office.open(BOSS, REMINDER)) | {"view-sample": sample}
    answer = await office.post(BOSS, address, **fields, body=body, subject="À {time}")
    shown = html.unescape(answer.body.decode())
    assert answer.status == 200
    assert "Bonjour Ada Lovelace" in shown
    assert ("de chez vous" in shown) == (sample == "online")
    assert b"<script" not in answer.body
    assert " href=" not in re.sub(r"<link [^>]*>", "", answer.body.decode())
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "segment" in shown


@pytest.mark.walk
async def test_each_kind_in_each_language_has_an_editor_and_a_preview():
    office = await an_office()
    listed = (await office.open(BOSS, TEXTS)).body.decode()
    pages = [html.unescape(one) for one in re.findall(r'href="([^"]*/settings/messages/[^"]+)"', listed)]
    assert len(pages) == 18 * 4
    for page in pages:
        assert (await office.open(BOSS, page)).status == 200
        assert (await office.open(BOSS, page.replace("?", "/preview?"))).status == 200


async def test_a_test_goes_to_oneself_with_what_is_typed_and_saves_nothing():
    office = await an_office()
    typed = {"do": "test", "body": BODY}
    answer = await office.send(BOSS, REMINDER, **typed)
    assert answer.status == 200
    assert "Sent to alma@clinic.example" in plain(answer.body)
    assert area(answer.body, "body") == BODY
    (message,) = office.postman.letters
    assert (message.to, message.language, message.is_test) == ("alma@clinic.example", "fr", True)
    assert message.calendar.texts[text_id("reminder", "fr")].body == BODY
    assert not await texts(office)
    wrong = await office.send(BOSS, REMINDER, do="test", body="{custmer}")
    assert "Did you mean {customer}?" in plain(wrong.body)
    assert len(office.postman.letters) == 1
    office.postman.refused.add("alma@clinic.example")
    assert "The server refuses alma@clinic.example" in plain((await office.send(BOSS, REMINDER, **typed)).body)
    office.postman.is_away = True
    assert "couldn’t be sent" in plain((await office.send(BOSS, REMINDER, **typed)).body)


async def test_a_test_sms_goes_to_the_number_that_is_typed_unless_it_wants_none():
    office = await an_office()
    assert "Send a test SMS" not in await office.page(REMINDER)
    phones = Telephones()
    settings = replace(office.services.settings, sms=SmsSettings(ACCOUNT))
    office.services = replace(office.services, settings=settings, texter=lambda: phones.service)
    assert "Send a test SMS" in await office.page(REMINDER)
    assert "Send a test SMS" not in await office.page(f"{TEXTS}/code")
    typed = {"do": "test-sms", "sms": "Rappel: {short start}", "test-phone": "06 12 34 56 78"}
    answer = await office.send(BOSS, REMINDER, **typed)
    assert "Sent to +33612345678" in plain(answer.body)
    (text,) = phones.texts
    assert text.handover.number == "+33612345678"
    none = await office.send(BOSS, REMINDER, **{**typed, "test-phone": "x"})
    assert "Enter your phone number" in plain(none.body)
    code = code_of(office.services.secret, "+33612345678")
    await record_opt_out(code, is_out=True, by="answer", store=office.store, now=office.now)
    assert "has opted out" in plain((await office.send(BOSS, REMINDER, **typed)).body)
    assert len(phones.texts) == 1


async def test_one_reminder_of_a_service_has_a_text_of_its_own():
    office = await an_office()
    calendar = await office.store.calendars.reload("biz0clinic")
    video = calendar.services["video"].model_copy(update={"reminders": (Reminder(offset=timedelta(hours=2)),)})
    await office.save(replace(calendar, services={**calendar.services, "video": video}))
    await fill(office, f"{REMINDER}&service=video", body=BODY)
    listed = (await office.open(BOSS, f"{TEXTS}?service=video")).body.decode()
    assert "Reminder, 2\xa0h before: Français" in listed
    one = f"{REMINDER}&service=video&before=120"
    assert area((await office.open(BOSS, one)).body, "body") == BODY
    answer = await fill(office, one, sms="Bientôt: {time}")
    assert answer.status == 303
    assert "before=120" in answer.headers["Location"]
    assert (await texts(office))[text_id("reminder", "fr", "video", 120)].sms == "Bientôt: {time}"
    for wrong in ("60", "x", "-120", "9" * 5000):
        status = (await office.open(BOSS, f"{REMINDER}&service=video&before={wrong}")).status
        assert status == (404 if wrong == "60" else 200)
