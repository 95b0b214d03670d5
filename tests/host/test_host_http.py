"""What a function sees of a request, and what is left of its response."""

from __future__ import annotations

import json

import pytest


async def test_header_names_are_lower_case_and_repeats_are_joined(client):
    response = await client.get("/see", headers=[("X-Thing", "1"), ("x-thing", "2"), ("Accept-Language", "fr")])
    headers = response.json()["headers"]
    assert headers["x-thing"] == "1,2"
    assert headers["accept-language"] == "fr"
    assert not any(name != name.lower() for name in headers)


async def test_empty_query_values_vanish_and_repeats_are_joined(client):
    response = await client.get("/see?a=1&b=&c&A=2&d=x%20y+z&a=")
    assert response.json()["query"] == {"a": "1,2", "d": "x y z"}


async def test_the_url_is_as_the_client_wrote_it(sample, client):
    assert (await client.get("/SEE?a=%20b&b=")).json()["url"] == f"{sample.url}/SEE?a=%20b&b="


async def test_a_body_with_a_length_arrives(client):
    assert (await client.post("/see", content=b"abc")).json()["body"] == "abc"


async def test_a_chunked_body_arrives_empty(client):
    async def chunks():
        yield b"abc"

    response = await client.post("/see", content=chunks())
    assert response.json()["body"] == ""
    assert (await client.post("/see", content=b"next")).json()["body"] == "next"


async def test_a_body_over_100_mib_is_refused(sample):
    import asyncio

    reader, writer = await asyncio.open_connection("127.0.0.1", sample.port)
    writer.write(b"POST /see HTTP/1.1\r\nHost: localhost\r\nContent-Length: 104857601\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 413")
    writer.close()
    await writer.wait_closed()


async def test_plain_text_is_the_default_type(client):
    assert (await client.get("/headed")).headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", ["/raises", "/nothing", "/wrapped", "/text"])
async def test_an_error_is_500_with_nothing_in_it(client, path):
    response = await client.get(path)
    assert (response.status_code, response.content) == (500, b"")


async def test_of_a_repeated_header_the_last_one_is_left(client):
    assert (await client.get("/vary")).headers.get_list("Vary") == ["Accept-Language"]


async def test_custom_headers_yield_to_those_of_the_function(client):
    response = await client.get("/vary")
    assert response.headers.get_list("X-Frame-Options") == ["SAMEORIGIN"]
    assert response.headers["X-From-Host"] == "yes"
    assert (await client.get("/see")).headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("code", [204, 304, 404, 429, 503])
async def test_status_and_headers_pass_as_they_are(client, code):
    response = await client.get(f"/status/{code}")
    assert (response.status_code, response.headers["ETag"]) == (code, '"1"')


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("a=b", ["a=b; domain=; path="]),
        ("a=x+y/z=; Path=/", ["a=x%2By%2Fz%3D; domain=; path=/"]),
        (
            "a=b; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax",
            ["a=b; max-age=60; domain=; path=/; secure; samesite=lax; httponly"],
        ),
        ("a=b; Path=/; SameSite=None; Secure", ["a=b; domain=; path=/; secure; samesite=none"]),
        ("a=b; Path=/; Priority=High", ["a=b; domain=; path=/", "Priority=High; domain=; path="]),
        ("a=b; Path=/; Partitioned", []),
        ("a=b c; Path=/", []),
        ('a={"b":1}; Path=/', []),
        ("a=é; Path=/", []),
    ],
)
async def test_cookies_go_the_way_they_go_on_the_host(client, line, sent):
    response = await client.post("/cookies", content=json.dumps([line]))
    assert response.headers.get_list("Set-Cookie") == sent


async def test_several_cookies_are_several_headers(client):
    response = await client.post("/cookies", content=json.dumps(["a=1; Path=/", "b=2; Path=/"]))
    assert response.headers.get_list("Set-Cookie") == ["a=1; domain=; path=/", "b=2; domain=; path=/"]


async def test_a_cookie_whose_expiry_cannot_be_read_is_an_error(client):
    response = await client.post("/cookies", content=json.dumps(["a=1; Path=/; Expires=tomorrow"]))
    assert response.status_code == 500


@pytest.mark.parametrize(
    ("name", "value"), [("FROM_FILE", "file"), ("FROM_BOTH", "environment"), ("NOWHERE", "absent")]
)
async def test_settings_come_from_the_environment_and_then_from_the_file(client, name, value):
    assert (await client.get(f"/setting/{name}")).text == value


async def test_the_app_runs_in_its_folder_which_is_the_last_place_to_import_from(sample, client):
    where = (await client.get("/where")).json()
    folder = str(sample.log.parent)
    assert (where["cwd"], where["path"][-1], where["path"].count(folder)) == (folder, folder, 1)
