"""The refusal to write what a newer version has written: during an update, and after one was taken back."""

import logging

from shared.domain.errors import TryAgain
from shared.records.calendars import SCHEMA


log = logging.getLogger("openslot")


def require_known(business: str, schema: int) -> None:
    """Raise TryAgain for a calendar whose rows may mean something else by now: never guess what they mean."""
    if schema > SCHEMA:
        log.error("not written: calendar %s has schema %s, and this version knows %s", business, schema, SCHEMA)
        raise TryAgain
