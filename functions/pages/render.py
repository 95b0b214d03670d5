"""Renders pages: the Jinja environment of each language, the URLs of assets, and the HTML response."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import azure.functions as func
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, pass_context

from functions.pages.rich_text import isolate, lang_of, own_language, rich, rich_line
from functions.pages.theme import THEME_VERSION, ink_on
from shared.domain.text.pasted import dialled
from shared.i18n import LANGUAGES, html_tag, is_right_to_left, translator


if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2.bccache import Bucket
    from jinja2.runtime import Context
    from markupsafe import Markup

    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Business

HERE = Path(__file__).parents[1]
MANIFEST = HERE / "static" / "manifest.json"
COMPILED = HERE / "built"
NOBODY, OURSELVES = "'none'", "'self'"
DEFAULT_ACCENT = "#0a5bad"
# Of pages that use these devices: all others forbid them, in functions.http.boundary.HEADERS.
DEVICES = "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), geolocation=()"
# No inline scripts or styles. Trusted types keep our own scripts from writing unescaped HTML.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types openslot-page"
)


class CompiledTemplates(BytecodeCache):
    """Templates that the build has compiled, so that no visitor waits. A changed one is compiled anew."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 - the base's
        """Return the template's name, by which the build stores it."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load what the build compiled, if it is there and fits."""
        with suppress(OSError), (COMPILED / bucket.key).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Do nothing: only the build writes, since the app's folder may be read-only."""


@cache
def environment(language: str) -> Environment:
    """Return the Jinja environment with the texts of a language."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=CompiledTemplates(),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    env.install_gettext_translations(translator(language), newstyle=True)  # type: ignore[attr-defined]
    env.filters |= {"rich": rich, "rich_line": rich_line, "isolate": isolate}
    env.filters |= {"bare_host": _bare_host, "dialled": dialled}
    env.filters |= {"own": _own, "own_lang": _own_lang}
    env.tests["web"] = lambda address: str(address).startswith(("https://", "http://"))
    env.globals |= {"asset": asset, "theme_version": THEME_VERSION}
    return env


@cache
def manifest() -> dict[str, str]:
    """Return the hashed file names of assets by their names, as the build wrote them."""
    return dict(json.loads(MANIFEST.read_text()))


def asset(name: str) -> str:
    """Return the URL of an asset, which changes with its content."""
    return f"/s/{manifest()[name]}"


def _bare_host(address: str) -> str:
    """Return the host of a web address as people say it; a text that is none as it is."""
    try:
        return urlsplit(address).netloc.removeprefix("www.")
    except ValueError:
        return address


def render(template: str, visitor: Visitor, business: Business | None, **context: Any) -> str:
    """Return a page's HTML. `here` (segments and query values) gives the links to other languages.

    With `typed_in`, a form's id, these submit that form, to be shown in the other language as it was typed. A
    console page about one calendar passes `own_lang` itself.
    """
    accent = business.page.accent.lower() if business else DEFAULT_ACCENT
    business = business.in_language(visitor.language) if business else None
    context = {"typed_in": "", "own_lang": own_language(business, visitor)} | context
    context |= {
        "visitor": visitor,
        "business": business,
        "accent": accent.lstrip("#"),
        "on_accent": ink_on(accent.lstrip("#")),
        "is_right_to_left": is_right_to_left(LANGUAGES[visitor.language]),
        "languages": _languages(visitor, *context.pop("here")) if "here" in context else [],
    }
    return environment(visitor.language).get_template(template).render(context)


@pass_context
def _own(context: Context, text: str) -> Markup:
    """Return a text of the calendar's within a sentence of the page."""
    return isolate(text, lang_of(text, context["own_lang"]))


@pass_context
def _own_lang(context: Context, text: str) -> Markup | str:
    """Return the `lang` attribute of a text of the calendar's."""
    return lang_of(text, context["own_lang"])


def page(
    template: str,
    visitor: Visitor,
    business: Business | None,
    status: int = 200,
    *,
    is_public: bool = False,
    is_framed: bool = True,
    **context: Any,
) -> func.HttpResponse:
    """Return a page that is not cached, and that only the calendar's own sites may frame.

    A public page of a calendar for everyone may be kept by the browser for going back. `is_framed=False` forbids
    all frames.
    """
    html = render(template, visitor, business, **context)
    made = (
        public_page(html, visitor, business, status) if is_public else html_page(html, visitor, business, status)
    )
    if not is_framed:
        made.headers.update(frame_headers(()))
    return made


def public_page(html: str, visitor: Visitor, business: Business | None, status: int = 200) -> func.HttpResponse:
    """Return a public page that was rendered already; of a calendar for everyone, the browser may keep it."""
    response = html_page(html, visitor, business, status)
    if business and business.page.access == "everyone":
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def html_page(
    html: str, visitor: Visitor, business: Business | None = None, status: int = 200
) -> func.HttpResponse:
    """Return a page that was rendered already."""
    headers = page_headers(visitor, business)
    return func.HttpResponse(html, status_code=status, mimetype="text/html", charset="utf-8", headers=headers)


def page_headers(visitor: Visitor, business: Business | None = None) -> dict[str, str]:
    """Return a page's headers. A 304 needs them too: browsers update the stored page's headers with them."""
    return {
        "Content-Language": visitor.language_tag,
        "Vary": "Accept-Language, Accept-Encoding",
        "Cache-Control": "no-store",
        **frame_headers(business.page.frame_origins if business and visitor.is_embedded else ()),
    }


def frame_headers(origins: Sequence[str]) -> dict[str, str]:
    """Return the headers by which only these sites may frame a page."""
    return {
        "Content-Security-Policy": f"{POLICY}; frame-ancestors {' '.join(origins) or NOBODY}",
        "Cross-Origin-Resource-Policy": "cross-origin" if origins else "same-origin",
    }


def with_frames(response: func.HttpResponse, *, within: str = NOBODY, shows: str = NOBODY) -> func.HttpResponse:
    """Return a page that another page of ours frames (`within` OURSELVES), or that frames one (`shows` it).

    It is never stored: within the console even a public page shows what is not published.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src {shows}; frame-ancestors {within}"
    return response


def _languages(visitor: Visitor, segments: tuple[str, ...], query: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "tag": html_tag(language),
            "name": LANGUAGES[language],
            "is_current": language == visitor.language,
            "href": visitor.link(*segments, **{**query, "lang": html_tag(language)}).removeprefix(
                "" if segments else "/"
            ),
        }
        for language in visitor.languages
    ]
