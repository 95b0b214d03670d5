"""How many segments an SMS takes: carriers bill each, and one letter outside GSM-7 makes all of them short."""

from typing import Literal, NamedTuple


BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two places
ONE_GSM, PART_GSM = 160, 153
ONE_UNICODE, PART_UNICODE = 70, 67  # in units of UTF-16

SmsAlphabet = Literal["gsm", "unicode"]


class SmsSize(NamedTuple):
    """How long an SMS is: in `units` of its alphabet, in segments, and the units left in the last of these.

    `outside` are the first letters that are not in GSM-7, in the order of the text.
    """

    alphabet: SmsAlphabet
    units: int
    segments: int
    left: int
    outside: str = ""


def sms_size(text: str) -> SmsSize:
    """Return the size of a text as an SMS."""
    outside = "".join(dict.fromkeys(one for one in text if one not in BASIC and one not in EXTENDED))[:5]
    if outside:
        units = [2 if one > "\uffff" else 1 for one in text]
        return _size("unicode", units, ONE_UNICODE, PART_UNICODE, outside)
    return _size("gsm", [2 if one in EXTENDED else 1 for one in text], ONE_GSM, PART_GSM)


def _size(alphabet: SmsAlphabet, units: list[int], whole: int, part: int, outside: str = "") -> SmsSize:
    total = sum(units)
    if total <= whole:
        return SmsSize(alphabet, total, 1 if total else 0, whole - total, outside)
    segments, used = 1, 0
    for one in units:  # a letter of two units is never cut in two
        if used + one > part:
            segments, used = segments + 1, 0
        used += one
    return SmsSize(alphabet, total, segments, part - used, outside)
