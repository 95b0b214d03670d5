"""Why a person's own calendar cannot be read."""

from typing import Literal


Cause = Literal[
    "refused_address",  # it is not https, or leads into a network of ours
    "no_answer",
    "password_refused",
    "not_found",
    "server_error",
    "not_a_calendar",
    "too_large",
    "too_slow",
]


class CalendarUnreadable(Exception):
    """The source gave no busy times; what was read before still holds. `detail` is for the log alone."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        self.cause: Cause = cause
        super().__init__(f"{cause} {detail}".strip())
