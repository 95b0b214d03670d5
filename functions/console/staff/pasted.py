"""Reads people from a pasted text: addresses of a mail program, lines with roles, or a table with headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.spreadsheets.customer_columns import read_columns
from functions.spreadsheets.customer_file import read_records
from functions.spreadsheets.role_words import ROLE_HEADING, role_called
from shared.domain.text.pasted import plain_address, plain_line


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from functions.spreadsheets.customer_columns import Column
    from functions.spreadsheets.customer_file import Record
    from shared.domain.calendar.business import Role

MOST_LINES = 1000
LONGEST_LINE = 600
# Possessive repeats (++, *+) do not backtrack, so that no line takes long to match; an address begins a word.
ADDRESS = re.compile(r"(?<![^\s<>\[\]()\",;|@])[^\s<>\[\]()\",;|@]++@[^\s<>\[\]()\",;|]+")
PARTS = re.compile(r'((?:"[^"]*+"|<[^>]*+>|[^";,|\t<]++)*+)(?:[;,|\t]|$)')
OUTLOOK = re.compile(r'((?:"[^"]*+"|<[^>]*+>|[^";<]++)*+)(?:;|$)')
FAMILY_FIRST = re.compile(r"([^,]+), *([^,]+)")
AROUND = "<>[]()\"' \t"


@dataclass(frozen=True, slots=True)
class PastedPerson:
    """A person as a text was understood. `line` is what to correct; `said` is a role that is unknown."""

    line: str
    name: str
    email: str
    role: Role | None
    said: str = ""


def read_people(text: str) -> list[PastedPerson]:
    """Return the people of a text: of a table with headings, else as `read_lines`."""
    if heading := _heading(text):
        lines = text.splitlines()
        return [
            _of_record(heading, one) if not one.wrong else _made(plain_line(lines[one.line - 1]), "", "", "")
            for one in _records(text)[1:]
        ]
    return read_lines(text.splitlines())


def read_lines(lines: Sequence[str]) -> list[PastedPerson]:
    """Return a person for each line, or for each address of a line; empty lines are left out."""
    return [_person(entry) for line in lines for entry in _entries(plain_line(line))]


def _records(text: str) -> list[Record]:
    return list(read_records(text, _score))


def _score(heading: Record) -> tuple[int, int]:
    return sum(_role_of(one) != "" for one in read_columns(heading.cells)), len(heading.cells)


def _heading(text: str) -> Sequence[Column]:
    """Return the columns of a table; none if the first line names no column of addresses."""
    first = text.lstrip().partition("\n")[0]
    if not first or "@" in first or len(first) > LONGEST_LINE:
        return ()
    columns = read_columns(next(read_records(text.lstrip(), _score)).cells)
    return columns if any(one.role == "email" for one in columns) else ()


def _role_of(column: Column) -> str:
    return "staff role" if ROLE_HEADING.fullmatch(column.heading.strip()) else column.role


def _of_record(columns: Sequence[Column], record: Record) -> PastedPerson:
    """Return the person of a line of a table."""
    cells: dict[str, list[str]] = {}
    for column, cell in zip(columns, record.cells, strict=False):
        if text := plain_line(cell):
            cells.setdefault(_role_of(column), []).append(text)
    names = cells.get("full", []) or [one for part in ("first", "middle", "last") for one in cells.get(part, [])]
    email, said = " ".join(cells.get("email", [])[:1]), " ".join(cells.get("staff role", []))
    name = " ".join(names)
    line = ", ".join(filter(None, [f'"{name}" <{email}>' if name else email, said]))
    return _made(line, name, email, said)


def _entries(line: str) -> Iterator[str]:
    """Yield the parts of a line that are about one person each: a list of a mail program has several."""
    if len(ADDRESS.findall(line)) < 2:
        if line:
            yield line[:LONGEST_LINE]
        return
    entries: list[str] = []
    waiting: list[str] = []  # parts of the next one's name, as in "Lovelace, Ada <ada@example.com>"
    for part in _parts(line, OUTLOOK if ";" in line else PARTS):
        if entries and not waiting and role_called(part):
            entries[-1] += f", {part}"
            continue
        waiting.append(part)
        if ADDRESS.search(part):
            entries.append(", ".join(waiting))
            waiting = []
    yield from (one[:LONGEST_LINE] for one in (*entries, ", ".join(waiting)) if one)


def _parts(line: str, pattern: re.Pattern[str]) -> list[str]:
    """Return what stands between separators outside quotation marks and angle brackets."""
    found, at = [], 0
    while at < len(line):
        match = pattern.match(line, at)
        found.append((match[1] if match else line[at:]).strip())
        at = match.end() if match else len(line)
    return list(filter(None, found))


def _person(entry: str) -> PastedPerson:
    """Return the person of one entry: the name stands before or around the address, a role after it."""
    before: list[str] = []
    email, after = "", list[str]()
    is_bracketed = "<" in entry
    for part in _parts(entry, PARTS):
        match = None if email else ADDRESS.search(part)
        if match:
            email = plain_address(match[0])
            name, rest = part[: match.start()].strip(AROUND), part[match.end() :].strip(AROUND)
            before += [name] if name else []
            after += [rest] if rest else []
        else:
            (after if email else before).append(part.strip(AROUND))
    name = (", " if is_bracketed else " ").join(before)
    return _made(entry, name, email, ", ".join(filter(None, after)))


def _made(line: str, name: str, email: str, said: str) -> PastedPerson:
    role = role_called(said) if said else None
    if family := FAMILY_FIRST.fullmatch(name):
        name = f"{family[2]} {family[1]}"
    return PastedPerson(line, name or _name_in(email), email, role, "" if role else said)


def _name_in(email: str) -> str:
    """Return a name made of an address without one: ada.lovelace@example.com is Ada Lovelace."""
    words = re.split(r"[._+-]+", email.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word)
