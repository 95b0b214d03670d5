"""Rate limits by themselves: exact to the request, shared between processes, in nobody's way."""

import asyncio
from datetime import timedelta

import pytest

from functions.http.rate_limits import SETTLE_EVERY, RateLimiter
from functions.settings.app import Limits, RateLimit
from shared.domain.errors import TooManyRequests
from shared.records.table import Ambiguous
from shared.storage.store import TableStore
from shared.storage.trace import _current as trace_now
from shared.storage.trace import traced
from shared.use_cases.maintenance.sweep import sweep
from tests.support.builders import MONDAY, SECRET
from tests.support.fakes import MemoryTable, UnreadableTable
from tests.support.faulty_table import Fault, FaultyTable, no_faults, times
from tests.support.virtual_time import virtually


FEW = Limits(address=RateLimit(3, 0.5), calendar=RateLimit(5, 1), reads=RateLimit(4, 2))


def a_limiter(limits=FEW, table=None):
    return RateLimiter(table or MemoryTable(), limits, SECRET)


def accepted(count, tries, now, step=timedelta()):
    """How many of the tries pass, each a step after the one before."""
    passed = 0
    for number in range(tries):
        try:
            count(now + number * step)
        except TooManyRequests:
            continue
        passed += 1
    return passed


@virtually
async def test_a_burst_is_exact():
    for burst, per_second in ((1, 0.001), (3, 0.5), (60, 1), (600, 20), (999, 7.3)):
        limiter = a_limiter(Limits(reads=RateLimit(burst, per_second)))
        assert accepted(lambda now, of=limiter: of.count_read("a", now), 1200, MONDAY) == burst


@virtually
async def test_it_refills_at_its_rate():
    limiter = a_limiter()
    assert accepted(lambda now: limiter.count_read("a", now), 10, MONDAY) == 4
    assert accepted(lambda now: limiter.count_read("a", now), 10, MONDAY + timedelta(seconds=0.5)) == 1
    assert accepted(lambda now: limiter.count_read("a", now), 10, MONDAY + timedelta(seconds=60)) == 4


@virtually
async def test_over_time_no_more_pass_than_burst_and_rate_allow():
    limiter = a_limiter(Limits(reads=RateLimit(60, 1)))
    passed = accepted(lambda now: limiter.count_read("a", now), 300, MONDAY, timedelta(seconds=0.1))
    assert passed == 60 + 29


@virtually
async def test_a_refusal_says_when_to_come_back_and_then_it_passes():
    limiter = a_limiter()
    accepted(lambda now: limiter.count_change("a", "b", now), 3, MONDAY)
    with pytest.raises(TooManyRequests) as refusal:
        limiter.count_change("a", "b", MONDAY)
    assert refusal.value.retry_after == 3
    limiter.count_change("a", "b", MONDAY + timedelta(seconds=refusal.value.retry_after))


@virtually
async def test_a_refused_request_costs_nothing():
    limiter = a_limiter()
    accepted(lambda now: limiter.count_read("a", now), 500, MONDAY)
    limiter.count_read("a", MONDAY + timedelta(seconds=0.5))


@virtually
async def test_each_address_has_its_own():
    limiter = a_limiter()
    for address in "abc":
        assert accepted(lambda now, who=address: limiter.count_read(who, now), 9, MONDAY) == 4


@virtually
async def test_a_calendar_has_one_for_all_addresses():
    limiter = a_limiter()
    addresses = iter(range(100))
    assert accepted(lambda now: limiter.count_change(f"{next(addresses)}", "b", now), 50, MONDAY) == 5
    limiter.count_change("fresh", "another", MONDAY)


@virtually
async def test_what_is_off_counts_nothing():
    table = MemoryTable()
    limiter = a_limiter(Limits(reads=RateLimit(1, 1), are_on=False), table)
    assert accepted(lambda now: limiter.count_read("a", now), 50, MONDAY) == 50
    await asyncio.sleep(5)
    assert table.requests == 0


@virtually
async def test_what_another_process_counted_is_learnt_in_a_second_or_so():
    table = MemoryTable()
    limits = Limits(reads=RateLimit(100, 0.001))
    one, other = a_limiter(limits, table), a_limiter(limits, table)
    assert accepted(lambda now: one.count_read("a", now), 60, MONDAY) == 60
    assert accepted(lambda now: other.count_read("a", now), 30, MONDAY) == 30
    await asyncio.sleep(SETTLE_EVERY * 1.1)
    one.count_read("a", MONDAY)
    other.count_read("a", MONDAY)
    await asyncio.sleep(SETTLE_EVERY * 1.1)
    left = accepted(lambda now: one.count_read("a", now), 50, MONDAY)
    assert 8 <= left <= 9  # 92 are counted; the other's last one may still be on its way


@virtually
async def test_what_could_not_be_settled_is_settled_later():
    table = FaultyTable(MemoryTable(), lambda call: Fault.BUSY if call.verb == "transact" else None)
    limits = Limits(reads=RateLimit(100, 0.001))
    one = a_limiter(limits, table)
    assert accepted(lambda now: one.count_read("a", now), 60, MONDAY) == 60
    await asyncio.sleep(2)
    table.plan = no_faults
    one.count_read("a", MONDAY)
    await asyncio.sleep(2)
    other = a_limiter(limits, table)
    other.count_read("a", MONDAY)
    await asyncio.sleep(2)
    assert accepted(lambda now: other.count_read("a", now), 100, MONDAY) == 38


@pytest.mark.parametrize("fault", [Ambiguous("timeout"), PermissionError("403"), KeyError("fullAt")])
def test_a_storage_that_fails_is_in_nobodys_way(fault):
    @virtually
    async def limited():
        limiter = a_limiter(Limits(reads=RateLimit(4, 2)), UnreadableTable(lambda *_: fault))
        for second in range(0, 20, 4):
            assert accepted(lambda now: limiter.count_read("a", now), 9, MONDAY + timedelta(seconds=second)) == 4
            await asyncio.sleep(4)
        await limiter._settling

    limited()


@virtually
async def test_settling_is_not_counted_as_the_requests_cost():
    class Watched(MemoryTable):
        async def get(self, *arguments):
            seen.append(trace_now.get())
            return await super().get(*arguments)

    seen = []
    limiter = a_limiter(FEW, Watched())
    async with traced():
        limiter.count_read("a", MONDAY)
        await asyncio.sleep(2)
        assert trace_now.get() is not None
    assert seen == [None]


async def test_real_tables_settle_too(tables):
    limits = Limits(reads=RateLimit(10, 0.001))
    one, other = a_limiter(limits, tables), a_limiter(limits, tables)
    accepted(lambda now: one.count_read("203.0.113.7", now), 6, MONDAY)
    await one._settling
    other.count_read("203.0.113.7", MONDAY)
    await other._settling
    assert accepted(lambda now: other.count_read("203.0.113.7", now), 9, MONDAY) == 3
    other._settling.cancel()


@virtually
async def test_no_address_is_kept_that_could_be_guessed_back():
    table = MemoryTable()
    limiter = a_limiter(FEW, table)
    limiter.count_change("203.0.113.7", "biz", MONDAY)
    await asyncio.sleep(2)
    import hashlib

    keys = [row.key for digit in "0123456789abcdef" for row in table.rows("limits", digit)]
    assert len(keys) == 2
    assert hashlib.sha256(b"a|203.0.113.7").hexdigest()[:32] not in keys


@virtually
async def test_limits_of_those_who_have_not_been_here_for_a_day_are_swept_away():
    table = MemoryTable()
    for number in range(120):
        limiter = a_limiter(FEW, table)
        limiter.count_read(f"203.0.113.{number}", MONDAY)
        await limiter._settling
    await asyncio.sleep(timedelta(hours=23).total_seconds())
    limiter.count_read("203.0.113.119", MONDAY + timedelta(hours=23))
    await limiter._settling
    assert (await sweep(store=TableStore(table))).limits == 0
    await asyncio.sleep(timedelta(hours=2).total_seconds())
    assert (await sweep(store=TableStore(table))).limits == 119
    assert sum(len(table.rows("limits", digit)) for digit in "0123456789abcdef") == 1


@virtually
async def test_limits_that_cannot_be_read_keep_the_sweep_from_nothing_else():
    table = FaultyTable(MemoryTable(), times(1, Fault.BUSY, lambda call: call.table == "limits"))
    limiter = a_limiter(FEW, table.inner)
    for number in range(200):  # some in each partition
        limiter.count_read(f"203.0.113.{number}", MONDAY)
    await limiter._settling
    await asyncio.sleep(timedelta(hours=25).total_seconds())
    swept = (await sweep(store=TableStore(table))).limits
    assert 0 < swept < 200
    assert (await sweep(store=TableStore(table))).limits == 200 - swept
