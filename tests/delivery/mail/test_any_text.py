"""Whatever people type: still one mail to one reader with one event."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.delivery.mail.message import compose
from shared.domain.appointments.appointment import Answer
from tests.delivery.mail.letters import DOCTOR, NOW, SENDER, letter, of_business, of_customer, of_service
from tests.delivery.mail.reading import event_of, html_of, sent, text_of
from tests.support.examples import examples


PIECES = st.sampled_from(
    [
        "\r\n",
        "\n",
        "BEGIN:VEVENT",
        "END:VEVENT\r\n",
        "Bcc: eve@example.test",
        "<script>",
        '"',
        "'",
        ",",
        ";",
        ":",
        "\\",
        "\\n",
        "^n",
        "=?utf-8?q?x?=",
        "@",
        "<e@x.test>",
        "(",
        "\u202e",
        "\u2028",
        "\x00",
        "\ud800",
        "é",
        "Ж",
        "👩🏽‍⚕️",
        "[a](https://x.test/)",
        "{{ x }}",
        "%(name)s",
        " ",
    ]
)
TEXT = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=120))
FILLED = TEXT.map(lambda text: f"a{text}")


@pytest.mark.walk
@settings(max_examples=examples(120), suppress_health_check=list(HealthCheck))
@given(role=st.sampled_from(["customer", "staff"]), texts=st.lists(FILLED, min_size=13, max_size=13))
def test_any_text_leaves_one_mail_to_one_reader_with_one_event(role, texts):
    plain = of_service(of_customer(letter(role=role)), location="Room")
    made = of_customer(plain, name=texts[0], phone=texts[1], address=texts[2], notes=texts[3])
    made = of_service(made, name=texts[4], location=texts[5], confirmation_text=texts[6])
    made = of_business(made, name=texts[7], phone=texts[8], address=texts[9])
    asked, answered = (text.replace("\ud800", "") for text in texts[10:12])  # no answer can hold half a letter
    answers = (Answer(question="q", text=asked, answer=answered),)
    made = replace(
        made,
        name=texts[12],
        text=texts[6],
        seat=made.seat.model_copy(update={"answers": answers}),
        staff=(DOCTOR.model_copy(update={"name": texts[12]}),),
    )
    expected, message = sent(plain), sent(made)
    assert message.keys() == expected.keys()
    assert not message.defects
    for header in ("From", "To"):
        one, other = ([address.addr_spec for address in mail[header].addresses] for mail in (message, expected))
        assert one == other
    event, known = event_of(message), event_of(expected)
    assert sorted(event) == sorted(known)
    for name in ("UID", "SEQUENCE", "DTSTART", "ORGANIZER", "ATTENDEE"):
        assert event[name] == known[name]
    assert len(event.subcomponents) == 1
    assert "<script" not in html_of(message)
    assert [part.get_content_type() for part in message.walk()] == [
        part.get_content_type() for part in expected.walk()
    ]


@settings(max_examples=examples(60))
@given(name=FILLED, subject=FILLED)
def test_a_subject_and_a_name_survive_their_encoding(name, subject):
    made = of_service(of_business(letter(), name=name), name=subject)
    written, read = compose(made, SENDER, NOW), sent(made)
    assert str(read["Subject"]) == str(written["Subject"])
    ((one,), (other,)) = (mail["From"].addresses for mail in (read, written))
    assert one.addr_spec == other.addr_spec
    # Python's own reader puts a space where a long name goes on in another encoded word.
    assert one.display_name.replace(" ", "") == other.display_name.replace(" ", "")
    assert max(map(len, written.as_bytes().splitlines())) <= 998


LURE = "[Claim your prize](https://eve.example/) *now* **free**"


@pytest.mark.parametrize("role", ["customer", "staff", "business"])
def test_nobody_writes_links_into_a_mail_by_what_they_type(role):
    made = of_customer(letter(role=role), name=LURE, notes=LURE, address=LURE, phone=LURE)
    answers = (Answer(question="q", text="Why?", answer=LURE),)
    made = replace(made, name=LURE, seat=made.seat.model_copy(update={"answers": answers}))
    html = html_of(sent(made))
    assert 'href="https://eve.example' not in html
    assert "[Claim your prize](https://eve.example/) *now* **free**" in html


def test_a_calendars_own_words_look_as_on_its_page():
    said = "Bring **your card** & <b>.\n*See* [the **map**](https://x.test/?b=1&c)."
    message = sent(of_service(letter(), confirmation_text=said))
    assert (
        "Bring <strong>your card</strong> &amp; &lt;b&gt;.<br><em>See</em> "
        '<a href="https://x.test/?b=1&amp;c">the <strong>map</strong></a>.'
    ) in html_of(message)
    assert "Bring your card & <b>.\nSee the map (https://x.test/?b=1&c)." in text_of(message)


def test_links_may_also_call_and_write():
    said = "[Call](tel:+33123456789), [write](mailto:a@x.test), [not](javascript:alert)."
    message = sent(of_service(letter(), confirmation_text=said))
    assert (
        '<a href="tel:+33123456789">Call</a>, <a href="mailto:a@x.test">write</a>, [not](javascript:alert).'
    ) in html_of(message)
    assert "Call (+33123456789), write (a@x.test), [not](javascript:alert)." in text_of(message)
