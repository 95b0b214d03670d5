"""Who wants no more SMS: one list for all calendars, of numbers that only a hash names."""

from base64 import b32encode
from datetime import datetime
from hmac import compare_digest

from shared.domain.links import digest
from shared.domain.model import Model
from shared.domain.secrets import naming
from shared.records.codec import dump, load
from shared.records.organisation import OPTED_OUT, ORGANISATION
from shared.records.table import Operation, Stale
from shared.use_cases.ports import Store


TRIES = 5
By = str  # "answer", "link", "provider", or the member of staff who noted it


class OptOut(Model):
    """Whether a number is opted out, since when and by what; `seen` are the last messages that said so."""

    is_out: bool
    at: datetime
    by: By
    seen: tuple[str, ...] = ()


MOST_SEEN = 20


LONGEST_CODE, CHECKED = 12, 6  # characters of a number's name, and of what shows that a link with it is ours


def code_of(secret: str, number: str) -> str:
    """Return the name of a number in E.164 in the list, short enough for a link in an SMS."""
    return _short(secret, "sms", number)[:LONGEST_CODE]


def stop_token(secret: str, code: str) -> str:
    """Return what a link has that ends SMS to a number: its code, and a signature that nobody guesses."""
    return code + _short(secret, "sms link", code)[:CHECKED]


def read_stop_token(secret: str, token: str) -> str:
    """Return the code of a link's token; empty if no SMS had it, so that nothing is noted of invented ones."""
    code = token[:LONGEST_CODE]
    given, wanted = token.encode(), stop_token(secret, code).encode()
    return code if compare_digest(given, wanted) else ""


def _short(secret: str, *parts: str) -> str:
    return b32encode(digest(naming(secret), *parts)).decode().lower()


async def is_opted_out(code: str, *, store: Store) -> bool:
    """Return whether a number, by its code, wants no SMS. Raise Ambiguous."""
    found = await find_opt_out(code, store=store)
    return found is not None and found.is_out


async def find_opt_out(code: str, *, store: Store) -> OptOut | None:
    """Return what a number has last said; None if it never did. Raise Ambiguous."""
    row = await store.table.get(ORGANISATION, OPTED_OUT, code)
    return load(OptOut, row.values) if row else None


async def record_opt_out(
    code: str, *, is_out: bool, by: By, store: Store, now: datetime, message: str = ""
) -> bool:
    """Record that a number wants no SMS, or SMS again; return whether that is news.

    A `message` that was seen before changes nothing, so that an old START sent again undoes no later STOP.
    Raise Ambiguous, and Stale if others write all the time.
    """
    for _ in range(TRIES):
        row = await store.table.get(ORGANISATION, OPTED_OUT, code)
        before = load(OptOut, row.values) if row else OptOut(is_out=False, at=now, by="")
        if message and message in before.seen:
            return False
        seen = (*before.seen, message)[-MOST_SEEN:] if message else before.seen
        is_news = before.is_out != is_out
        after = (
            OptOut(is_out=is_out, at=now, by=by, seen=seen)
            if is_news
            else before.model_copy(update={"seen": seen})
        )
        write = (
            Operation("replace", code, dump(after), row.etag) if row else Operation("insert", code, dump(after))
        )
        try:
            await store.table.transact(ORGANISATION, OPTED_OUT, [write])
        except Stale:
            continue
        return is_news
    raise Stale(code)
