"""A person's own calendar, outside: where it is, what was read of it last, and how long that has not worked."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from shared.domain.free_busy.failures import Cause
from shared.domain.model import Model


Kind = Literal["feed", "caldav", "graph"]
SILENT_TRIES = 3  # that may fail before anybody hears of it
SLOWEST = timedelta(minutes=30)


class ReadNote(Model):
    """A note of the last reading, as it is stored."""

    kind: str
    detail: str = ""


class OwnCalendar(Model):
    """One person's own calendar, for all calendars on whose staff their address is.

    `sealed` holds address and password, which only the reader of such calendars can open; `host` is what people
    are shown. `etag`, `modified` and `digest` are of the last text that was read, `asked` is what was asked for,
    and how. `far_at` is when all of it was read last, where the next two weeks are read more often. `read_at` is
    when it was last read.
    """

    person: str
    email: str
    kind: Kind
    sealed: str = Field(repr=False)
    host: str
    tentative_is_busy: bool = True
    connected_at: datetime
    next_at: datetime
    far_at: datetime | None = None
    read_at: datetime | None = None
    tried_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    cause: Cause | None = None
    etag: str = ""
    modified: str = ""
    digest: str = ""
    asked: str = ""
    told: tuple[int, ...] = ()  # the days of this failure on which mails were sent
    notes: tuple[ReadNote, ...] = ()
    passed_over: int = 0
    events: int = 0
    is_leaving: bool = False  # it was disconnected: what it blocks is freed, and then it goes
    applied: dict[str, str] = Field(default_factory=dict)  # a digest of what each entry's ledgers were given

    @property
    def is_failing(self) -> bool:
        """Return whether it is known to be unreadable, and not only for a moment."""
        return self.failures >= SILENT_TRIES

    def left(self, now: datetime) -> "OwnCalendar":
        """Return the state once it is disconnected: nobody can read it any more."""
        return self.model_copy(update={"is_leaving": True, "sealed": "", "host": "", "next_at": now})

    def failed(self, cause: Cause, now: datetime, every: timedelta) -> "OwnCalendar":
        """Return the state after a try that gave nothing: what was read before stays."""
        pause = min(every * 2 ** min(max(self.failures - SILENT_TRIES, 0), 6), max(SLOWEST, every))
        return self.model_copy(
            update={
                "cause": cause,
                "failures": self.failures + 1,
                "failing_since": self.failing_since or now,
                "tried_at": now,
                "next_at": now + pause,
            }
        )
