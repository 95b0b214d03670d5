"""What a use case works with, whatever it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple


if TYPE_CHECKING:
    from datetime import datetime

    from shared.use_cases.ports import Store


class Context(NamedTuple):
    """Where things are stored, the secrets that sign and name, and the moment of the request, read once."""

    store: Store
    secret: str
    now: datetime
