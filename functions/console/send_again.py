"""The page for a form that came without a valid session, or to a busy server: it keeps what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from functions.auth.session import FIELD, form_token, site_of
from functions.console.forms.sent import MOST_FIELDS
from functions.http.boundary import status_of, target_of
from functions.http.problems import FormExpired, SignInTooOld, Unauthenticated
from functions.pages.render import page
from shared.domain.errors import TryAgain


if TYPE_CHECKING:
    import azure.functions as func

    from functions.pages.visitor import Visitor
    from shared.domain.errors import Refusal

FORM = "application/x-www-form-urlencoded"
LARGEST_KEPT = 1_000_000  # bytes


def send_again(req: func.HttpRequest, refusal: Refusal, visitor: Visitor) -> func.HttpResponse | None:
    """Return the page, or None where there is nothing to keep.

    A form of another site is never kept: it would make people send what they have not typed.
    """
    typed = _typed(req) if isinstance(refusal, Unauthenticated | FormExpired | TryAgain) else []
    if not typed or site_of(req) != "own":
        return None
    is_again = isinstance(refusal, SignInTooOld)
    again = {"again": "1"} if is_again else {}
    return page(
        "console/send_again.html",
        visitor,
        None,
        status_of(refusal),
        typed=typed,
        action=target_of(req),
        form_token=form_token(req),
        is_again=is_again,
        is_busy=isinstance(refusal, TryAgain),
        sign_in=visitor.link("console", "sign-in", **again) if isinstance(refusal, Unauthenticated) else "",
    )


def _typed(req: func.HttpRequest) -> list[tuple[str, str]]:
    """Return what was submitted, except for the token of the session that it came from."""
    kind, body = str(req.headers.get("content-type", "")), req.get_body()
    if req.method != "POST" or not kind.startswith(FORM) or len(body) > LARGEST_KEPT:
        return []
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return []
    return [(name, value) for name, value in pairs if name != FIELD]
