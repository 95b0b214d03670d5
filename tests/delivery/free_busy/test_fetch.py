"""What is asked at addresses outside: over real HTTP, and never inside a network of ours."""

from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from shared.delivery.free_busy import fetch
from shared.delivery.free_busy.fetch import GuardedResolver, Inquiry, ask
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.network import AddressRefused, OutsideHost


@asynccontextmanager
async def server():
    """One that answers by path, and keeps what it was asked."""
    asked = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(
            (request.method, request.path_qs, request.headers.get("Authorization", ""), await request.read())
        )
        path = request.path
        if path.startswith("/to/"):
            raise web.HTTPFound(request.query["url"])
        if path == "/round":
            raise web.HTTPMovedPermanently("/round")
        if path == "/slow":
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(b"BEGIN")
            import asyncio

            await asyncio.sleep(30)
        if path == "/large":
            return web.Response(body=b"x" * (fetch.MOST_BYTES + 1))
        if path == "/zeros":
            response = web.Response(body=b"0" * (fetch.MOST_BYTES + 1))
            response.enable_compression()
            return response
        return web.Response(text="hello", headers={"ETag": '"1"'}, status=404 if path == "/none" else 200)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


async def cause_of(question, allowed=frozenset(), patience=5.0):
    with pytest.raises(CalendarUnreadable) as refused:
        await ask(question, allowed, patience)
    return refused.value.cause


async def test_an_answer_has_its_status_headers_and_body():
    async with server() as (url, asked):
        question = Inquiry(f"{url}/a?b=c", "REPORT", {"Depth": "1"}, b"<x/>", "anna", "pässword")
        answer = await ask(question, frozenset({url}))
        missing = await ask(Inquiry(f"{url}/none"), frozenset({url}))
    assert (answer.status, answer.headers["ETag"], answer.body) == (200, '"1"', b"hello")
    assert missing.status == 404
    assert asked[0] == ("REPORT", "/a?b=c", "Basic YW5uYTpww6Rzc3dvcmQ=", b"<x/>")


async def test_this_machine_is_not_asked_unless_the_settings_name_it():
    async with server() as (url, asked):
        port = url.rpartition(":")[2]
        for one in (url, f"https://127.0.0.1:{port}/", f"https://localhost:{port}/", f"https://127.1:{port}/"):
            assert await cause_of(Inquiry(one)) == "refused_address"
    assert asked == []


async def test_a_name_is_looked_at_when_it_is_connected_to():
    with pytest.raises(AddressRefused):
        await GuardedResolver(OutsideHost("localhost", 443, is_trusted=False)).resolve("localhost", 443)
    found = await GuardedResolver(OutsideHost("localhost", 443, is_trusted=True)).resolve("localhost", 443)
    assert found


async def test_each_redirect_is_looked_at_again():
    async with server() as (url, asked), server() as (other, unasked):
        allowed = frozenset({url})
        for target in (
            f"{other}/a",
            "https://localhost/",
            "https://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
        ):
            assert await cause_of(Inquiry(f"{url}/to/?url={target}"), allowed) == "refused_address"
        assert await cause_of(Inquiry(f"{url}/round"), allowed) == "no_answer"
        assert (await ask(Inquiry(f"{url}/to/?url=/a"), allowed)).body == b"hello"
    assert unasked == []
    assert len(asked) == 4 + fetch.MOST_REDIRECTS + 1 + 2


async def test_a_password_is_told_to_no_other_host():
    async with server() as (url, asked), server() as (other, theirs):
        question = Inquiry(f"{url}/to/?url={other}/a", user="anna", password="secret")
        await ask(question, frozenset({url, other}))
        await ask(Inquiry(f"{url}/to/?url=/a", user="anna", password="secret"), frozenset({url}))
    assert [one[2] for one in theirs] == [""]
    assert all(one[2] for one in asked)


async def test_what_takes_too_long_or_is_too_much_is_given_up():
    async with server() as (url, _):
        allowed = frozenset({url})
        assert await cause_of(Inquiry(f"{url}/slow"), allowed, patience=0.2) == "no_answer"
        assert await cause_of(Inquiry(f"{url}/large"), allowed) == "too_large"
        assert await cause_of(Inquiry(f"{url}/zeros"), allowed) == "too_large"
    assert await cause_of(Inquiry(f"{url}/gone"), allowed) == "no_answer"


def test_a_question_shows_no_password():
    assert "secret" not in repr(Inquiry("https://dav.example/", user="anna", password="secret"))
