"""The page of one's own sessions: where somebody is signed in, and how to end the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.auth.session import session_of
from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from shared.i18n.formats import Formats
from shared.i18n.marked import marked
from shared.use_cases.organisation.open_sessions import end_others, find_sessions


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import ConsoleContext
    from shared.use_cases.organisation.open_sessions import OpenSession

# What a browser calls itself has the names of others in it: the first that is found is its own.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
NEWS = {"ended": marked("All other sessions were ended.")}


class SessionLine(NamedTuple):
    """A session in the list."""

    what: str
    began: str
    is_this: bool


@console_boundary
async def sessions_show(req: func.HttpRequest) -> func.HttpResponse:
    """List the reader's sessions; those of the platform are not among them."""
    context = await enter_console(req)
    own, _expires = session_of(req)
    found = await find_sessions(context.caller.subject, store=context.app.store, now=context.now)
    formats = Formats(context.visitor.region_tag, "UTC", context.texts)
    news = NEWS.get(req.params.get("news", ""), "")
    return await context.page(
        "console/sessions.html",
        "home",
        heading=context.texts.gettext("Your sessions"),
        lines=[_line(one, own, formats, context) for one in found],
        has_others=any(one.name != own for one in found),
        end=context.link("sessions", "end"),
        news=context.texts.gettext(news) if news else "",
        idle=int(context.app.settings.idle.total_seconds() // 60),
    )


@console_boundary
async def sessions_end(req: func.HttpRequest) -> func.HttpResponse:
    """End all sessions of the reader but this one."""
    context = await enter_console(req)
    own, _expires = session_of(req)
    await end_others(context.caller.subject, own, store=context.app.store, now=context.now)
    return context.leave(context.link("sessions", news="ended"))


def _line(one: OpenSession, own: str, formats: Formats, context: ConsoleContext) -> SessionLine:
    browser, system = _named(one.agent, BROWSERS), _named(one.agent, SYSTEMS)
    what = ", ".join(filter(None, (browser, system))) or context.texts.gettext("Unknown browser")
    return SessionLine(what, formats.when(one.began), one.name == own)


def _named(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for word, name in names if word in agent), "")
