"""Cleans pasted texts: removes the invisible marks that contacts, messengers and documents add.

An override of direction (U+202D, U+202E) within a text stays, so that later checks refuse it: it falsifies what is
shown.
"""

import re
import unicodedata
from typing import Annotated
from urllib.parse import unquote

from pydantic import AfterValidator, Field

from shared.domain.text.mail_domain import in_letters


LONGEST_SENT, LONGEST_SENT_LINE = 16_000, 4000  # before cleaning; longer texts are left as they are
LONGEST_PASTED = 500  # longer texts are not examined: numbers and addresses are shorter
USELESS = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))
"""Soft hyphens, zero-width spaces, embeddings and isolates: without them a text reads the same."""
EDGES = "\u034f\u061c\u180e\u200c\u200d\u200e\u200f\u202d\u2061\u2062\u2063\u2064" + "".join(
    character for character in map(chr, range(0x3001)) if character.isspace()
)
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))
NARROW = {
    ord(space): " "
    for space in "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
}
FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
OVERRIDE = "\u202e"

PHONE = re.compile(r"(?=(\D*\d){5})\+?[0-9 ()./-]{5,40}( ext\. [0-9]{1,7})?")
SCHEME = re.compile(r"(tel|callto|sms):", re.IGNORECASE)
LABEL = re.compile(
    r"(t[eé]l([eé](phone|fone))?|phone|fone|celular|mob(ile)?|cell|gsm|whatsapp|тел(ефон)?|моб|[tmp](?=:))"
    r"[.: ]*(?=[+(\d])",
    re.IGNORECASE,
)
EXTENSION = re.compile(
    r"(?<! ) *(?:\( *)?"
    r"(?:;ext=|(?:[,;] *)?(?:ext(?:ension|n)?|poste|доб(?:авочный)?|ramal)[.: ]*|[xх] *|# *|(?<![,;])[,;]+ *)"
    r"(\d{1,7})#?\)?",
    re.IGNORECASE,
)
AROUND = " '\"☎☏✆📞📱\ufe0e\ufe0f"  # found beside numbers, no part of them
SIGNS = str.maketrans(
    "−ー˗·•‧∙⁄∕", "---....//"
)  # minus signs, middle dots and slashes that stand for a dash, dot, slash
IN_BRACKETS = re.compile(r"\((\+\d{1,3})\)")
TRUNK_ZERO = re.compile(r"^((?:\+|00)[\d .-]*)\(0\)")

NAMED_ADDRESS = re.compile(r"[^<>\[\]]*[<\[]([^<>\[\]\s]+)[>\]]")
QUOTED = re.compile(r"""["'“”„«‘’(][ ]*([^\s"'“”„«»‘’()<>]+@[^\s"'“”„«»‘’()<>]+)[ ]*["'“”»‘’)]""")
MAILTO = re.compile(r"mailto:([^?]*)(\?.*)?", re.IGNORECASE | re.DOTALL)


def plain_text(text: str) -> str:
    """Return a text without invisible marks at its edges, and without useless ones inside."""
    return text.translate(USELESS).strip(EDGES)


def plain_line(text: str) -> str:
    """Return a text of one line, such as a name, with plain spaces."""
    return plain_text(text.translate(NARROW))


def plain_address(text: str) -> str:
    """Return the mail address in a pasted text: a link, quotation marks, "Name <ada@example.com>"."""
    plain = plain_line(text)
    if len(plain) > LONGEST_PASTED:
        return plain
    plain = plain.translate(FULL_WIDTH).rstrip(",; ")
    if quoted := QUOTED.fullmatch(plain):
        plain = quoted[1]
    plain = _without_link(plain)
    if named := NAMED_ADDRESS.fullmatch(plain):
        plain = _without_link(named[1])
    local, at, domain = plain.translate(MARKS).rpartition("@")
    return f"{local}{at}{in_letters(domain)}"


def _without_link(text: str) -> str:
    link = MAILTO.fullmatch(text)
    return plain_line(unquote(link[1])) if link else text


def plain_phone(text: str) -> str:
    """Return a telephone number in digits, spaces and ASCII's signs: "+33 1 23 45 67 89 ext. 12".

    A text that is not a number is returned as by `plain_line`.
    """
    line = plain_line(text)
    if len(line) > LONGEST_PASTED or OVERRIDE in line:
        return line
    number = _number(line)
    return number if PHONE.fullmatch(number) else line


def _number(line: str) -> str:
    if scheme := SCHEME.match(line):
        line = unquote(line[scheme.end() :])
    plain = "".join(map(_sign, unicodedata.normalize("NFC", line).translate(FULL_WIDTH)))
    plain = LABEL.sub("", plain.strip(AROUND).rstrip(",; "), count=1)
    number, extension = plain, ""
    for found in EXTENSION.finditer(plain):
        if found.end() == len(plain):
            number, extension = plain[: found.start()], f" ext. {found[1]}"
    number = TRUNK_ZERO.sub(r"\1", IN_BRACKETS.sub(r"\1", number, count=1))
    return " ".join(number.split()) + extension


def _sign(character: str) -> str:
    """Return the ASCII character for one of a telephone number: digits of any script, any dash or space."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character.isspace():
        return " "
    if category == "Pd":
        return "-"
    return "" if category == "Cf" else character.translate(SIGNS)


def dialled(phone: str) -> str:
    """Return a number as in a link that dials it (RFC 3966)."""
    number, _, extension = phone.partition(" ext. ")
    return "".join(number.split()) + (f";ext={extension}" if extension else "")


SentId = Annotated[str, Field(max_length=60)]
SentText = Annotated[str, Field(max_length=LONGEST_SENT)]
SentLine = Annotated[str, Field(max_length=LONGEST_SENT_LINE)]
PastedText = Annotated[SentText, AfterValidator(plain_text)]
PastedLine = Annotated[SentLine, AfterValidator(plain_line)]
PastedAddress = Annotated[SentLine, AfterValidator(plain_address)]
PastedPhone = Annotated[SentLine, AfterValidator(plain_phone)]
