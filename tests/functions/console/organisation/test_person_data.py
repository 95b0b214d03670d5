"""Whoever administers the organisation, or read its reports, and is on no staff: shown, handed out and erased."""

import json
from dataclasses import replace
from datetime import timedelta

from shared.domain.access.account import Profile
from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import BookingPage
from shared.domain.reports.report_mail import OrganisationReportMail
from shared.records.appointments import appointment_rows
from shared.records.free_busy.own_calendars import PARTITION, feed_key, own_key
from shared.records.keys import AUDIT, every
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.sessions import address_hash
from shared.records.table import Operation
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.organisation.accounts import create_account, delete_account
from shared.use_cases.organisation.open_sessions import note_session
from shared.use_cases.organisation.seal_audit import OF_ORGANISATION, AuditPlace, check_audit, is_whole, seal_audit
from shared.use_cases.personal_data.erase_again import erase_again
from shared.use_cases.personal_data.erase_person import find_erased
from shared.use_cases.personal_data.forget_address import forget_named
from shared.use_cases.personal_data.staff_trail import find_done
from tests.functions.console.organisation.app import BASE, HEAD, Headquarters, another, headquarters
from tests.support.builders import SECRET, a_key, a_person, an_appointment
from tests.support.edge import ORGANISATION_ADMINISTRATOR


ROOT = "Root@office.example"
PAGE = f"{BASE}/people?person=root%40office.example"
KEPT = f"{PAGE}&kept=1"
RITA = a_person("root", email=ROOT).model_copy(update={"name": "Rita Root"})
AUDITS = (OF_ORGANISATION, AuditPlace("biz0clinic"), AuditPlace("biz0bank"))
ERASE = {"person": "root@office.example", "deed": "erase", "sure": "yes"}


async def with_root() -> Headquarters:
    """Root administers the organisation, looked into the clinic, signed in, and may book at the bank."""
    world = await headquarters()
    reads = OrganisationReportMail(readers=("root@office.example", "head@demo.example"))
    named = {
        "administrators": (ROOT,),
        "users": ("@office.example", ROOT),
        "report_readers": (f"{ROOT} = biz0bank",),
    }
    await world.name(**named, report_mail=reads, creators=("new@office.example",))
    page = BookingPage(is_published=True, access="organisation", audience=(ROOT,))
    await world.changing("biz0bank").edit(lambda one: replaced(one, page), None)
    world.root = world.session(Caller("root", ROOT, "Root"))
    looked = {"cookie": world.root, "accept": "text/html"}
    assert (await world.another_process().call("GET", "/console/calendars/biz0clinic", **looked)).status == 200
    expires = world.now + timedelta(hours=12)
    session = {"address": ROOT, "expires": expires, "store": world.store, "now": world.now}
    await note_session("root", "session-of-root", "Firefox", **session)
    account = await create_account(
        Profile(user_name=ROOT, display_name="Rita Root"), context=Context(world.store, SECRET, world.now)
    )
    await delete_account(account.id, context=Context(world.store, SECRET, world.now))
    return world


def replaced(calendar, page):
    return replace(calendar, business=calendar.business.model_copy(update={"page": page}))


def traces(world: Headquarters) -> list[str]:
    """Return the rows that name them, or have the hash of their address but for the list of the erased."""
    rows = [(part, row) for part, rows in world.table._rows.items() for row in rows.values()]
    said = [(part, row.key, json.dumps(dict(row.values), default=str).lower()) for part, row in rows]
    return [
        f"{part} {key}"
        for part, key, text in said
        if any(one in text for one in ("root@office", "rita root", address_hash(ROOT)))
    ]


async def test_they_are_found_shown_and_taken_along():
    world = await with_root()
    assert "On no staff" in (found := await world.page("/people"))
    assert ["root@office.example" in found, "new@office.example" in found] == [True, True]
    assert "someone@else.example" in await world.page("/people?find=someone@else.example")
    assert "On no staff" not in await world.page("/people?find=claire")
    shown = await world.page(KEPT)
    file = json.loads((await world.open(HEAD, f"{PAGE}&format=json")).body)
    kept = file[-1]["organisation"]
    assert kept["named"] == ["users", "administrators", "report_readers", "report_mail"]
    assert kept["calendars"] == [{"calendar": "Bank", "audience": True, "reportByMail": False}]
    assert [one["agent"] for one in kept["sessions"]] == ["Firefox"]
    assert {(one.get("calendar"), one["action"]) for one in kept["activity"]} == {
        ("Clinic", "looked at by the organisation")
    }
    assert all(
        one in shown for one in ("report_readers", "Firefox", "looked at by the organisation", "Yes, erase it")
    )


async def test_they_are_erased_everywhere_and_what_was_sealed_still_proves():
    world = await with_root()
    for _ in range(2):
        for place in AUDITS:
            await seal_audit(place, world.now, store=world.store)
        world.now += timedelta(hours=3)
    assert (await world.send(HEAD, KEPT, **{**ERASE, "sure": ""})).status == 422
    assert traces(world)
    done = await world.send(HEAD, KEPT, **ERASE)
    assert (done.status, "news=erased" in done.headers["Location"]) == (303, True)
    assert "Erased from the organisation and all its calendars" in await world.page(done.headers["Location"])
    assert traces(world) == []
    organisation = await world.settings()
    assert (organisation.administrators, organisation.users) == ((), ("@office.example",))
    bank = await world.store.calendars.find("bank")
    assert bank.business.page.audience == ("@erased.invalid",)
    for place in AUDITS:
        assert is_whole(checked := await check_audit(place, None, store=world.store)), place
        assert checked or place.partition != "biz0clinic"
    assert any(one["actor"].startswith("Former staff member") for one in await world.audit())
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303  # a second time there is nothing to do


async def test_what_stands_in_the_way_is_said_and_nothing_goes():
    world = await with_root()
    before = traces(world)
    for person, status, said in (
        ("claire@clinic.example", 409, "They’re on the staff of a calendar"),
        (ORGANISATION_ADMINISTRATOR, 400, ""),
        ("root", 400, ""),
    ):
        answer = await world.send(HEAD, KEPT, **{**ERASE, "person": person})
        assert (answer.status, said in answer.body.decode()) == (status, True), person
    settings = replace(
        world.services.settings, administrators=world.services.settings.administrators | {ROOT.lower()}
    )
    kept, world.services = world.services, replace(world.services, settings=settings)
    assert "OPENSLOT_ADMINISTRATORS" in (await world.send(HEAD, KEPT, **ERASE)).body.decode()
    world.services = kept
    account = await create_account(Profile(user_name=ROOT), context=Context(world.store, SECRET, world.now))
    assert "identity provider still has an account" in (await world.send(HEAD, KEPT, **ERASE)).body.decode()
    await delete_account(account.id, context=Context(world.store, SECRET, world.now))
    await world.changing().edit(
        lambda one: replace(one, business=one.business.model_copy(update={"legal_hold": "Case 7"})), None
    )
    assert "Case 7" in (await world.send(HEAD, KEPT, **ERASE)).body.decode()  # the clinic's activity names them
    await world.name(legal_hold="Case 8")
    assert "Case 8" in (await world.send(HEAD, KEPT, **ERASE)).body.decode()
    assert set(before) <= set(traces(world))


async def test_what_stands_in_the_way_of_one_calendar_stands_in_that_of_all():
    world = await with_root()
    for name in ("shop", "zoo"):
        await world.save(another(name, [RITA, a_person("boss")]))
    coming = an_appointment(
        staff=("root",), start=world.now + timedelta(days=3), end=world.now + timedelta(days=3, minutes=30)
    )
    rows = [Operation("upsert", key, values or {}) for key, values in appointment_rows(coming).items()]
    await world.store.table.transact("bookings", "biz0zoo", rows)
    assert (await world.send(HEAD, PAGE, person="root@office.example")).status == 303
    before = await world.settings()
    assert "upcoming appointments" in (await world.send(HEAD, KEPT, **ERASE)).body.decode()
    for row in rows:
        await world.store.table.transact("bookings", "biz0zoo", [Operation("delete", row.key)])
    for key in [one for one in world.table._rows["bookings", "biz0zoo"] if one.startswith(every(AUDIT).low)]:
        del world.table._rows["bookings", "biz0zoo"][key]  # so no activity names them there
    await hold(world, "biz0zoo", "Case 9")
    assert "Case 9" in (await world.send(HEAD, KEPT, **ERASE)).body.decode()
    assert (await world.settings()).administrators == before.administrators
    assert (await world.store.calendars.reload("biz0shop")).former["root"].name == RITA.name
    assert not world.table._rows.get((ORGANISATION, "erased"))


async def test_a_hold_that_is_set_meanwhile_stops_it_and_it_goes_on_once_that_is_lifted(monkeypatch):
    world = await with_root()
    for name in ("shop", "zoo"):
        await world.save(another(name, [RITA, a_person("boss")]))
    assert (await world.send(HEAD, PAGE, person="root@office.example")).status == 303

    async def meanwhile(*known, **more):
        await forget_named(*known, **more)
        await hold(world, "biz0zoo", "Case 9")

    with monkeypatch.context() as patched:
        patched.setattr("shared.use_cases.personal_data.erase_person.forget_named", meanwhile)
        stopped = await world.send(HEAD, KEPT, **ERASE)
    assert (stopped.status, "Case 9" in stopped.body.decode()) == (409, True)
    assert world.table._rows[ORGANISATION, "erased"]
    await hold(world, "biz0zoo", "")
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303
    assert traces(world) == []


async def hold(world: Headquarters, business: str, reason: str) -> None:
    held = {"legal_hold": reason}
    await world.changing(business).edit(
        lambda one: replace(one, business=one.business.model_copy(update=held)), None
    )


async def test_each_calendar_of_which_something_is_shown_notes_who_looked():
    for path in (KEPT, f"{PAGE}&format=json"):
        world = await with_root()
        assert (await world.open(HEAD, path)).status == 200
        for business in ("biz0clinic", "biz0bank"):
            done = await find_done(ORGANISATION_ADMINISTRATOR, place=AuditPlace(business), store=world.store)
            assert "looked at by the organisation" in {one["action"] for one in done}, (path, business)


async def test_what_a_backup_brings_back_by_hashes_alone_is_erased_again():
    world = await with_root()
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303
    expires = world.now + timedelta(days=3)
    session = {"address": ROOT, "expires": expires, "store": world.store}
    await note_session("root", "from-backup", "Firefox", now=world.now - timedelta(hours=1), **session)
    hashed, store = address_hash(ROOT), world.store
    for table, part, key in (
        ("members", hashed, "biz0bank"),
        (ORGANISATION, PARTITION, own_key(hashed)),
        (ORGANISATION, PARTITION, feed_key(hashed)),
    ):
        await store.table.transact(table, part, [Operation("upsert", key, {"at": "then"})])
    world.now += timedelta(days=1)
    assert await erase_again(author=Author("restore", a_key()), context=Context(store, SECRET, world.now)) == []
    assert traces(world) == []
    assert "from-backup" in world.table._rows[ORGANISATION, "signed-out"]
    assert not world.table._rows.get(("members", hashed))
    assert not world.table._rows.get((ORGANISATION, PARTITION))
    await note_session("root", "later", "Firefox", now=world.now, **session)
    assert await erase_again(author=Author("restore", a_key()), context=Context(store, SECRET, world.now)) == []
    assert len(traces(world)) == 1  # they signed in themselves


async def test_an_address_at_the_end_of_a_sentence_is_found_again():
    world = await with_root()
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303
    at = (await world.store.table.range(ORGANISATION, "erased", "!", "~")).rows[0].values["at"]
    told = Operation("upsert", "Z|0", {"body": json.dumps({"subject": f"Ask {ROOT}."})})
    await world.store.table.transact("bookings", "biz0bank", [told])
    context = Context(world.another_process().store, SECRET, world.now)
    assert await find_erased(address_hash(ROOT), str(at), context=context) == (ROOT, False)


async def test_deleted_calendars_are_erased_too_and_name_nobody_once_restored():
    world = await with_root()
    await world.save(another("shop", [RITA, a_person("boss")]))
    assert (await world.send(HEAD, PAGE, person="root@office.example")).status == 303
    for name in ("bank", "shop"):
        await world.changing(f"biz0{name}").delete(None)
    file = json.loads((await world.open(HEAD, f"{PAGE}&format=json")).body)
    assert (file[0]["calendar"], file[-1]["organisation"]["calendars"][0]["calendar"]) == ("Shop", "Bank")
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303
    assert traces(world) == []
    for name in ("bank", "shop"):
        await world.changing(f"biz0{name}").restore(None)
    assert traces(world) == []
    assert (await world.store.calendars.reload("biz0shop")).former["root"].name == "Former staff member"


async def test_who_is_on_the_staff_of_a_deleted_calendar_is_removed_there_first():
    world = await with_root()
    await world.save(another("shop", [RITA, a_person("boss")]))
    await world.changing("biz0shop").delete(None)
    before = await world.settings()
    refused = await world.send(HEAD, KEPT, **ERASE)
    assert (refused.status, "on the staff of a deleted calendar" in refused.body.decode()) == (409, True)
    assert (await world.settings()).administrators == before.administrators


async def test_their_sessions_are_over():
    world = await with_root()
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303
    rows = world.table._rows[ORGANISATION, "signed-out"]
    assert "session-of-root" in rows


async def test_their_sessions_are_ended_by_an_administrator():
    world = await with_root()
    assert "End all sessions" in await world.page(KEPT)
    done = await world.send(HEAD, KEPT, person="root@office.example", deed="end")
    assert done.status == 303
    assert "Sessions 0" in (shown := await world.page(done.headers["Location"]))
    assert "End all sessions" not in shown
    assert "session-of-root" in world.table._rows[ORGANISATION, "signed-out"]
    assert "All sessions of a person ended" in await world.page("/audit")
    assert (await world.send(HEAD, KEPT, person="root", deed="end")).status == 400


async def test_who_left_the_staff_is_erased_with_it():
    world = await with_root()
    await world.save(another("shop", [RITA, a_person("boss")]))
    assert (await world.send(HEAD, PAGE, person="root@office.example")).status == 303
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303
    assert traces(world) == []
    assert (await world.store.calendars.reload("biz0shop")).former["root"].name == "Former staff member"


async def test_what_a_backup_brings_back_is_erased_again_and_who_came_back_is_not():
    world = await with_root()
    before = {part: dict(rows) for part, rows in world.table._rows.items()}
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303
    erased = dict(world.table._rows[ORGANISATION, "erased"])
    for part, rows in before.items():
        world.table._rows[part] = rows
    world.table._rows[ORGANISATION, "erased"] = erased
    world.now += timedelta(days=1)
    context = Context(world.another_process().store, SECRET, world.now)
    assert traces(world)
    assert await erase_again(author=Author("restore", a_key()), context=context) == []
    assert traces(world) == []
    world.now += timedelta(hours=1)
    await world.name(administrators=(ROOT,))
    assert await erase_again(author=Author("restore", a_key()), context=context) == []
    assert (await world.settings()).administrators == (ROOT,)
