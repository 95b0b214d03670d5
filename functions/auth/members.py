"""Whether a visitor of a public page is a member whom the page serves; only some calendars ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wiring import services


if TYPE_CHECKING:
    import azure.functions as func

    from shared.domain.access.permissions import Caller
    from shared.domain.text.addresses import Names


async def is_member(req: func.HttpRequest) -> bool:
    """Return whether the visitor is a member, by the console's session or by a token.

    Costs nothing for visitors without either. No CSRF token is needed: nothing is done in the member's name.
    Raises Forbidden for a member whom the page's audience does not include: signing in again would not help.
    """
    if not (req.headers.get("authorization") or req.headers.get("cookie")):
        return False
    from shared.domain.access.organisation import is_named  # noqa: PLC0415 - the same
    from shared.domain.errors import Forbidden  # noqa: PLC0415 - most visitors bring neither

    caller = await _caller(req)
    if caller is None:
        return False
    names = await _named(req.route_params["business"])
    if names and not is_named(caller, names):
        raise Forbidden
    return True


async def _caller(req: func.HttpRequest) -> Caller | None:
    from functions.auth.access import caller_of, has_disabled_account  # noqa: PLC0415 - most visitors bring neither
    from functions.auth.session import session_of, signed_in  # noqa: PLC0415 - the same
    from shared.domain.errors import Refusal  # noqa: PLC0415 - the same
    from shared.use_cases.organisation.ended_sessions import find_ended  # noqa: PLC0415 - the same

    caller = signed_in(req, services().now())
    if caller and session_of(req)[0] not in await find_ended(store=services().store):
        return None if await has_disabled_account(caller) else caller
    try:
        return await caller_of(req)
    except Refusal:
        return None


async def _named(slug: str) -> Names:
    """Return the audience of a page, as it is now; empty where it serves all members or does not exist."""
    from shared.domain.errors import NotFound  # noqa: PLC0415 - most visitors bring neither

    calendars = services().store.calendars
    try:
        page = (await calendars.current(await calendars.find(slug))).business.page
    except NotFound:
        return ()
    return page.audience if page.is_published else ()
