"""What a first visitor of a booking page must not wait for: their process loads that face, and no other."""

import json
import subprocess
import sys

import pytest

from infra.local.pieces import ROOT


VISIT = """
import asyncio, json, sys

from tests.support.edge import the_world

async def visit():
    world, loaded = await the_world(), []
    for address in ("/book/clinic", "/book/clinic/consultation"):
        answer = await world.call("GET", address)
        assert answer.status == 200, answer.body
        loaded.append(sorted(sys.modules))
    return loaded

print(json.dumps(asyncio.run(visit())))
"""
OTHER_FACES = (
    "functions.api",
    "functions.console",
    "functions.graph",
    "functions.scim",
    "functions.toolkit",
    "functions.visits",
)
HEAVY = (
    "aiosmtplib",
    "azure.core",
    "azure.data",
    "icalendar",
    "joserfc",
    "recurring_ical_events",
    "segno",
    "shared.delivery.free_busy",
    "shared.delivery.identity.tokens",
    "shared.delivery.mail.message",
    "shared.delivery.meetings.teams",
    "shared.domain.toolkit",
    "shared.presentation.toolkit",
    "typst",
)
UNREAD = (
    "shared.domain.appointments.appointment",
    "shared.records.holding",
    "shared.storage.deciding",
    "shared.use_cases.free_busy.read_calendar",
    "shared.use_cases.maintenance.run_round",
)
"""What the world of tests loads, and the module of booking pages does not."""
FORMATS = ("babel.dates", "babel.numbers")  # for times, which a calendar's first page has none of
MOST_OF_OURS = 48  # modules below functions/ that the two pages need


def within(loaded: list[str], names: tuple[str, ...]) -> list[str]:
    return [one for one in loaded if any(f"{one}.".startswith(f"{name}.") for name in names)]


def printed(program: str) -> list[list[str]]:
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.walk
def test_a_booking_page_loads_neither_other_faces_nor_mails():
    landing, times = printed(VISIT)
    assert within(landing, OTHER_FACES + HEAVY + FORMATS) == []
    assert within(times, OTHER_FACES + HEAVY) == []
    assert len(within(times, ("functions",))) <= MOST_OF_OURS


@pytest.mark.walk
def test_its_module_loads_nothing_that_a_command_or_a_round_or_a_reading_needs():
    (loaded,) = printed("import json, sys, functions.booking.pages; print(json.dumps([sorted(sys.modules)]))")
    assert within(loaded, OTHER_FACES + HEAVY + FORMATS + UNREAD) == []
