"""Where and how often people's own calendars are read."""

from datetime import timedelta

from functions.settings.own_calendars import OwnCalendarSettings, read_own_calendars


def test_hosts_and_minutes_are_read():
    read = read_own_calendars(
        {
            "OPENSLOT_CALENDAR_HOSTS": "Mail.intern, *.clinic.intern, http://127.0.0.1:5232, https://[::1]:8443",
            "OPENSLOT_CALENDAR_EVERY": "0",
        }
    )
    names = {"mail.intern", "*.clinic.intern", "http://127.0.0.1:5232", "https://[::1]:8443"}
    assert read == OwnCalendarSettings(frozenset(names), timedelta())


def test_without_settings_no_host_of_the_own_network_is_asked():
    assert read_own_calendars({}) == OwnCalendarSettings(frozenset(), timedelta(minutes=5))
