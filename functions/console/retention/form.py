"""What the forms of retention share: how long each class is kept, a legal hold, and what would be erased now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.forms.fields import ON, Choice, Field, Group, Option, Tick
from functions.console.forms.problems import WrongFields
from shared.domain.personal_data.retention import CLASSES, LONGEST_DAYS, Retention
from shared.i18n.marked import marked
from shared.presentation.periods import kept_for


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

    from shared.domain.personal_data.retention import RetentionClass
    from shared.i18n.formats import Formats
    from shared.use_cases.personal_data.count_expired import Expired

DAYS = (30, 90, 180, 365, 730, 1095, 1825, 2190, 3650, 0)
LABELS: Mapping[RetentionClass, tuple[str, str]] = {
    "appointments": (
        marked("Customers and their appointments"),
        marked("Then only the time and the service of an appointment stay, and customers without any are erased."),
    ),
    "answers": (marked("Answers and notes"), marked("What customers answered and wrote when they booked.")),
    "messages": (
        marked("Messages"),
        marked("What was written in the waiting room, and which emails were sent or failed."),
    ),
    "facts": (marked("Visits for reports"), marked("How long people waited and met, without names.")),
    "audit": (marked("Activity"), marked("Who changed or looked at what.")),
}


class WouldErase(NamedTuple):
    """One line of what a retention would erase now."""

    what: str
    text: str


def retention_group(texts: NullTranslations, stored: Retention, intro: str = "") -> Group:
    """Return the periods as fields; what is stored is among the options, whatever it is."""
    _ = texts.gettext
    fields = tuple(
        Choice(
            name=name,
            label=_(LABELS[name][0]),
            hint=_(LABELS[name][1]),
            options=tuple(
                Option(str(days), kept_for(texts, days))
                for days in sorted({*DAYS, stored.days(name)}, key=lambda days: days or LONGEST_DAYS + 1)
            ),
            width="medium",
        )
        for name in CLASSES
    )
    return Group(id="periods", heading=_("How long it is kept"), intro=intro, fields=fields)


def hold_group(texts: NullTranslations, *, is_asked: bool) -> Group:
    """Return the reason for a legal hold and, once there is something to erase, the box that confirms it."""
    _ = texts.gettext
    hold = Field(
        name="legal_hold",
        label=_("Legal hold"),
        hint=_(
            "Say why, for example the case number. As long as something is entered here, nothing is erased, "
            "neither automatically nor by hand."
        ),
        longest=500,
        is_own=True,
    )
    sure = Tick(
        name="sure", label=_("Yes, erase what is older"), hint=_("It begins within an hour, and can’t be undone.")
    )
    return Group(id="hold", heading=_("Keeping and erasing"), fields=(hold, *((sure,) if is_asked else ())))


def retention_in(values: Mapping[str, str]) -> Retention:
    """Return the periods of a form."""
    return Retention(**{name: int(values[name]) for name in CLASSES})


def retention_values(retention: Retention) -> dict[str, str]:
    """Return what a form shows of periods."""
    return {name: str(retention.days(name)) for name in CLASSES}


def require_sure(values: Mapping[str, str], *, is_less: bool, texts: NullTranslations) -> None:
    """Raise WrongFields if periods become shorter and that was not confirmed."""
    if is_less and values.get("sure") != ON:
        raise WrongFields({"sure": texts.gettext("Select this box to erase what is older")})


def is_shorter(after: Retention, before: Retention) -> bool:
    """Return whether anything would be erased earlier than before."""
    lasting = [[one.days(name) or LONGEST_DAYS + 1 for one in (after, before)] for name in CLASSES]
    return any(now < was for now, was in lasting)


def would_erase(
    found: Mapping[RetentionClass, Expired], formats: Formats, texts: NullTranslations
) -> Sequence[WouldErase]:
    """Return the lines that say what would be erased now, of which class and from before which day."""
    return [
        WouldErase(texts.gettext(LABELS[name][0]), _line(name, one, formats, texts)) for name, one in found.items()
    ]


def _line(name: RetentionClass, one: Expired, formats: Formats, texts: NullTranslations) -> str:
    said: dict[str, Any] = {
        "num": formats.number(one.number),
        "day": formats.full_day(formats.local(one.before).date()),
    }
    if name == "facts":
        text = texts.ngettext("%(num)s visit before %(day)s", "%(num)s visits before %(day)s", one.number)
    elif name == "audit":
        text = texts.ngettext("%(num)s entry before %(day)s", "%(num)s entries before %(day)s", one.number)
    else:
        text = texts.ngettext(
            "%(num)s appointment before %(day)s", "%(num)s appointments before %(day)s", one.number
        )
    line = text % said
    return texts.gettext("%(line)s, or more") % {"line": line} if one.has_more else line
