"""French sets high punctuation and its quotes apart, by spaces at which no line breaks."""

import re
from datetime import UTC, datetime

from babel.messages.pofile import read_po

from infra.local.demo.clinic import clinic
from shared.i18n import CATALOGUES


BREAKS = re.compile(r" [?!:;»]|« ")
NARROW = re.compile(r"\u202f:|\u00a0[?!;]")  # a colon stands apart by a full space, the others by a narrow one


def test_no_line_of_the_catalogue_breaks_before_a_question_mark():
    with (CATALOGUES / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        texts = [text for entry in read_po(file) if entry.id for text in _texts_of(entry.string)]
    assert len(texts) > 500
    assert [text for text in texts if BREAKS.search(text) or NARROW.search(text)] == []


def _texts_of(string) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


def test_nor_does_one_of_the_demo():
    calendar = clinic(datetime(2026, 11, 21, tzinfo=UTC), ()).calendar
    parts = [calendar.business, *calendar.services.values(), *calendar.questions.values()]
    texts = [text for part in parts for text in re.findall(r'"((?:[^"\\]|\\.)*)"', part.model_dump_json())]
    assert any("«" in text for text in texts)
    assert [text for text in texts if BREAKS.search(text)] == []
