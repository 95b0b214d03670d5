"""Checks a line that names people: an address, a domain, a group or role, or an account of the provider."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.domain.access.organisation import EVERYBODY
from shared.domain.text.pasted import plain_address, plain_line
from shared.use_cases.booking.check_form import is_email


if TYPE_CHECKING:
    from gettext import NullTranslations

GROUP = re.compile(r"(group|role):\S.*")
ACCOUNT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|https://\S+#\S+", re.IGNORECASE)
"""A subject: an object id of Entra, or the issuer and the subject of another provider."""


def plain_name(line: str) -> str:
    """Return a line as it is compared: an address without what surrounds it."""
    return plain_address(line) if "@" in line and not line.startswith(("group:", "role:")) else plain_line(line)


def is_domain(line: str) -> bool:
    """Return whether a line is a domain such as @example.org."""
    return line.startswith("@") and is_email(f"a{line}")


def person_problem(line: str, texts: NullTranslations) -> str:
    """Return why a line names no person one by one; empty if it does."""
    _ = texts.gettext
    if line == EVERYBODY or line.startswith("@"):
        return _("“%(entry)s” stands for many people: name each administrator") % {"entry": line}
    return name_problem(line, texts)


def name_problem(line: str, texts: NullTranslations) -> str:
    """Return why a line names nobody; empty if it does."""
    _ = texts.gettext
    if line == EVERYBODY or is_domain(line) or GROUP.fullmatch(line) or ACCOUNT.fullmatch(line):
        return ""
    if line.startswith("@"):
        return _("“%(entry)s” isn’t a domain such as @example.com") % {"entry": line}
    if "@" in line:
        wrong = _("“%(entry)s” isn’t an email address such as name@example.com") % {"entry": line}
        return "" if is_email(line) else wrong
    return _("“%(entry)s” names no one: enter an email address, @domain or group:NAME") % {"entry": line}


def sender_problem(line: str, texts: NullTranslations) -> str:
    """Return why mail cannot be sent as a line; empty if it can."""
    said = texts.gettext("“%(entry)s” isn’t an email address or a domain such as @example.com")
    return "" if is_domain(line) or is_email(line) else said % {"entry": line}
