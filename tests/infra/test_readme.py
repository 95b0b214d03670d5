"""The command of the docs that books by the JSON API sends what the demo takes."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

from infra.local.demo.clinic import clinic
from shared.use_cases.booking.create_appointment import AppointmentRequest
from tests.infra.test_seed import NOW


API = Path(__file__).parents[2] / ".github" / "docs" / "api.md"


def test_the_booking_is_one_that_the_demo_takes():
    (block,) = re.findall(r"```sh\n(.*?)```", API.read_text("utf-8"), re.DOTALL)
    words = shlex.split(block.replace("\\\n", " "))
    booking = words[words.index("$API/appointments") :]
    headers = dict(text.split(": ", 1) for flag, text in pairwise(booking) if flag == "-H")
    assert headers["Content-Type"] == "application/json"
    assert "Idempotency-Key" in headers
    body = booking[booking.index("-d") + 1].replace("$START", "2026-12-01T09:00:00+01:00")
    request = AppointmentRequest.model_validate_json(body, strict=True, by_alias=True, by_name=False)
    assert request.service in clinic(NOW, []).calendar.services
