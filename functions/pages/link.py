"""A link of a page, with what it says."""

from __future__ import annotations

from typing import NamedTuple


class NavLink(NamedTuple):
    label: str
    href: str
    note: str = ""
    id: str = ""
