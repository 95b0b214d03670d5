"""What is seen once is not asked again, and what is new on it is."""

from __future__ import annotations

import pytest


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
PAGE = """<!doctype html><html lang="en"><title>Page</title><style>
  body { background: white } h1 { color: black } p { color: %s }
  @media (prefers-color-scheme: dark) { body { background: %s } h1 { color: white } }
  @media (max-width: 400px) { a { display: inline-block; width: %s; height: 9px; overflow: hidden } }
</style><main><h1>A page of %s</h1><p>With words</p><ul><li><a href="/1">One</a> <a href="/2">Two</a></li></ul>%s</main></html>"""
GOOD = {"colour": "#333", "dark": "#aaa", "width": "60px", "name": "one"}


def page_of(more: str = "", **changes: str) -> str:
    return PAGE % (*(GOOD | changes).values(), more)


async def said_of(watched, html: str) -> str:
    await watched.page.set_content(html)
    try:
        await watched.check("this")
    except AssertionError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("html", "options", "rule"),
    [
        (page_of(colour="#bbb"), {}, "color-contrast"),
        (page_of(dark="#333"), {"color_scheme": "dark"}, "color-contrast"),
        (page_of(width="9px"), {"viewport": {"width": 320, "height": 640}}, "target-size"),
        (page_of(width="900px"), {"viewport": {"width": 320, "height": 640}}, "overflows"),
        (page_of("<input>"), {}, "label"),
        (page_of("<button aria-label='Other'>Press</button>"), {}, "is named"),
        (page_of("<img src='data:,'>"), {}, "image-alt"),
        (page_of("<nav aria-label='A'>a</nav><nav aria-label='A'>b</nav>"), {}, "landmark-unique"),
        (page_of("<p id='x-1' lang='xx'>a</p>"), {}, "valid-lang"),
        (page_of("<button tabindex='5'>a</button>"), {}, "tabindex"),
    ],
)
async def test_what_is_wrong_is_said_also_of_a_page_that_was_looked_at(open_page, html, options, rule):
    good = await open_page()
    alike = (
        "<nav aria-label='A'>a</nav><nav aria-label='B'>b</nav>",
        "<p id='x-1' lang='fr'>a</p>",
        "<button tabindex='0'>a</button>",
    )
    for name in ("one", "another"):
        assert await said_of(good, page_of(name=name)) == ""
    for more in alike:
        assert await said_of(good, page_of(more)) == ""
    bad = await open_page(**options)
    assert rule in await said_of(bad, html)
    assert rule in await said_of(bad, html)  # nor is it forgotten
