"""What remains of an entry of the activity once somebody it names is erased: that it was done, and when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.text.addresses import folded, spellings


@dataclass(frozen=True, slots=True)
class UnnamedPerson:
    """Somebody who is erased: their addresses, names and entry on the staff, and what stands in their place.

    `accounts` are those that the identity provider had for them, by the subjects of entries.
    """

    emails: tuple[str, ...]
    names: tuple[str, ...]
    document: str
    called: str
    accounts: frozenset[str] = frozenset()

    def entry(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry without them; the values that told of them are withheld, and the fields stay named."""
        after = dict(said)
        if self._is_actor(str(said.get("actor", ""))):
            after["actor"] = self.called
        if self._is_named(str(said.get("subject", ""))):
            after["subject"] = ""
        is_theirs = said.get("subject") in self.accounts
        if "changes" in said:
            after["changes"] = [_withheld(one) if is_theirs else self._change(one) for one in said["changes"]]
        return after

    def _is_actor(self, actor: str) -> bool:
        return folded(actor) in map(folded, self.emails) if self.emails else actor in self.names

    def _change(self, change: list[Any]) -> list[Any]:
        document, field, *values = change
        if self.document and document == self.document:
            return _withheld(change)
        if document.startswith("staff/") and field == "name":  # somebody else may share a part of it
            return [document, field, *(None if one in self.names else one for one in values)]
        return [document, field, *map(self._without, values)]

    def _without(self, value: Any) -> Any:
        if isinstance(value, str):
            return None if self._is_named(value) else value
        if isinstance(value, list):
            kept = [self._without(one) for one in value]
            return [one for one, was in zip(kept, value, strict=True) if one is not None or was is None]
        if isinstance(value, dict):
            return {name: self._without(one) for name, one in value.items()}
        return value

    def _is_named(self, text: str) -> bool:
        addresses = (one for email in self.emails for one in spellings(email))
        return any(has_address(text, one) for one in addresses) or any(_has_name(text, one) for one in self.names)


def _withheld(change: list[Any]) -> list[Any]:
    document, field, *values = change
    return [document, field, *(None for _ in values)]


def has_address(text: str, address: str) -> bool:
    """Return whether an address stands in a text, and not as a part of another one."""
    whole = rf"(?<!\w)(?<!\w[.+-]){re.escape(address)}(?![.-]?\w)"
    return re.search(whole, text, re.IGNORECASE) is not None


def _has_name(text: str, name: str) -> bool:
    """Return whether a name stands in a text, and not as a part of another one, of a word or of an address.

    One of a single word may be a word of the language as well, such as will: its case counts.
    """
    whole = rf"(?<![\w@])(?<!\w-){re.escape(name)}(?!-?\w)(?![\w.+-]*@)"
    return re.search(whole, text, re.IGNORECASE if " " in name else 0) is not None


def told_of(document: str, field: str, entries: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return what entries tell that a field of a document was."""
    changes = (one for said in entries for one in said.get("changes", ()) if one[:2] == [document, field])
    return {value for one in changes for value in one[2:] if value and isinstance(value, str)}
