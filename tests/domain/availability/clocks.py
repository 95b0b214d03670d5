"""Hours as texts on a zone's clock, for tests to compare."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from shared.domain.timeline.hours import days_window, grid_mask, open_mask, weekdays
from shared.domain.timeline.ticks import bits


def every_day(*intervals):
    return weekdays(*intervals, days=range(7))


def opening(hours, zone, day, days=1):
    """Return the open stretches of some days as (local start, local end) texts with their offsets."""
    window = days_window(day, day + timedelta(days=days - 1), zone)
    ticks = list(bits(open_mask(hours, zone, window)))
    found = []
    for tick in ticks:
        if found and found[-1][1] == tick:
            found[-1][1] = tick + 1
        else:
            found.append([tick, tick + 1])
    return [(on_the_clock(window, start, zone), on_the_clock(window, end, zone)) for start, end in found]


def on_the_clock(window, bit, zone):
    local = window.moment(bit).astimezone(ZoneInfo(zone))
    return local.strftime("%d %H:%M %z")


def grid(minutes, zone, day):
    window = days_window(day, day, zone)
    mask = grid_mask(timedelta(minutes=minutes), zone, window)
    return [window.moment(bit).astimezone(ZoneInfo(zone)).strftime("%H:%M%z") for bit in bits(mask)]
