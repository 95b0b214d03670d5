"""Assets from the build, themes by their colour, embed.js, and robots.txt."""

from __future__ import annotations

import hashlib
import re
from functools import cache

import azure.functions as func

from functions.http.boundary import HEADERS, accepts
from functions.http.etags import has_current
from functions.http.ranges import in_parts
from functions.pages.render import HERE, manifest
from functions.pages.theme import theme_css
from functions.pages.toolkit.guide_files import FOLDER, known_files
from functions.pages.toolkit.guide_files import TYPES as GUIDE_TYPES


SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Strict-Transport-Security": HEADERS["Strict-Transport-Security"],
}

STATIC = HERE / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
THEME = re.compile(r"theme/([0-9a-f]{6})\.css")
ROBOTS = "User-agent: *\nDisallow: /api/\nDisallow: /console/\nDisallow: /v1.0/\nDisallow: /book/*/manage/\n"


def assets(req: func.HttpRequest) -> func.HttpResponse:
    """Return a built file or a theme, cached for ever, as its URL changes with its content."""
    path = req.route_params.get("path", "")
    if found := THEME.fullmatch(path):
        return _answer(theme_css(found[1]).encode(), ".css", {"Cache-Control": FOR_EVER})
    if path.removeprefix("guide/") in known_files():
        return _guide_file(path.removeprefix("guide/"), req)
    # only names that the build has listed: no path of a request reaches the file system
    if path not in manifest().values() or path == manifest().get("embed.js"):
        return func.HttpResponse(status_code=404, headers=HEADERS)
    return _stored(path, req, FOR_EVER)


def _guide_file(name: str, req: func.HttpRequest) -> func.HttpResponse:
    """Return a picture or film of the guide; its URL is fixed, so it is cached for an hour."""
    kind = GUIDE_TYPES[name[name.rindex(".") :]]
    headers = {**SAFE, "Cache-Control": FOR_AN_HOUR, "Content-Type": kind}
    return in_parts((FOLDER / name).read_bytes(), req, headers)


def embed(req: func.HttpRequest) -> func.HttpResponse:
    """Return embed.js for sites that embed a booking page; its URL is fixed, so it is cached for an hour."""
    return _stored(manifest()["embed.js"], req, FOR_AN_HOUR)


def robots(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the route's signature
    """Return robots.txt: it keeps search engines from the API, the console, and manage links."""
    return func.HttpResponse(ROBOTS, mimetype="text/plain", headers={"Cache-Control": FOR_AN_HOUR, **SAFE})


def _stored(name: str, req: func.HttpRequest, caching: str) -> func.HttpResponse:
    """Return a built file in the best encoding that the browser accepts; 304 where it has it already."""
    body, tag = _content(name), f'"{_tag(name)}"'
    headers = {"Cache-Control": caching, "ETag": tag, "Vary": "Accept-Encoding", **SAFE}
    if name == "embed.js":
        # other sites may load it with `crossorigin`, or as a module
        headers["Access-Control-Allow-Origin"] = "*"
    if has_current(req, tag):
        return func.HttpResponse(status_code=304, headers=headers)
    for encoding, suffix in (("br", ".br"), ("gzip", ".gz")):
        if accepts(req, encoding):
            body, headers["Content-Encoding"] = _content(name + suffix), encoding
            break
    return _answer(body, name[name.rindex(".") :], headers)


def _answer(body: bytes, suffix: str, headers: dict[str, str]) -> func.HttpResponse:
    return func.HttpResponse(body, headers={**SAFE, **headers, "Content-Type": TYPES[suffix]})


@cache
def _content(name: str) -> bytes:
    return (STATIC / name).read_bytes()


@cache
def _tag(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:16]
