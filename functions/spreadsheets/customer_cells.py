"""What the cells of a customer file say of one customer: several values in a cell, names in parts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from functions.spreadsheets.customer_columns import Column
from shared.domain.text.pasted import plain_address
from shared.use_cases.booking.check_form import is_email


MOST = 5000  # customers of one file
MOST_VALUES = 20  # telephone numbers or addresses of one customer
GOOGLES = " ::: "
# Repeats are bounded, so that no cell of a hostile file can take long to match.
SEVERAL = re.compile(r" ::: |[;,\n]\s{0,5}(?=[^\s;,<>]+@[^\s;,<>]+)|[;,/\n]\s{0,5}(?=\+?\(?\d(?:\D{0,3}\d){7})")
"""Where a cell holds several values: as Google writes them, or between mail addresses and telephone numbers."""
IDENTIFYING = {"full", "first", "last", "company", "email", "phone"}
EXPONENT = re.compile(r"\+?\d{1,20}(?:[.,]\d{1,20})?E\+?\d{1,3}", re.IGNORECASE)  # 3,3612E+10: digits are gone


def _texts(cell: str, role: str) -> list[str]:
    several = SEVERAL.split(cell) if role in ("email", "phone") else cell.split(GOOGLES)
    return [text.strip() for text in several]


@dataclass(frozen=True, slots=True)
class Cells:
    """One record by its columns."""

    pairs: list[tuple[Column, str]]

    def values(self, role: str) -> list[tuple[Column, str]]:
        """Return what the columns of a role hold, in order, each text once."""
        found: dict[str, Column] = {}
        for column, cell in self.pairs:
            for text in _texts(cell, role) if column.role == role else ():
                if text:
                    found.setdefault(text, column)
        return [(column, text) for text, column in found.items()]

    def first(self, role: str) -> str:
        """Return the first text of a role, empty if none."""
        return next((text for _, text in self.values(role)), "")

    @property
    def is_shortened(self) -> bool:
        """Whether a spreadsheet has written a telephone number in scientific notation, losing digits."""
        return any(column.role == "phone" and EXPONENT.fullmatch(cell) for column, cell in self.pairs)

    @property
    def email(self) -> str:
        """The mail address: of several, the first that is one."""
        emails = [plain_address(text) for _, text in self.values("email")]
        # Outlook writes accounts of Exchange (/o=…) where others have an address.
        return next(filter(is_email, emails), emails[0] if emails else "")

    @property
    def phones(self) -> list[tuple[Column, str]]:
        """The telephone numbers, with the columns that say of which kind they are."""
        return self.values("phone")[:MOST_VALUES]

    @property
    def notes(self) -> str:
        """The notes, those of several columns on lines of their own."""
        return "\n".join(text for _, text in self.values("notes"))

    @property
    def name(self) -> str:
        """The full name, or its parts joined; else the company, the address or the number."""
        parts = (self.first(role) for role in ("first", "middle", "last"))
        name = self.first("full") or " ".join(part for part in parts if part) or self.first("company")
        return name or self.email or (self.phones[0][1] if self.phones else "")

    def addresses(self) -> Iterator[dict[str, str]]:
        """Yield the postal addresses that have any text, assembled from their parts."""
        groups: dict[tuple[str, ...], dict[str, list[str]]] = {}
        for column, cell in self.pairs:
            if column.role == "address" and cell:
                groups.setdefault(column.group, {}).setdefault(column.part, []).append(cell)
        for parts in groups.values():
            if len(parts) > 1 and "city" in parts and "street" in parts:
                parts.pop("whole", None)  # the same address again, on one line
            streets = parts.pop("street", []) + parts.pop("whole", [])
            yield {"street": "\n".join(streets)} | {part: ", ".join(texts) for part, texts in parts.items()}
