"""Ten thousand random templates: no exception, nothing executed, and nothing of them escapes its place."""

import random
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from shared.delivery.mail.formats import mail_formats
from shared.delivery.mail.message import compose
from shared.delivery.texts.sms import sms_text
from shared.delivery.texts.values import filling_of
from shared.domain.messages.message_text import KINDS, PARTS, MessageText
from shared.domain.messages.placeholders import names_for
from shared.domain.messages.template import fill, parse
from shared.presentation.filled_text import filled_html, filled_sms, filled_text
from tests.delivery.mail.letters import NOW, SENDER, letter, of_customer
from tests.delivery.mail.reading import event_of, sent
from tests.support.examples import examples


PIECES = [
    *("{customer}", "{start}", "{ Manage Link }", "{if online}", "{if in person}", "{end}", "{", "}", "{{", "}}"),
    *("[a]({manage link})", "[{customer}]({booking page})", "[x](javascript:alert(1))", "[x](https://x.test/)"),
    *("{customer.__class__}", "{0}", "{!r}", "{customer!r:>99}", "%(name)s", "%s", "{{ 7*7 }}", "{% if x %}"),
    *("<script>alert(1)</script>", "<img src=x onerror=a()>", '"', "'", "&", "&lt;", "</td>", "**", "*", "*b*"),
    *(
        "\r\nBcc: eve@example.test\r\n",
        "\n",
        "BEGIN:VEVENT",
        "=?utf-8?q?x?=",
        "\x00",
        "\u202e",
        "\ue000",
    ),
    *("0", "\ue0001\ue001", "Ж", "é", "👍", "[", "](", ")", "{if ", "{unknown}", " ", "text"),
]
EVIL = '<b onmouseover="x">Ada</b> [y](https://evil.test) **Z** {start} \ue0000\ue001'
TAGS = {"a", "br", "strong", "em"}


class Tags(HTMLParser):
    """Collects tags and attributes, and fails for what no template may contain."""

    def __init__(self):
        super().__init__()
        self.opened = []

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, tag
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        assert all(value.startswith(("https://", "http://", "mailto:", "tel:")) for _, value in attrs)
        assert all("evil" not in value for _, value in attrs)
        if tag != "br":
            self.opened.append(tag)

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag


def random_text(chance):
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 14)))


def with_text(message, text):
    own = MessageText(kind="confirmation", language="en", subject=text[:300], body=text, sms=text[:640])
    return replace(message, calendar=replace(message.calendar, texts={own.id: own}))


@pytest.mark.walk
def test_thousands_of_random_templates():
    chance = random.Random(47)
    plain = of_customer(letter(role="customer", language="en"), name=EVIL)
    filling = filling_of(plain, SENDER, NOW, mail_formats("en", "Europe/Paris"))
    expected, written = sent(plain), 0
    for number in range(many := examples(10_000)):
        text = random_text(chance)
        names = names_for(chance.choice(KINDS), chance.choice(PARTS))
        template = parse(text, names)
        pieces = fill(template, filling)  # also of those with faults, which are never sent
        words, sms = filled_text(pieces), filled_sms(pieces)
        assert "49" not in words + sms
        tags = Tags()
        tags.feed(str(filled_html(pieces)))
        assert not tags.opened
        written += not template.faults
        if number % 200 == 0 or (not template.faults and written <= 30):
            one_whole_mail(plain, text, expected)
    assert written > many / 20


def one_whole_mail(plain, text, expected):
    message = with_text(plain, text)
    mail, sms = sent(message), sms_text(message, SENDER, NOW)
    assert mail.keys() == expected.keys()
    assert not mail.defects
    assert event_of(mail) == event_of(expected)
    assert not set("\x00\u202e\r") & set(sms + str(mail["Subject"]))


def test_a_text_that_cannot_be_read_leaves_the_default():
    message = letter(role="customer", language="en")
    assert (
        compose(with_text(message, "{nonsense}"), SENDER, NOW)["Subject"]
        == compose(message, SENDER, NOW)["Subject"]
    )
