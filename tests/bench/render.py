"""What rendering a page costs in CPU, once the process is warm."""

from __future__ import annotations

from datetime import timedelta

from functions.api.documents import slots_document
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
    month = AvailableSlots(calendar, service, judge.window, stage.judge.starts(stage.busy))
    month = AvailableSlots(calendar, service, stage.judge.window, month.starts)
    listed = cpu_ms(lambda: json_response(slots_document(_again(month), "Europe/Paris")), runs=21)
    return [*rows, Row("slots as JSON, 100 staff, a month", listed, "ms", note=f"{len(month.slots())} slots")]


def _again(offer: AvailableSlots) -> AvailableSlots:
    return AvailableSlots(offer.calendar, offer.service, offer.window, offer.starts)
