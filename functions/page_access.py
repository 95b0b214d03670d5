"""Whether a visitor of the public pages is a member of the organisation: only some calendars ask."""

import azure.functions as func

from functions.wiring import services


async def is_member(req: func.HttpRequest) -> bool:
    """Tell it by the session of whoever signed in at the console, or by a token; without either, at no cost.

    Nothing is done in the session's name: a form of a booking page needs no proof that it is our own.
    """
    if not (req.headers.get("authorization") or req.headers.get("cookie")):
        return False
    from functions.access import caller_of  # noqa: PLC0415 - most visitors bring neither
    from functions.session import is_signed_in  # noqa: PLC0415 - the same
    from shared.domain.errors import Refusal  # noqa: PLC0415 - the same

    if is_signed_in(req, services().now()):
        return True
    try:
        await caller_of(req)
    except Refusal:
        return False
    return True
