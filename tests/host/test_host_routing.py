"""Which function answers a request, as the Functions host decides it."""

from __future__ import annotations

import pytest

from infra.local.host.routes import decode
from infra.local.host.templates import parse_template


async def test_functions_are_tried_by_name_and_not_by_how_exact_their_routes_are(client):
    assert (await client.get("/page/about")).json()["function"] == "a_first"


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS", "DELETE"])
async def test_a_wrong_method_is_not_found(client, method):
    response = await client.request(method, "/page/about")
    assert (response.status_code, response.content) == (404, b"")


async def test_head_works_where_it_is_listed(client):
    response = await client.head("/headed")
    assert (response.status_code, response.headers["Content-Length"]) == (200, "4")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_a_route_without_methods_takes_them_all(client, method):
    assert (await client.request(method, "/any")).json()["method"] == method


async def test_two_functions_share_a_route_by_method(client):
    answers = [(await client.request(method, "/split")).json()["function"] for method in ("GET", "POST")]
    assert answers == ["split_read", "split_write"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/number/12", 200), ("/number/-3", 200), ("/number/x", 404), ("/number/99999999999", 404), ("/number", 404)],
)
async def test_a_constraint_decides_whether_a_route_matches(client, path, status):
    assert (await client.get(path)).status_code == status


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/maybe", {}),
        ("/maybe/", {}),
        ("/MAYBE/Ab", {"x": "Ab"}),
        ("/maybe/a/", {"x": "a"}),
        ("/maybe/a%2Fb%20c", {"x": "a%2Fb c"}),
        ("/usual", {"x": "5"}),
        ("/rest", {}),
        ("/rest/a/b/c", {"rest": "a/b/c"}),
        ("/file/ann.ics", {"name": "ann"}),
    ],
)
async def test_route_parameters_arrive_as_on_the_host(client, path, route):
    assert (await client.get(path)).json()["route"] == route


@pytest.mark.parametrize("path", ["/maybe/a/b", "/maybe//", "/file/ann.txt", "/nowhere"])
async def test_what_no_template_matches_is_not_found(client, path):
    assert (await client.get(path)).status_code == 404


async def test_a_disabled_function_is_not_found(client):
    assert (await client.get("/switched_off")).status_code == 404


async def test_the_bare_address_shows_that_the_host_runs(client):
    response = await client.get("/")
    assert response.status_code == 200
    assert "up and running" in response.text


async def test_function_keys_are_not_asked_for_on_this_machine(client):
    assert (await client.get("/see")).status_code == 200
    assert (await client.get("/see?code=wrong")).json()["query"] == {"code": "wrong"}


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("", "/", {}),
        ("{*path}", "/", {}),
        ("{*path}", "/a/b", {"path": "a/b"}),
        ("a/{id:guid}", "/a/6a2f41a3-c54c-fce8-32d2-0324e1c32e22", {"id": "6a2f41a3-c54c-fce8-32d2-0324e1c32e22"}),
        ("a/{id:guid}", "/a/6a2f", None),
        ("a/{b:bool}", "/a/True", {"b": "True"}),
        ("a/{b:alpha}", "/a/x1", None),
        ("a/{n:min(3):max(5)}", "/a/4", {"n": "4"}),
        ("a/{n:min(3):max(5)}", "/a/6", None),
        ("a/{n:range(3,5)}", "/a/3", {"n": "3"}),
        ("a/{n:length(2,3)}", "/a/abcd", None),
        ("a/{n:minlength(2)}", "/a/a", None),
        ("a/{n:maxlength(2)}", "/a/ab", {"n": "ab"}),
        ("a/{d:datetime}", "/a/2026-10-25", {"d": "2026-10-25"}),
        ("a/{d:datetime}", "/a/soon", None),
        (r"a/{d:regex(^\d{{4}}-\d{{2}}$)}", "/a/2026-10", {"d": "2026-10"}),
        (r"a/{d:regex(^\d{{4}}-\d{{2}}$)}", "/a/2026-1", None),
        ("a/{n:int?}", "/a", {}),
        ("a/{n:int?}", "/a/x", None),
    ],
)
def test_templates_match_as_the_host_reads_them(template, path, values):
    assert parse_template(template).match(path) == values


@pytest.mark.parametrize(
    "template", ["/a", "~/a", "a?b", "a/{", "a/}", "{x}/{X}", "{*rest}/more", "a/{x:unheard}"]
)
def test_a_template_that_the_host_cannot_read_is_refused(template):
    with pytest.raises(ValueError, match=r"."):
        parse_template(template)


def test_an_encoded_slash_stays_encoded():
    assert decode("/a%2Fb%2fc%20d%C3%A9") == "/a%2Fb%2fc dé"
