"""What a table owes whoever reads ranges of it, and what it never sends; for the real one and the fake."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.records.table import Operation, Table
from shared.storage.limits import NotAKey, TooLarge
from tests.storage.contract import P, keys, put, row


async def test_a_range_is_half_open_and_in_the_order_of_its_keys(table: Table) -> None:
    names = ["-", ".", "0", "A", "B|", "B|1", "B|a", "B|~", "C", "_", "a", "b~", "z"]
    for name in reversed(names):
        await put(table, name, n=1)
    assert await keys(table, "!", "~") == names
    assert await keys(table, "B|", "B|~") == ["B|", "B|1", "B|a"]
    assert await keys(table, "B|1", "B|1") == []
    assert await keys(table, "C", "a") == ["C", "_"]


async def test_a_range_sees_one_partition_of_one_table(table: Table) -> None:
    await put(table, "a", n=1)
    await table.transact("bookings", "biz0other", [Operation("insert", "b", {"n": 2})])
    await table.transact("due", P, [Operation("insert", "c", {"n": 3})])
    assert await keys(table) == ["a"]


async def test_a_range_of_more_than_a_thousand_rows_comes_whole_and_says_in_how_many_answers(table: Table) -> None:
    names = [f"n|{number:05d}" for number in range(2003)]
    for index in range(0, len(names), 100):
        await put(table, *names[index : index + 100], n=1)
    page = await table.range("bookings", P, "n|", "n~", select=("n",))
    assert [one.key for one in page.rows] == names
    assert page.pages == 3
    assert (await table.range("bookings", P, "n|00000", "n|01000")).pages == 1


@pytest.mark.parametrize("limit", [1, 3, 1000, 1200])
async def test_of_a_range_the_first_rows_come_where_there_is_a_limit(table: Table, limit: int) -> None:
    names = [f"k{number:04d}" for number in range(1100)]
    for index in range(0, 1100, 100):
        await put(table, *names[index : index + 100])
    page = await table.range("bookings", P, "k0005", "l", limit=limit)
    assert [one.key for one in page.rows] == names[5 : 5 + limit]


async def test_only_what_is_selected_is_read(table: Table) -> None:
    await put(table, "a", small=1, large="x" * 1000)
    await put(table, "b", large="x" * 1000)
    page = await table.range("bookings", P, "a", "c", select=("small",))
    assert [one.values for one in page.rows] == [{"small": 1}, {}]
    found = await table.get("bookings", P, "a", select=("small",))
    assert found is not None
    assert found.values == {"small": 1}


async def test_a_column_that_no_row_has_leaves_the_keys_alone(table: Table) -> None:
    await put(table, "a", data="x" * 1000)
    await put(table, "b", data="y")
    page = await table.range("bookings", P, "a", "c", select=("nothing",), limit=5)
    assert [(row.key, row.values) for row in page.rows] == [("a", {}), ("b", {})]


async def test_what_was_not_selected_never_looks_old(table: Table) -> None:
    await put(table, "a", n=1)
    page = await table.range("bookings", P, "a", "b", select=("n",))
    assert page.date - page.rows[0].written < timedelta()


async def test_written_and_date_come_from_one_clock(table: Table) -> None:
    await put(table, "a", n=1)
    first = await row(table, "a")
    await asyncio.sleep(1.1)
    await put(table, "b", n=1)
    page = await table.range("bookings", P, "a", "c")
    a, b = page.rows
    assert a.written == first.written
    assert timedelta(seconds=1) < b.written - a.written < timedelta(seconds=5)
    assert timedelta(seconds=-1) <= page.date - b.written < timedelta(seconds=5)
    assert a.written.tzinfo == page.date.tzinfo == UTC
    assert isinstance(page.date, datetime)


async def test_rows_of_one_transaction_are_written_at_about_one_moment(table: Table) -> None:
    """The service gives them one timestamp; Azurite one to each, some milliseconds apart."""
    await put(table, "a", "b", "c", n=1)
    page = await table.range("bookings", P, "a", "d")
    moments = [one.written for one in page.rows]
    assert max(moments) - min(moments) < timedelta(seconds=1)


LONGEST_KEY = "k" * 120


@pytest.mark.parametrize(
    ("what", "operations"),
    [
        ("no operation", []),
        ("101 operations", [Operation("upsert", f"n{number}", {}) for number in range(101)]),
        ("65 KiB of bytes", [Operation("upsert", "a", {"data": bytes(64 * 1024 + 1)})]),
        ("32K + 1 text units", [Operation("upsert", "a", {"text": "x" * (32 * 1024 + 1)})]),
        ("32K + 2 units in pairs", [Operation("upsert", "a", {"text": "🗓" * (16 * 1024 + 1)})]),
        ("33 bits", [Operation("upsert", "a", {"n": 2**31})]),
        ("33 bits below 0", [Operation("upsert", "a", {"n": -(2**31) - 1})]),
        ("253 properties", [Operation("upsert", "a", {f"p{number}": 1 for number in range(253)})]),
        ("1 MiB in a row", [Operation("upsert", "a", {f"p{number}": bytes(64 * 1024) for number in range(16)})]),
        (
            "2 MiB in a transaction",
            [
                Operation("upsert", f"n{number}", {f"p{part}": bytes(60_000) for part in range(9)})
                for number in range(4)
            ],
        ),
    ],
)
async def test_what_the_service_could_not_hold_is_never_sent(
    table: Table, what: str, operations: list[Operation]
) -> None:
    with pytest.raises(TooLarge):
        await table.transact("bookings", P, operations)
    assert await keys(table) == []


@pytest.mark.parametrize("key", ["", "a/b", "a\\b", "a#b", "a?b", "a b", "a%b", "é", "a\n", "'", "k" * 121])
async def test_a_key_of_other_characters_or_too_long_is_never_sent(table: Table, key: str) -> None:
    calls = [
        lambda: table.transact("bookings", P, [Operation("upsert", key, {})]),
        lambda: table.transact("bookings", key, [Operation("upsert", "a", {})]),
        lambda: table.get("bookings", P, key),
        lambda: table.get("bookings", key, "a"),
        lambda: table.range("bookings", P, "a", key),
        lambda: table.range("bookings", P, key, "b"),
        lambda: table.range("bookings", key, "a", "b"),
    ]
    for call in calls:
        with pytest.raises(NotAKey):
            await call()


@pytest.mark.parametrize("value", [None, 1.5, datetime(2026, 11, 30, tzinfo=UTC), ["a"]])
async def test_a_value_of_another_type_is_never_sent(table: Table, value: object) -> None:
    with pytest.raises(TypeError):
        await table.transact("bookings", P, [Operation("upsert", "a", {"value": value})])
    assert await keys(table) == []


async def test_a_row_is_named_once_in_a_transaction(table: Table) -> None:
    with pytest.raises(ValueError, match="each row once"):
        await table.transact("bookings", P, [Operation("insert", "a", {}), Operation("upsert", "a", {})])


async def test_the_largest_that_is_allowed_is_held(table: Table) -> None:
    most = [Operation("insert", f"n{number:03d}", {"n": number}) for number in range(100)]
    await table.transact("bookings", P, most)
    large = {"text": "x" * (32 * 1024), "data": bytes(64 * 1024), "pairs": "🗓" * (16 * 1024)}
    await table.transact("bookings", P, [Operation("insert", LONGEST_KEY, large)])
    await table.transact("bookings", P, [Operation("insert", "wide", {f"p{number}": 1 for number in range(252)})])
    assert (await row(table, LONGEST_KEY)).values == large
    assert len((await row(table, "wide")).values) == 252
    assert len(await keys(table)) == 102
