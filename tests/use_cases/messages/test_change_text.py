"""A calendar's own texts: saved on condition, audited with before and after, and gone when they say nothing."""

import pytest

from shared.domain.errors import EditConflict, InvalidFields, NotFound
from shared.domain.messages.message_text import MOST_TEXTS, MessageText, TextPlace, stored_text, text_id
from shared.records.calendars import etag_of
from shared.records.keys import AUDIT
from shared.storage.store import TableStore
from shared.use_cases.calendars.copy_calendar import Copying, copied
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.messages.change_text import TextChange, with_text
from tests.support.builders import MONDAY, SECRET, a_calendar, a_key
from tests.support.fakes import MemoryTable


BUSINESS = a_calendar().business.id


async def etags(store: TableStore) -> dict[str, str]:
    page = await store.table.range("bookings", BUSINESS, "!", "~")
    return {row.key: row.etag for row in page.rows}


async def a_store() -> TableStore:
    store = TableStore(MemoryTable())
    await save_calendar(a_calendar(), key=a_key(), store=store, secret=SECRET)
    return store


async def save(store, language="en", service="", before=0, etags=None, key="", **parts):
    change = TextChange(BUSINESS, Author("boss", key or a_key()), repr(parts), Context(store, SECRET, MONDAY))
    edit = lambda text: text.model_copy(update=parts)  # noqa: E731 - one line
    return await change.edit(TextPlace("reminder", language, service, before), edit, etags)


async def known(store):
    return (await TableStore(store.table).calendars.find_by_id(BUSINESS)).texts


async def test_a_text_is_saved_beside_the_others_and_removed_once_it_is_empty():
    store = await a_store()
    await save(store, subject="Soon")
    after = await save(store, "fr", "consultation", body="Bientôt")
    assert set(after.texts) == {"reminder~en~", "reminder~fr~consultation"} == set(await known(store))
    assert after.texts == await known(store)
    await save(store, subject="")
    assert set(await known(store)) == {"reminder~fr~consultation"}


async def test_the_audit_has_what_it_said_before_and_after():
    store = await a_store()
    await save(store, subject="Soon")
    await save(store, subject="Later")
    page = await store.table.range("bookings", BUSINESS, AUDIT, "Z~")
    told = [str(row.values) for row in page.rows]
    assert [("Soon" in one, "Later" in one) for one in sorted(told, key=len)] == [(True, True), (True, False)]


async def test_a_text_that_somebody_changed_meanwhile_is_not_overwritten():
    store = await a_store()
    none = etag_of(stored_text({}, TextPlace("reminder", "en")))
    await save(store, subject="Soon", etags=[none])
    with pytest.raises(EditConflict):
        await save(store, subject="Late", etags=[none])
    assert (await known(store))["reminder~en~"].subject == "Soon"


async def test_the_same_command_again_changes_nothing():
    store, key = await a_store(), a_key()
    await save(store, subject="Soon", key=key)
    before = await etags(store)
    await save(store, subject="Soon", key=key)
    assert await etags(store) == before


async def test_a_template_that_is_wrong_and_an_unknown_service_are_refused():
    store = await a_store()
    for part in ({"subject": "{manage link}"}, {"body": "{nonsense}"}, {"sms": "{if online}"}):
        with pytest.raises(InvalidFields):
            await save(store, **part)
    with pytest.raises(NotFound):
        await save(store, service="nothing", subject="Soon")
    with pytest.raises(NotFound):
        await save(store, service="consultation", before=60, subject="Soon")
    assert not await known(store)


def test_a_calendar_has_only_so_many_texts():
    calendar = a_calendar()
    for number in range(MOST_TEXTS):
        text = MessageText(kind="reminder", language="en", service=f"s{number}", subject="Soon")
        calendar = with_text(calendar, text)
    with pytest.raises(InvalidFields):
        with_text(calendar, MessageText(kind="reminder", language="en", subject="Soon"))


def test_a_copy_of_a_calendar_has_its_texts():
    text = MessageText(kind="reminder", language="en", subject="Soon", created_at=MONDAY)
    copy = copied(with_text(a_calendar(), text), Copying("Second"), "new0id", "second")
    assert copy.texts == {text_id("reminder", "en"): text.model_copy(update={"created_at": None})}
