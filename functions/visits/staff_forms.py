"""What staff are asked before they change an appointment by the link in their mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor


class StaffForm(NamedTuple):
    """A question with one button that does it, at `path`; `message` labels the field of a message."""

    path: str
    heading: str
    submit: str
    keep: str
    text: str = ""
    message: str = ""
    is_danger: bool = False


def cancelling(visitor: Visitor) -> StaffForm:
    """Return the question whether to cancel."""
    _ = visitor.texts.gettext
    return StaffForm(
        "cancel",
        _("Cancel this appointment?"),
        _("Cancel appointment"),
        _("Keep appointment"),
        message=_("Message to everyone"),
        is_danger=True,
    )


def confirming(visitor: Visitor) -> StaffForm:
    """Return the question whether it can take place."""
    _ = visitor.texts.gettext
    return StaffForm(
        "confirm",
        _("Can this appointment take place?"),
        _("Confirm appointment"),
        _("Not yet"),
        _("Your own calendar couldn’t be read when it was booked. The customer will get a confirmation."),
    )


def handing_back(visitor: Visitor) -> StaffForm:
    """Return the question why somebody else is to serve it."""
    _ = visitor.texts.gettext
    return StaffForm(
        "hand-back",
        _("Ask for someone else to take this appointment?"),
        _("Ask for reassignment"),
        _("Keep appointment"),
        _("The calendar’s schedulers decide. Until then it stays with you."),
        _("Why"),
    )
