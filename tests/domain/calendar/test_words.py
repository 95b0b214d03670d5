"""Which translations of messages are kept after their own texts have changed."""

from shared.domain.calendar.words import MOST_MESSAGES, kept_messages


def test_messages_in_use_keep_their_translations_however_often_others_are_edited() -> None:
    told = {"Bring your card": "Apportez votre carte"}
    for number in range(3 * MOST_MESSAGES):
        told = dict(
            kept_messages(told | {f"Text {number}": f"Texte {number}"}, ("Bring your card", f"Text {number}"))
        )
    assert told["Bring your card"] == "Apportez votre carte"
    last = range(2 * MOST_MESSAGES + 1, 3 * MOST_MESSAGES)
    assert list(told)[1:] == [f"Text {number}" for number in last], "appointments keep what was agreed on"
    assert kept_messages({"Untranslated": "", "One": "Un"}, ("Untranslated",)) == (("One", "Un"),)
