"""Forms as pages of the console send them."""

from functions.console.forms.sent import SentForm
from shared.i18n import translator


TEXTS = translator("en")


def typed(**values: str | list[str]) -> SentForm:
    """Return a form; `hours_0_from` stands for the control hours-0-from, and a list for a name that comes often."""
    pairs = [(name.replace("_", "-"), value) for name, value in values.items()]
    return SentForm(
        [(name, one) for name, value in pairs for one in (value if isinstance(value, list) else [value])]
    )
