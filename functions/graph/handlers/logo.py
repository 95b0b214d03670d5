"""logo, which is ours: a calendar's logo as it is, in the body of a PUT."""

from functions.graph.call import GraphRequest
from shared.domain.errors import InvalidFields
from shared.use_cases.calendars.save_logo import save_logo


async def put_logo(call: GraphRequest) -> None:
    """Show a PNG, JPEG, WebP or SVG on the pages; what it is, its content tells."""
    if not (data := call.req.get_body()):
        raise InvalidFields([("/logo", "required")])
    await _save(call, data)


async def delete_logo(call: GraphRequest) -> None:
    await _save(call, b"")


async def _save(call: GraphRequest, data: bytes) -> None:
    app, author = call.app, call.author
    await save_logo(
        data,
        call.etags,
        business=call.calendar.business.id,
        key=author.key,
        store=app.store,
        secret=app.secret,
        actor=author.actor,
        now=call.now,
    )
