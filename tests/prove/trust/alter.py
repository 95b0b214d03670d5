"""Alters tokens and form fields, in all the ways that somebody may try."""

from __future__ import annotations

import string
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

ALPHABET = string.ascii_letters + string.digits + "-_.~="
NASTY = (
    *("", " ", "0", "-1", "null", "true", "[]", "{}", "\x00", "\x07", "..", "../..", "%00", "%2e%2e", "é", "١"),
    *("' or 1 eq 1", "<script>", "{{7*7}}", "${x}", "\u202e", "\u200b", "\ufeff", "\r\nX: y", "😀", "a|b", "A|x"),
    *("9" * 400, "1e999", "NaN", "0x10", "1,5", "24:00", "23:59", "99:99", "-00:01", "12:60", "noon"),
    *("2027-01-12", "2027-02-30", "0001-01-01", "9999-12-31", "2027-01-12T10:00:00Z", "2027-01-12T10:00"),
    *("9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+23:59", "2027-W01-1", "01/02/2027"),
    *("claire", "clinic", "biz0clinic", "aaa", "nobody", "group:x", "@x.example", "*", "a@b", "a@b.example" * 40),
    *("javascript:alert(1)", "http://127.0.0.1/", "https://[::1", "https://x.example:99999/", "//x", "file:///"),
    *("Europe/Paris", "Mars/Base", "UTC", "en", "xx", "x" * 20_000, "\n".join(["x"] * 3000), "ａ", "ß", "\udc80"),
)


def altered(token: str, others: Sequence[str], dice: Random) -> str:
    """Return a token that is not the given one: changed in a place or two, cut, joined of two, or invented."""
    while True:
        made = dice.choice(WAYS)(token, dice.choice(others), dice)
        if made != token:
            return made


def _changed(token: str, _: str, dice: Random) -> str:
    letters = list(token)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        letters[dice.randrange(len(letters))] = dice.choice(ALPHABET)
    return "".join(letters)


def _cut(token: str, _: str, dice: Random) -> str:
    at = dice.randrange(len(token))
    return dice.choice((token[:at], token[at:], token[:at] + token[at + 1 :]))


def _grown(token: str, _: str, dice: Random) -> str:
    at = dice.randrange(len(token) + 1)
    return token[:at] + dice.choice((*ALPHABET, "\n", " ", "%3D", token)) + token[at:]


def _crossed(token: str, other: str, _: Random) -> str:
    """The text of one with the signature of another."""
    return f"{token.partition('.')[0]}.{other.partition('.')[2]}"


def _case(token: str, _: str, dice: Random) -> str:
    at = dice.randrange(len(token))
    return token[:at] + token[at].swapcase() + token[at + 1 :]


def _invented(token: str, _: str, dice: Random) -> str:
    """Its text again, signed by somebody without the secret."""
    return f"{token.partition('.')[0]}.{urlsafe_b64encode(dice.randbytes(16)).decode().rstrip('=')}"


WAYS: tuple[Callable[[str, str, Random], str], ...] = (_changed, _cut, _grown, _crossed, _case, _invented)


def mutated(fields: Sequence[tuple[str, str]], dice: Random) -> list[tuple[str, str]]:
    """Return a form's fields with one to four of them altered, left out, twice, or under other names."""
    made = list(fields)
    for _ in range(dice.choice((1, 1, 2, 4))):
        at = dice.randrange(len(made)) if made else 0
        name, value = made[at] if made else ("name", "")
        text = dice.choice((_text(dice), dice.choice(NASTY), dice.choice(NASTY), value + dice.choice(NASTY)))
        match dice.randrange(8):
            case 0:
                made = [one for place, one in enumerate(made) if place != at]
            case 1:
                made.append((name, text))
            case 2:
                made.append((_text(dice)[:20], text))
            case 3:
                made[at : at + 1] = [(name + dice.choice(("-0", "[]", "x", "-to")), text)]
            case _:
                made[at : at + 1] = [(name, text)]
    return made


def _text(dice: Random) -> str:
    return "".join(chr(dice.choice((dice.randrange(32, 127), dice.randrange(0x20, 0x2FF)))) for _ in range(12))
