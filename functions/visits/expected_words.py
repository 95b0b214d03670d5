"""What somebody in the waiting room may expect, in words."""

from datetime import timedelta

from shared.domain.visits.expected import ExpectedWait
from shared.i18n import translator
from shared.i18n.formats import Formats


STEP = timedelta(minutes=5)
"""No estimate is better than this."""


def expectation(found: ExpectedWait | None, language: str) -> str:
    """Return it in the language of the page; empty where there is nothing to say."""
    texts = translator(language)
    if found is None or (found.ahead == 0 and found.wait > timedelta()):
        return ""
    if found.ahead == 0:
        return texts.gettext("You’re next.")
    about = -(-found.wait // STEP) * STEP
    before = texts.ngettext(
        "There’s %(num)s appointment before yours.", "There are %(num)s appointments before yours.", found.ahead
    )
    said = [
        before % {"num": found.ahead},
        texts.gettext("We expect about %(length)s; it can be shorter or longer.")
        % {"length": Formats(language, "UTC", texts).duration(about)},
    ]
    if found.runs_over:
        said.append(texts.gettext("An appointment before yours is taking longer than planned."))
    return " ".join(said)
