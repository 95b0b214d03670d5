"""The preview: a message about a sample appointment, as it would be with a text that is not saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import name

from functions.console.boundary import console_boundary
from functions.console.messages.editor import enter_text, text_form, unsaved
from functions.pages.render import html_page, render
from shared.delivery.mail.render import render as render_mail
from shared.delivery.mail.sender import Sender
from shared.delivery.mail.view import view_of
from shared.delivery.sms.wording import whole_sms
from shared.delivery.texts.sms import has_sms
from shared.domain.messages.segments import sms_size


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.messages.editor import EditedText

# Mails have their styles in themselves. Nothing runs in the frame, and nothing leaves it.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
SCHEME = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
LINK = re.compile(r"(<a\b[^<>]*?) href=")
BODY = re.compile(r"<body[^<>]*>")


class SmsView(NamedTuple):
    """An SMS, how many segments it takes, and the letters that make these short."""

    text: str
    size: str
    outside: str


@console_boundary
async def messages_preview(req: func.HttpRequest) -> func.HttpResponse:
    """Show the message of the form that was sent; by GET, of what is stored. Only our own pages may frame it."""
    text = await enter_text(req)
    page, form = text.page, text_form(text)
    settings = page.app.settings
    sender = Sender(settings.mail_from, settings.public_url, settings.mail_domain)
    message = text.message(unsaved(text, form), page.form.get("view-sample") or req.params.get("sample", ""))
    view = view_of(message, sender, page.now)
    scheme = page.form.get("view-scheme") or req.params.get("scheme", "")
    shown: dict[str, Any] = {
        "subject": view.subject,
        "lang": view.language,
        "sms": _sms(text, whole_sms(message, sender, page.now) if has_sms(message) else ""),
        "is_dark": scheme == "dark",
    }
    above = render("console/messages/preview.html", page.visitor, page.business, **shown)
    response = html_page(_shown(render_mail("letter.html", view), above, scheme), page.visitor)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _shown(mail: str, above: str, scheme: str) -> str:
    """Return a mail for the frame: by one brightness, and with links that lead nowhere."""
    if scheme in ("light", "dark"):
        mail = SCHEME.sub("@media all" if scheme == "dark" else "@media not all", mail)
        mail = mail.replace('content="light dark"', f'content="{scheme}"')
    mail = LINK.sub(r"\1 data-to=", mail)
    return BODY.sub(lambda found: found[0] + above, mail, count=1)


def _sms(text: EditedText, sms: str) -> SmsView | None:
    if not sms:
        return None
    size, texts = sms_size(sms), text.page.texts
    segments = texts.ngettext("%(num)s segment", "%(num)s segments", size.segments) % {"num": size.segments}
    left = texts.ngettext("%(num)s character left", "%(num)s characters left", size.left) % {"num": size.left}
    return SmsView(sms, f"{segments}, {left}", _alphabet(size.outside, text))


def _alphabet(outside: str, text: EditedText) -> str:
    """Return what makes the segments of an SMS short: Cyrillic, or the letters themselves; empty for nothing."""
    if any(name(letter, "").startswith("CYRILLIC") for letter in outside):
        return text.page.texts.gettext("Cyrillic")
    return " ".join(outside)
