"""Timers: they send what is due, and a fault of theirs is told without a word of what it was about."""

import logging
import traceback
from datetime import timedelta

import pytest

from functions.timers import TimerFailed, send_due_messages
from functions.wiring import given
from tests.support.edge import World
from tests.support.fakes import UnreadableTable


CANARY = "canary@example.com"


async def run(timer, world):
    with given(world.services):
        await timer(None)


async def test_a_booking_is_confirmed_by_the_timer(world):
    await world.book()
    world.now += timedelta(seconds=10)
    await run(send_due_messages, world)
    assert world.postman.kinds("ana@example.com") == ["confirmation"]


async def test_a_fault_is_told_to_the_host_without_its_words(caplog):
    with caplog.at_level(logging.DEBUG), pytest.raises(TimerFailed) as failed:
        await run(send_due_messages, World(UnreadableTable(lambda *_: KeyError(CANARY))))
    assert "KeyError at" in caplog.text
    told = "".join(traceback.format_exception(failed.value))
    assert CANARY not in told + caplog.text
