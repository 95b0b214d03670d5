"""A calendar's pages of help: questions and answers, and the test of camera and microphone."""

from __future__ import annotations

import azure.functions as func

from functions.pages.boundary import page_boundary
from functions.pages.landing import canonical
from functions.pages.render import DEVICES, page
from functions.pages.toolkit.help_links import answer_writer
from functions.toolkit.context import enter
from shared.domain.toolkit.facts import facts_of
from shared.presentation.toolkit.copies import answers_as_data, answers_as_markdown


@page_boundary
async def help_answers(req: func.HttpRequest) -> func.HttpResponse:
    """Show customers the questions and answers, as HTML or, at the same address with .md, as Markdown."""
    context = await enter(req, with_answers=True)
    business, visitor = context.calendar.business, context.visitor
    topics = answer_writer(
        facts_of(context.calendar.in_language(visitor.language)), visitor, context.origin
    ).topics(context.answers)
    if req.route_params["business"].endswith(".md"):
        headers = {"Cache-Control": "private, no-cache" if business.page.access == "everyone" else "no-store"}
        text = answers_as_markdown(topics)
        return func.HttpResponse(text, mimetype="text/markdown", charset="utf-8", headers=headers)
    return page(
        "toolkit/answers.html",
        visitor,
        business,
        is_public=True,
        here=(("help", business.slug), {}),
        topics=topics,
        data=answers_as_data(topics) if business.page.index_by_search_engines else "",
        canonical=canonical(context.origin, visitor, "help", business.slug),
        book=visitor.link("book", business.slug),
    )


@page_boundary
async def help_test(req: func.HttpRequest) -> func.HttpResponse:
    """Let anyone test camera and microphone before they have an appointment."""
    context = await enter(req)
    business = context.calendar.business
    path = ("help", business.slug)
    response = page(
        "toolkit/device_test.html",
        context.visitor,
        business,
        is_framed=False,  # frames of other sites get no camera
        here=((*path, "test"), {}),
        back=context.visitor.link(*path),
    )
    response.headers["Permissions-Policy"] = DEVICES
    return response
