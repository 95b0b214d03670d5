"""Follows every link of every page, from one page on, as one reader sees them."""

from __future__ import annotations

import re
from collections import Counter, deque
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from infra.local.host.routes import decode
from tests.support.edge import PUBLIC_URL, name_of_route


if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.edge import Answer, World

ALIKE = 2  # addresses that differ in their values alone, like times and days, of which there is no end
BY_KIND = "/console/calendars/"
MOST = 2500
HERE = ("a", "area", "link", "script", "img", "iframe", "source")
TAGS = re.compile(rf"<({'|'.join(HERE)}|form|button|input)\b([^>]*)>")
ATTRIBUTES = re.compile(r'([a-z-]+)="([^"]*)"')
COPIED = re.compile(r'data-(?:copy|base)="(/book/[^"]*)"')


class Found(NamedTuple):
    method: str
    url: str


def links_of(page: str, html: str) -> list[Found]:
    """Return what a page leads to: its links, what it loads, and where its forms and their buttons are sent.

    The pages are ours, with each value in quotes and escaped: a parser of any HTML takes a third of the walk.
    """
    found, forms, form = list[tuple[str, str]](), dict[str, str](), "GET"
    for tag, attributes in TAGS.findall(html):
        here = {name: unescape(value) for name, value in ATTRIBUTES.findall(attributes)}
        if tag in HERE:
            found.append(("GET", here.get("href") or here.get("src", "")))
        elif tag == "form":
            form = forms[here.get("id", "")] = here.get("method", "get").upper()
            found.append((form, here.get("action", "")))
        elif "formaction" in here:
            found.append((forms.get(here.get("form", ""), form), here["formaction"]))
    found += [("GET", unescape(address)) for address in COPIED.findall(html)]
    return [Found(method, urljoin(page, address)) for method, address in found if address]


def name_of(method: str, url: str) -> str:
    """Return the name of the route that takes it."""
    return name_of_route(method, decode(urlsplit(url).path))


class Walk:
    """One reader's walk; `wrong` is what led nowhere, with the page that named it.

    Pages whose address begins with one of `leaves` are opened, and their links are left to another walk. Filters
    and the like are each followed; in all their combinations only where the walk `combines` them.
    """

    def __init__(
        self, world: World, leaves: tuple[str, ...] = (), *, combines: bool = False, **headers: str
    ) -> None:
        self.world, self.combines, self.headers = world, combines, headers
        self._leaves = tuple(PUBLIC_URL + one for one in leaves)
        self.wrong: list[str] = []
        self.seen: dict[Found, str] = {}
        self.routes: Counter[str] = Counter()
        self._alike: Counter[tuple[str, ...]] = Counter()

    async def walk(self, *starts: str) -> None:
        begins = [Found("GET", urljoin(PUBLIC_URL, start)) for start in starts]
        todo = deque(self._new("the start", begins))
        while todo:
            assert len(self.seen) < MOST, "the links do not end"
            found = todo.popleft()
            answer = await self._follow(found)
            if answer is None or not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            if found.url.startswith(self._leaves) and found not in begins:
                continue
            todo += self._new(found.url, links_of(found.url, answer.body.decode()))

    def _new(self, page: str, links: Iterable[Found]) -> list[Found]:
        new = []
        for method, address in links:
            found = Found(method, urldefrag(address)[0])
            if found.url.startswith(f"{PUBLIC_URL}/") and found not in self.seen and not self._has_enough(found):
                self.seen[found] = page
                new.append(found)
        return new

    async def _follow(self, found: Found) -> Answer | None:
        """Open a page, by way of where it sends on; a form is not sent, yet somebody must take it."""
        method, url = found
        for _ in range(5):
            if not (name := name_of(method, url)):
                break
            self.routes[name] += 1
            if method != "GET":
                return None
            answer = await self._get(url)
            if answer.status == 303 and answer.headers["Location"].startswith(("/", PUBLIC_URL)):
                url = urljoin(url, answer.headers["Location"])
                continue
            if answer.status >= 400:
                self._is_wrong(found, f"{answer.status} at {url}")
            return answer
        self._is_wrong(found, f"leads nowhere by {url}")
        return None

    async def _get(self, url: str) -> Answer:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return await self.world.call("GET", path, accept="text/html", **self.headers)

    def _is_wrong(self, found: Found, why: str) -> None:
        self.wrong.append(f"{self.seen[found]} leads to {found.method} {found.url}: {why}")

    def _has_enough(self, found: Found) -> bool:
        """Return whether enough links like this one were followed.

        Every page has each language, and every calendar each page: those are followed by the kind of page.
        """
        parts = urlsplit(found.url)
        names = sorted(name for name, _ in parse_qsl(parts.query))
        is_by_kind = "lang" in names or parts.path.startswith(BY_KIND)
        page = found.method, name_of(*found) if is_by_kind else parts.path
        alike = [(*page, *names)] if self.combines or not names else [(*page, name) for name in names]
        self._alike.update(alike)
        return all(self._alike[one] > ALIKE for one in alike)
