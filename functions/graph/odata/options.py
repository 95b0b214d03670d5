"""OData query options: which of a collection's items are returned, in what order, with which properties."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any, overload
from urllib.parse import quote, urlencode

from functions.graph.odata.filter import Filter, parse_filter, value_at
from functions.http.problems import BadRequest


PAGE = 100
MOST_ORDERS = 10
KNOWN = {"$select", "$filter", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$format"}
LONGEST = 2000  # characters of an option
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(/[A-Za-z][A-Za-z0-9]*)*")
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Options:
    """The options of one call. `top` is the size of a page here, and not of the whole result."""

    select: tuple[str, ...] = ()
    filter: Filter | None = None
    orderby: tuple[tuple[str, bool], ...] = ()
    top: int | None = None
    skip: int = 0
    skip_token: str = ""
    count: bool = False
    longest: int = PAGE

    @property
    def is_plain(self) -> bool:
        """Whether items come as they are stored, without filter, order, count or skip."""
        return self.filter is None and not self.orderby and not self.count and not self.skip

    @property
    def page(self) -> int:
        """How many items a page holds at most."""
        return self.longest if self.top is None else min(self.longest, self.top)

    def chosen(self, item: Item) -> Item:
        """Return the item with the selected properties; annotations are kept."""
        if not self.select:
            return item
        return {name: value for name, value in item.items() if "@" in name or name in self.select}


@dataclass(frozen=True)
class Shown:
    """A page of a collection: its items, where the next page starts or None, and the count if asked for."""

    items: Sequence[Item]
    next_skip: int | None = None
    count: int | None = None


def parse_options(params: Mapping[str, str]) -> Options:
    """Return the query options. Raises BadRequest for unknown ones, which would change the result."""
    given = {name.lower(): value for name, value in params.items() if name.startswith("$")}
    if unknown := sorted(given.keys() - KNOWN):
        raise BadRequest(f"The query option {unknown[0]} is not supported here.")
    if too_long := [name for name, value in given.items() if len(value) > LONGEST]:
        raise BadRequest(f"The query option {too_long[0]} is too long.")
    return Options(
        select=_names(given.get("$select", ""), "$select"),
        filter=parse_filter(given["$filter"]) if "$filter" in given else None,
        orderby=_orders(given.get("$orderby", "")),
        top=_number(given, "$top"),
        skip=_number(given, "$skip") or 0,
        skip_token=given.get("$skiptoken", ""),
        count=_flag(given),
    )


def _names(text: str, option: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in names:
        if not NAME.fullmatch(name) and name != "*":
            raise BadRequest(f"{option}: {name!r} is not a property.")
    return () if "*" in names else names


def _orders(text: str) -> tuple[tuple[str, bool], ...]:
    parts = [part for part in text.split(",") if part.strip()]
    if len(parts) > MOST_ORDERS:
        raise BadRequest(f"$orderby takes at most {MOST_ORDERS} properties.")
    return tuple(_order(part) for part in parts)


def _order(part: str) -> tuple[str, bool]:
    name, _, direction = part.strip().partition(" ")
    if not NAME.fullmatch(name) or direction.strip().lower() not in ("", "asc", "desc"):
        raise BadRequest(f"$orderby: {part.strip()!r} is not a property with asc or desc.")
    return name, direction.strip().lower() == "desc"


def _number(given: Mapping[str, str], option: str) -> int | None:
    text = given.get(option)
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,7}", text, re.ASCII):
        raise BadRequest(f"{option} is not a number.")
    return int(text)


def _flag(given: Mapping[str, str]) -> bool:
    text = given.get("$count", "false").lower()
    if text not in ("true", "false"):
        raise BadRequest("$count is true or false.")
    return text == "true"


class Written(Sequence[Item]):
    """Things converted to items when they are read, so that a page of a thousand costs no more than its items."""

    def __init__(self, things: Sequence[Any], write: Callable[[Any], Item]) -> None:
        self._things, self._write = things, write

    def __len__(self) -> int:
        return len(self._things)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if isinstance(index, slice):
            return [self._write(one) for one in self._things[index]]
        return self._write(self._things[index])


def show(items: Sequence[Item], options: Options) -> Shown:
    """Return the page that the options ask for. Raises BadRequest for $skiptoken, which does not apply here."""
    if options.skip_token:
        raise BadRequest("$skiptoken is not one of ours.")
    found = [item for item in items if options.filter(item)] if options.filter else items
    # sorting is stable: by the last property first, by the first property last
    for name, is_descending in reversed(options.orderby):
        found = sorted(found, key=cmp_to_key(_comparing(name)), reverse=is_descending)
    shown = found[options.skip : options.skip + options.page]
    end = options.skip + len(shown)
    return Shown(
        [options.chosen(item) for item in shown],
        end if shown and end < len(found) else None,
        len(found) if options.count else None,
    )


def _comparing(name: str) -> Callable[[Item, Item], int]:
    def compare(one: Item, other: Item) -> int:
        left, right = value_at(one, name), value_at(other, name)
        if left is None or right is None:
            return (left is not None) - (right is not None)
        if isinstance(left, str) and isinstance(right, str):
            left, right = left.casefold(), right.casefold()
        if type(left) is not type(right) or not isinstance(left, str | int | float):
            raise BadRequest(f"$orderby: {name} has no order.")
        return int(left > right) - int(left < right)

    return compare


def next_link(url: str, params: Mapping[str, str], **place: Any) -> str:
    """Return the URL of the next page: the same query from another place."""
    query = {name: value for name, value in params.items() if name.lower() not in ("$skip", "$skiptoken")}
    query |= {f"${name}": str(value) for name, value in place.items()}
    return f"{url}?{urlencode(query, quote_via=quote, safe='$')}"
