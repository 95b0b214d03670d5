"""Whether an event in a person's own calendar keeps them from being booked."""

from typing import Literal


EventStanding = Literal["free", "tentative", "busy"]
AT_LIBERTY = ("FREE", "WORKINGELSEWHERE")


def standing_of(
    *, status: str = "", transparency: str = "", microsoft: str = "", answer: str = ""
) -> EventStanding:
    """Return how an event counts, by values in capitals as iCalendar has them.

    `microsoft` is X-MICROSOFT-CDO-BUSYSTATUS, and `answer` the person's own PARTSTAT. What nobody says is busy:
    an opaque event without a status, and one that the person has not answered yet.
    """
    if status == "CANCELLED" or answer == "DECLINED" or transparency == "TRANSPARENT" or microsoft in AT_LIBERTY:
        return "free"
    if "TENTATIVE" in (status, microsoft, answer):
        return "tentative"
    return "busy"
