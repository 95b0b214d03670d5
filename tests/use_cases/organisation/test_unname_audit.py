"""Who is erased goes from the audit, and what is left can be checked: the chain of seals is not broken by it."""

import json
from datetime import timedelta

import pytest

from shared.domain.personal_data.unnamed import UnnamedPerson
from shared.records.audit import audit_row
from shared.records.keys import AUDIT, SEAL, seal_key
from shared.records.table import Operation, Stale
from shared.use_cases.organisation.seal_audit import AuditPlace, check_audit, is_whole, seal_audit
from shared.use_cases.organisation.unname_audit import UnnamingAudit
from tests.support.clinic import World
from tests.support.virtual_time import virtually


HOUR = timedelta(hours=1)
CLAIRE, OMAR = (
    UnnamedPerson((f"{name}@x.example",), (name.title(),), "", f"Former {name[0]}") for name in ("claire", "omar")
)


async def a_history(most: int = 3) -> World:
    """Three hours that are sealed and one that is not; Claire did the most of it, and Omar something."""
    world = await World.opened()
    await world.sweep()
    for hour in range(4):
        for number in range(most):
            await does(world, "Claire@x.example", f"{hour}-{number}")
        await does(world, "omar@x.example", f"{hour}-omar")
        await world.wait_until(world.now + 2 * HOUR)
        if hour < 3:
            await world.sweep()
    return world


async def does(world: World, actor: str, number: str) -> None:
    rows = audit_row(world.now, number, actor, "person changed", "staff/x")
    writes = [Operation("insert", key, values or {}) for key, values in rows.items()]
    await world.inner.transact("bookings", world.business, writes)


def unnaming(world: World, who: UnnamedPerson = CLAIRE) -> UnnamingAudit:
    return UnnamingAudit(AuditPlace(world.business), who, "boss@x.example", "n", world.store, world.now)


async def states(world: World) -> list[str]:
    return [one.state for one in await check_audit(AuditPlace(world.business), None, store=world.store)]


def actors(world: World) -> set[str]:
    return {json.loads(row.values["body"])["actor"] for row in world.rows(AUDIT).values()}


@virtually
@pytest.mark.parametrize("most", [3, 130])  # entries of one hour: also more than a transaction holds
async def test_the_name_goes_and_every_seal_can_be_checked(most: int) -> None:
    world = await a_history(most)
    chain = {key: row.values["hash"] for key, row in world.rows(SEAL).items()}
    await unnaming(world).run()
    assert actors(world) == {"Former c", "omar@x.example", "boss@x.example"}
    assert await states(world) == ["intact"] * 3
    assert {key: row.values["hash"] for key, row in world.rows(SEAL).items()} == chain  # what was noted elsewhere
    await unnaming(world, OMAR).run()
    await world.wait_until(world.now + 2 * HOUR)
    await world.sweep()
    assert ["@x" in str(actors(world) - {"boss@x.example"}), await states(world)] == [False, ["intact"] * 4]
    before = len(world.rows(AUDIT))
    await unnaming(world).run()
    assert len(world.rows(AUDIT)) == before  # a second time there is nothing to do


@virtually
async def test_what_is_altered_afterwards_shows_and_so_does_a_hash_that_nobody_told() -> None:
    world = await a_history()
    await unnaming(world).run()
    key, row = max((key, row) for key, row in world.rows(AUDIT).items() if "Former c" in row.values["body"])
    altered = Operation("upsert", key, {"body": row.values["body"].replace("Former c", "Former d")})
    await world.inner.transact("bookings", world.business, [altered])
    assert await states(world) == ["intact", "intact", "altered"]
    sealed = world.rows(SEAL)[seal_key(1)]
    for change in ({"again": "0" * 64}, {"by": ""}, {"by": key}, {"again": ""}):
        forged = Operation("upsert", sealed.key, {**sealed.values, **change})
        await world.inner.transact("bookings", world.business, [forged])
        assert (await states(world))[-1] == "altered", change


@virtually
async def test_what_was_altered_before_stays_altered() -> None:
    world = await a_history()
    key, row = sorted(world.rows(AUDIT).items())[-2]
    altered = Operation("upsert", key, {"body": row.values["body"].replace("person", "nobody")})
    await world.inner.transact("bookings", world.business, [altered])
    assert await states(world) == ["intact", "intact", "altered"]
    await unnaming(world).run()
    assert [await states(world), actors(world) & {"Claire@x.example"}] == [["intact", "intact", "altered"], set()]


@virtually
async def test_a_seal_that_is_made_meanwhile_is_of_what_is_left() -> None:
    world = await a_history()
    place, later = AuditPlace(world.business), world.beside()
    seals = await check_audit(place, None, store=world.store)
    read = await world.store.table.range(*place.address, "Z|", "Z~")
    await unnaming(later).run()
    # The sweep has read before, and writes only now.
    stale = [Operation("insert", seal_key(4), {}), seals[0].seal.unchanged]
    with pytest.raises(Stale):
        await world.store.table.transact(*place.address, stale)
    assert await seal_audit(place, world.now, store=world.store) is not None
    assert [len(read.rows), await states(world)] == [16, ["intact"] * 4]


@virtually
@pytest.mark.parametrize("seed", range(4))
async def test_a_crash_in_the_middle_leaves_what_can_be_checked(seed: int) -> None:
    world = await a_history(90)
    (flaky,) = world.unreliable(1, 0.3, seed)
    for _ in range(40):
        try:
            await unnaming(flaky).run()
            break
        except Exception:  # noqa: BLE001 - what the faulty table raises
            assert is_whole(await check_audit(AuditPlace(world.business), None, store=world.store))
    assert [await states(world), "Claire@x.example" in actors(world)] == [["intact"] * 3, False]


def test_an_entry_loses_what_named_them_and_keeps_the_rest() -> None:
    ana = UnnamedPerson(("ana@x.example",), ("Ana Li",), "staff/a1", "Former")
    said = {
        "actor": "ANA@x.example",
        "action": "person changed",
        "subject": "staff/a1",
        "changes": [
            ["staff/a1", "name", "Ana", "Ana Li"],
            ["staff/b2", "role", "guest", "viewer"],
            ["", "report_mail.readers", ["ana@x.example", "bob@x.example"], [{"more": 3}]],
            ["", "texts", {"en": "Ask Ana Li.", "fr": "Banana List"}, None],
        ],
    }
    assert ana.entry(said) == {
        "actor": "Former",
        "action": "person changed",
        "subject": "staff/a1",
        "changes": [
            ["staff/a1", "name", None, None],
            ["staff/b2", "role", "guest", "viewer"],
            ["", "report_mail.readers", ["bob@x.example"], [{"more": 3}]],
            ["", "texts", {"en": None, "fr": "Banana List"}, None],
        ],
    }
    unknown = UnnamedPerson((), ("Ana Li",), "", "Former")
    assert [unknown.entry({"actor": one})["actor"] for one in ("", "customer", "Ana Li")] == [
        "",
        "customer",
        "Former",
    ]
    assert UnnamedPerson((), (), "", "Former").entry({"actor": "x", "subject": "y"}) == {
        "actor": "x",
        "subject": "y",
    }


def test_who_shares_a_part_of_their_name_or_address_keeps_theirs() -> None:
    ana = UnnamedPerson(
        ("ana@clinic.example", "Ana@bücher.example"), ("Ana", "Will", "Ana Li"), "staff/a1", "Former"
    )
    others = [
        *("diana@clinic.example", "li.ana@clinic.example", "x+ana@clinic.example", "li-ana@clinic.example"),
        *("ana@clinic.example.org", "ana@clinic.example-two.org", "ana@clinic.examples", "dr-Ana@x.example"),
        *("Ana.Meyer@x.example", "Ana@x.example", "Ana-Maria", "Maria-Ana", "Anastasia", "I will", "Diana Li", ""),
    ]
    theirs = [
        *("ANA@Clinic.Example", "Ask ana@clinic.example.", "<ana@clinic.example>", "a,ana@clinic.example,b"),
        *("ana@xn--bcher-kva.example", "ana@BÜCHER.example", "-ana@clinic.example", "mailto:ana@clinic.example"),
        *("Ana’s room", "chez d’Ana", "Dr.Ana", "- Ana", "Ask Ana.", "(ANA LI)", "Will?"),
    ]
    for text in others:
        said = {"actor": text, "subject": text, "changes": [["", "texts", {"en": text}, [text, 7]]]}
        assert ana.entry(said) == said, text
    for text in theirs:
        said = {"actor": "bob", "subject": text, "changes": [["", "texts", {"en": text}, [text, 7]]]}
        withheld = {"actor": "bob", "subject": "", "changes": [["", "texts", {"en": None}, [7]]]}
        assert ana.entry(said) == withheld, text
    names = [["staff/b2", "name", "Ana Meyer", "Ana"]]
    assert ana.entry({"changes": names}) == {"changes": [["staff/b2", "name", "Ana Meyer", None]]}
