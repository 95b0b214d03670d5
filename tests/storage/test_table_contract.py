"""What a table owes whoever writes to it; for the real one and the fake."""

import asyncio

import pytest

from shared.records.table import Operation, Stale, Table
from tests.storage.contract import P, keys, put, row


async def test_a_row_that_is_not_there_is_nothing(table: Table) -> None:
    assert await table.get("bookings", P, "absent") is None
    assert (await table.range("bookings", P, "a", "b")).rows == []


async def test_values_come_back_as_they_were(table: Table) -> None:
    values = {
        "text": "Zoë 🗓 \u0000 <&>",
        "lines": "one\r\ntwo\u2028three\u2029four\x85five",
        "quotes": """'it''s' "said" \\" {{}} %27 --changeset_1-- HTTP/1.1 500""",
        "empty": "",
        "number": -(2**31),
        "yes": True,
        "no": False,
        "data": bytes(range(256)),
        "nothing": b"",
    }
    await put(table, "a", **values)
    await table.transact("bookings", P, [Operation("upsert", "b", values), Operation("upsert", "c", values)])
    assert (await row(table, "b")).values == values
    for found in (
        await row(table, "a"),
        (await table.range("bookings", P, "a", "b")).rows[0],
        await row(table, "c"),
    ):
        assert found.values == values
        assert {name: type(value) for name, value in found.values.items()} == {
            name: type(value) for name, value in values.items()
        }


async def test_every_key_that_is_allowed_comes_back_by_each_verb(table: Table) -> None:
    names = ["A|a.b_c~d-e|", "0", "-", "~~", "|", "k" * 120]
    etags = await table.transact("bookings", P, [Operation("insert", one, {"n": 1}) for one in names])
    for one, etag in zip(names, etags, strict=True):
        (changed,) = await table.transact("bookings", P, [Operation("merge", one, {"m": 2}, etag)])
        assert (await row(table, one)).etag == changed
    assert await keys(table, "!", "~~~") == sorted(names)
    await table.transact("bookings", P, [Operation("delete", one) for one in names])
    assert await keys(table, "!", "~~~") == []


async def test_an_insert_needs_an_absent_row(table: Table) -> None:
    await table.transact("bookings", P, [Operation("insert", "a", {"n": 1})])
    with pytest.raises(Stale):
        await table.transact("bookings", P, [Operation("insert", "a", {"n": 2})])
    assert (await row(table, "a")).values == {"n": 1}


@pytest.mark.parametrize("verb", ["replace", "merge", "delete"])
async def test_a_condition_on_an_etag_holds_only_for_the_version_that_was_read(table: Table, verb: str) -> None:
    (old,) = await put(table, "a", n=1)
    (new,) = await put(table, "a", n=2)
    assert old != new
    with pytest.raises(Stale):
        await table.transact("bookings", P, [Operation(verb, "a", {}, old)])
    assert (await row(table, "a")).values == {"n": 2}
    await table.transact("bookings", P, [Operation(verb, "a", {}, new)])
    found = await table.get("bookings", P, "a")
    left = {"n": 2} if verb == "merge" else {}
    assert found is None if verb == "delete" else found is not None and found.values == left


@pytest.mark.parametrize("verb", ["replace", "merge", "delete"])
async def test_changing_an_absent_row_is_stale(table: Table, verb: str) -> None:
    with pytest.raises(Stale):
        await table.transact("bookings", P, [Operation(verb, "a", {"n": 1} if verb != "delete" else {})])
    assert await keys(table) == []


@pytest.mark.parametrize("verb", ["replace", "merge", "delete"])
async def test_an_absent_row_has_no_version(table: Table, verb: str) -> None:
    (etag,) = await put(table, "a", n=1)
    await table.transact("bookings", P, [Operation("delete", "a")])
    with pytest.raises(Stale):
        await table.transact("bookings", P, [Operation(verb, "a", {}, etag)])
    assert await keys(table) == []


@pytest.mark.parametrize("verb", ["replace", "delete"])
async def test_without_an_etag_any_version_will_do(table: Table, verb: str) -> None:
    await put(table, "a", n=1)
    await table.transact("bookings", P, [Operation(verb, "a", {"m": 2} if verb == "replace" else {})])
    found = await table.get("bookings", P, "a")
    assert found is None if verb == "delete" else found is not None and found.values == {"m": 2}


async def test_a_merge_leaves_what_it_does_not_name(table: Table) -> None:
    await put(table, "a", kept="yes", changed=1)
    await table.transact("bookings", P, [Operation("merge", "a", {"changed": 2})])
    assert (await row(table, "a")).values == {"kept": "yes", "changed": 2}


async def test_an_upsert_inserts_and_then_replaces(table: Table) -> None:
    await put(table, "a", old=1)
    await put(table, "a", new=2)
    assert (await row(table, "a")).values == {"new": 2}


async def test_a_touch_inserts_and_then_leaves_what_it_does_not_name(table: Table) -> None:
    await table.transact("bookings", P, [Operation("touch", "a", {"kept": "yes"})])
    done = [Operation("touch", "a", {"changed": 2}), Operation("touch", "b", {"n": 1})]
    await table.transact("bookings", P, done)
    assert (await row(table, "a")).values == {"kept": "yes", "changed": 2}
    assert (await row(table, "b")).values == {"n": 1}


@pytest.mark.parametrize(
    "failing",
    [
        Operation("insert", "there", {}),
        Operation("replace", "there", {}, "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\""),
        Operation("delete", "there", {}, "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\""),
        Operation("merge", "absent", {"n": 1}),
        Operation("delete", "absent"),
    ],
)
async def test_a_transaction_is_applied_whole_or_not_at_all(table: Table, failing: Operation) -> None:
    (before,) = await put(table, "there", n=1)
    await put(table, "gone", n=1)
    operations = [
        Operation("insert", "a", {"n": 1}),
        Operation("delete", "gone"),
        failing,
        Operation("upsert", "z", {"n": 1}),
    ]
    with pytest.raises(Stale):
        await table.transact("bookings", P, operations)
    assert await keys(table) == ["gone", "there"]
    assert (await row(table, "there")).etag == before


async def test_a_transaction_does_each_verb_and_tells_the_new_etags(table: Table) -> None:
    etags = await put(table, "changed", "merged", "removed", "replaced", n=1)
    done = await table.transact(
        "bookings",
        P,
        [
            Operation("insert", "inserted", {"n": 2}),
            Operation("replace", "replaced", {"m": 2}, etags[3]),
            Operation("merge", "merged", {"m": 2}),
            Operation("delete", "removed", {}, etags[2]),
            Operation("upsert", "changed", {"n": 3}),
        ],
    )
    found = {one.key: one for one in (await table.range("bookings", P, "!", "~")).rows}
    assert {key: one.values for key, one in found.items()} == {
        "changed": {"n": 3},
        "inserted": {"n": 2},
        "merged": {"n": 1, "m": 2},
        "replaced": {"m": 2},
    }
    names = ["inserted", "replaced", "merged", "removed", "changed"]
    assert done == [found[name].etag if name in found else "" for name in names]


@pytest.mark.parametrize("verb", ["insert", "replace", "merge", "upsert", "touch"])
async def test_the_etag_of_a_single_write_is_the_one_that_is_read(table: Table, verb: str) -> None:
    if verb in ("replace", "merge"):
        await put(table, "a", n=1)
    (etag,) = await table.transact("bookings", P, [Operation(verb, "a", {"n": 2})])
    assert etag == (await row(table, "a")).etag
    assert etag == (await table.range("bookings", P, "a", "b")).rows[0].etag
    assert etag == (await table.range("bookings", P, "a", "b", select=("n",))).rows[0].etag


async def test_every_write_gives_a_new_etag_even_of_the_same_values(table: Table) -> None:
    etags = [(await put(table, "a", n=1))[0] for _ in range(20)]
    assert len(set(etags)) == 20


async def test_two_who_replace_the_same_version_are_one_winner(table: Table) -> None:
    (etag,) = await put(table, "a", n=0)

    async def replace(number: int) -> bool:
        try:
            await table.transact("bookings", P, [Operation("replace", "a", {"n": number}, etag)])
        except Stale:
            return False
        return True

    won = await asyncio.gather(*(replace(number) for number in range(10)))
    assert sum(won) == 1
    assert (await row(table, "a")).values == {"n": won.index(True)}
