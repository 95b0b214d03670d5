"""Which of a calendar's own texts counts for a message."""

from shared.domain.messages.message_text import MessageText, TextPlace, own_text, stored_text


def texts(*found):
    return {one.id: one for one in found}


def test_a_services_parts_come_before_the_calendars():
    both = texts(
        MessageText(kind="reminder", language="fr", subject="S", body="B", sms="M"),
        MessageText(kind="reminder", language="fr", service="s1", body="B1"),
    )
    of_one, of_another = (own_text(both, TextPlace("reminder", "fr", one)) for one in ("s1", "s2"))
    assert (of_one.subject, of_one.body, of_one.sms) == ("S", "B1", "M")
    assert of_another.body == "B"


def test_what_is_said_in_another_language_never_counts():
    only_french = texts(MessageText(kind="reminder", language="fr", body="B"))
    assert own_text(only_french, TextPlace("reminder", "en", "s1")) is None
    assert own_text(only_french, TextPlace("confirmation", "fr")) is None


def test_a_text_that_is_not_stored_is_empty():
    assert stored_text({}, TextPlace("code", "ru")).is_empty


def test_one_reminder_of_a_service_comes_before_the_others():
    three = texts(
        MessageText(kind="reminder", language="fr", subject="S", body="B", sms="M"),
        MessageText(kind="reminder", language="fr", service="s1", body="B1"),
        MessageText(kind="reminder", language="fr", service="s1", before=60, sms="M60"),
    )
    hour, day = (own_text(three, TextPlace("reminder", "fr", "s1", before)) for before in (60, 1440))
    assert (hour.subject, hour.body, hour.sms) == ("S", "B1", "M60")
    assert (day.subject, day.body, day.sms) == ("S", "B1", "M")
