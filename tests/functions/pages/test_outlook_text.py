"""The sentence that says what customers can book now, in each language and in its edge cases."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.pages.outlook_text import outlook_text
from shared.domain.availability.outlook import Outlook
from shared.i18n import translator
from shared.i18n.formats import Formats


NOW = datetime(2026, 11, 30, 13, 5, tzinfo=UTC)  # 14:05 in Paris
TOMORROW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 28, 15, 30, tzinfo=UTC)


def said(first, last, tag="en_GB", zone="Europe/Paris") -> str:
    found = Outlook(NOW + timedelta(hours=2), JANUARY + timedelta(hours=1), first, last)
    return outlook_text(found, NOW, Formats(tag, zone, translator(tag)))


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("en_GB", "Today at 14:05, a customer can book from tomorrow at 09:00 to Thursday, 28 January."),
        (
            "fr",
            "Aujourd’hui à 14:05, un client peut réserver au plus tôt demain à 09:00 et au plus tard jeudi 28 janvier.",
        ),
        (
            "ru",
            "Сегодня в 14:05 клиенту доступно время: самое раннее — завтра, 09:00, самое позднее — четверг, 28 января.",
        ),
        (
            "pt_BR",
            "Hoje, às 14:05, um cliente pode agendar no mínimo para amanhã às 09:00 e no máximo para quinta-feira, 28 de janeiro.",
        ),
    ],
)
def test_it_says_from_when_to_when_in_every_language(tag, sentence):
    assert said(TOMORROW, JANUARY, tag) == sentence


def test_days_are_those_of_the_calendars_clock():
    assert said(TOMORROW, JANUARY, zone="Pacific/Auckland") == (
        "Today at 02:05, a customer can book from today at 21:00 to Friday, 29 January."
    )


def test_one_day_and_one_time_are_said_as_such():
    later = TOMORROW + timedelta(hours=7)
    assert said(TOMORROW, later).endswith("from tomorrow at 09:00 to 16:00, and no other day.")
    assert said(TOMORROW, TOMORROW).endswith("one time only: tomorrow at 09:00.")


def test_where_nothing_can_be_booked_it_says_between_which_moments():
    assert said(None, None) == (
        "Today at 14:05, a customer can book no time: nothing is open for booking between "
        "today at 16:05 and Thursday, 28 January at 17:30."
    )


def test_a_day_that_is_a_year_ahead_is_said_with_its_year():
    assert said(TOMORROW, JANUARY + timedelta(days=365)).endswith("to Friday, 28 January 2028.")
