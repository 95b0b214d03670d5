"""A link on a page, with its label."""

from __future__ import annotations

from typing import NamedTuple


class NavLink(NamedTuple):
    label: str
    href: str
    note: str = ""
    id: str = ""
