"""logo, beyond Graph: a calendar's logo as an image in the body of a PUT."""

from functions.graph.call import GraphRequest
from shared.domain.errors import InvalidFields
from shared.use_cases.calendars.save_logo import save_logo


async def put_logo(call: GraphRequest) -> None:
    """Set the logo: a PNG, JPEG, WebP or SVG, recognised by its content and not by its Content-Type."""
    if not (data := call.req.get_body()):
        raise InvalidFields([("/logo", "required")])
    await _save(call, data)


async def delete_logo(call: GraphRequest) -> None:
    """Remove the logo."""
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
