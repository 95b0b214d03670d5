"""What rendering a page costs in CPU, once the process is warm."""

from __future__ import annotations

from datetime import timedelta

from functions.api.documents import slots_text
from functions.booking.views import time_page
from functions.http.boundary import json_response
from functions.pages.booking_form import build_form, prefill
from functions.pages.details import details_page
from functions.pages.landing import landing_page
from functions.pages.times.picker import read_ask
from functions.pages.visitor import read_visitor
from infra.local.demo.clinic import clinic
from shared.domain.availability.slots import AvailableSlots, BookingRules
from shared.domain.timeline.hours import days_window
from tests.bench.masks import NOW, Stage
from tests.bench.table import Row, cpu_ms


def measure() -> list[Row]:
    stage = Stage(100)
    calendar, service = stage.calendar, stage.calendar.services["visit"]
    visitor = read_visitor({}, "en-GB", calendar.business)
    ask = read_ask({}, visitor, NOW, calendar.business.policy.maximum_advance)
    judge = BookingRules(calendar, service, days_window(*ask.window, visitor.zone), NOW)
    starts = judge.starts({})

    def offer() -> AvailableSlots:
        return AvailableSlots(calendar, service, judge.window, starts)

    demo = clinic(NOW, []).calendar
    french = read_visitor({}, "fr-FR", demo.business)
    form = build_form(
        demo,
        demo.services["consultation"],
        french,
        prefill(demo, demo.services["consultation"], {}),
        has_sms=False,
    )
    start = NOW + timedelta(days=1)
    pages = {
        "landing page": lambda: landing_page(demo, french, NOW),
        "time page, 100 staff, two months": lambda: time_page(offer(), ask, visitor, NOW),
        "form": lambda: details_page(demo, demo.services["consultation"], form, start, french),
    }
    rows = [Row(f"render: {name}", cpu_ms(page, runs=41), "ms", 10) for name, page in pages.items()]
    return rows + [_month_as_json(one, limit) for one, limit in ((stage, None), (Stage(1000), 20))]


def _month_as_json(stage: Stage, limit: float | None) -> Row:
    """A month of anyone, from ready masks to the text of the answer."""
    judge, calendar = stage.judge, stage.calendar

    def offer() -> AvailableSlots:
        return AvailableSlots(calendar, judge.service, judge.window, judge.starts(stage.busy))

    took = cpu_ms(lambda: json_response(slots_text(offer(), "Europe/Paris")), runs=21)
    name = f"slots as JSON, {len(calendar.staff):,} staff, a month"
    return Row(name, took, "ms", limit, note=f"{len(offer().slots())} slots, masks ready")
