"""A CSV file from a spreadsheet or an address book: its encoding, its separator, and its records."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from functions.http.problems import BadRequest


LARGEST_FILE = 2 * 1024 * 1024
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ",;\t|"
SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n"])"?[ \t]*(?:\r\n?|\n|$)', re.IGNORECASE)  # Excel's own
# Possessive repeats (++, *+) do not backtrack: a quote that is never closed costs linear time.
QUOTED = re.compile(r' *"((?:[^"]++|"")*+)" *')
LINE_END = re.compile(r"\r\n?|\n")
FORMULA = re.compile(r'="(.*)"', re.DOTALL)  # how files keep digits as text in a spreadsheet
WORD = re.compile(rb"[A-Za-z\xa8\xb8\xc0-\xff]+")
UNDOUBLED = 'a quote (") within a quoted cell is to be doubled ("")'
UNCLOSED = 'a quote (") is opened and never closed'
CONTINUATION = "may be the rest of the line with the wrong quote above"
WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record and the line where it begins; `wrong` says why it cannot be read."""

    line: int
    cells: tuple[str, ...] = ()
    wrong: str = ""


def read_text(data: bytes) -> str:
    """Return the text of a file. Raises BadRequest unless it is in an encoding that spreadsheets write."""
    if data.startswith(WORKBOOK):
        raise BadRequest("The file is a workbook or an archive: save it as CSV.")
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)), "")
    try:
        if not encoding and b"\0" in data[:2]:
            encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("utf-8" if encoding else _code_page(data))
    except UnicodeDecodeError:
        raise BadRequest("The file is not text in UTF-8, UTF-16, Windows-1252 or Windows-1251.") from None


def _code_page(data: bytes) -> str:
    """Return the code page that Excel has used, by its non-ASCII words.

    Russian words consist of such letters only; in French or Portuguese words they are few.
    """
    words = [word for word in WORD.findall(data) if len(word) > 1 and not word.isascii()]
    mixed = sum(any(letter < 0x80 for letter in word) for word in words)
    is_russian, is_of_a_mac = 2 * mixed < len(words), b"\r" in data and b"\n" not in data  # "CSV (Macintosh)"
    if is_of_a_mac:
        return "mac_cyrillic" if is_russian else "mac_roman"
    return "cp1251" if is_russian else "cp1252"


def read_records(text: str, score: Callable[[Record], tuple[int, int]]) -> Iterator[Record]:
    """Yield the heading and all records; the separator is the one with which the heading has the best score.

    A record with a quote that is not closed, or closed too early, ends with its line, so that the following lines
    can still be read.
    """
    start, line = 0, 1
    if named := SEPARATOR_LINE.match(text):
        start, line = named.end(), 2
    candidates = named[1] if named else SEPARATORS
    separator = max(candidates, key=lambda one: score(next(_records(text, start, line, one), Record(line))))
    return _records(text, start, line, separator)


def _records(text: str, position: int, line: int, separator: str) -> Iterator[Record]:
    plain = re.compile(rf"[^{re.escape(separator)}\r\n]*")
    doubtful, width = 0, 0  # up to this line, a record may be the rest of a broken one
    while position < len(text):
        cells, end, wrong = _cells(text, position, separator, plain)
        lines = len(LINE_END.findall(text, position, end))
        if wrong:
            doubtful = max(doubtful, line + lines)
            yield Record(line, wrong=wrong)
            position, line = _next_line(text, position), line + 1
            continue
        if any(cells):
            width = width or len(cells)
            is_whole = line > doubtful or len(cells) == width
            yield Record(line, cells) if is_whole else Record(line, wrong=CONTINUATION)
        position, line = _next_line(text, end), line + lines + 1


def _next_line(text: str, position: int) -> int:
    found = LINE_END.search(text, position)
    return found.end() if found else len(text)


def _cells(text: str, position: int, separator: str, plain: re.Pattern[str]) -> tuple[tuple[str, ...], int, str]:
    """Return the cells of the record that begins here, its end, and what is wrong with it."""
    cells: list[str] = []
    while True:
        if quoted := QUOTED.match(text, position):
            cell, position = quoted[1].replace('""', '"'), quoted.end()
            if position < len(text) and text[position] not in f"{separator}\r\n":
                return (), position, UNDOUBLED
        elif (found := plain.match(text, position)) and not found[0].lstrip(" ").startswith('"'):
            cell, position = found[0], found.end()
        else:
            return (), len(text), UNCLOSED
        cells.append(FORMULA.sub(r"\1", cell.strip()))
        if text[position : position + 1] != separator:
            return tuple(cells), position, ""
        position += 1
