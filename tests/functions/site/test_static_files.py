"""Assets: for ever where their name holds their content, never outside the list, in the best encoding."""

import gzip
import json

import azure.functions as func
import pytest

from functions.http.boundary import HEADERS
from functions.pages.render import manifest
from functions.site.static_files import assets, embed, robots


def get(function, path="", **headers):
    request = func.HttpRequest(
        "GET", f"/{path}", headers=headers, params={}, route_params={"path": path}, body=b""
    )
    return function(request)


@pytest.mark.parametrize("name", [name for name in manifest() if name != "embed.js"])
def test_hashed_assets_are_kept_for_ever(name):
    answer = get(assets, manifest()[name])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_encoding_is_the_best_that_the_browser_takes():
    path = manifest()["booking.js"]
    plain = get(assets, path).get_body()
    assert gzip.decompress(get(assets, path, **{"accept-encoding": "gzip, deflate"}).get_body()) == plain
    assert get(assets, path, **{"accept-encoding": "gzip, br"}).headers["Content-Encoding"] == "br"
    assert "Content-Encoding" not in get(assets, path, **{"accept-encoding": "br;q=0, gzip;q=0.0"}).headers
    assert "Content-Encoding" not in get(assets, path, **{"accept-encoding": "identity"}).headers


@pytest.mark.parametrize(
    "path",
    [
        "",
        "manifest.json",
        "../pages.py",
        "..%2Fpages.py",
        "booking.js",
        "embed.js",
        "theme/red.css",
        "theme/0a5badff.css",
        ".sources",
    ],
)
def test_nothing_outside_the_list_is_served(path):
    answer = get(assets, path)
    assert answer.status_code == 404
    assert HEADERS.items() <= dict(answer.headers).items()


def test_a_theme_comes_from_its_colour():
    answer = get(assets, "theme/0a5bad.css")
    assert answer.get_body().decode().startswith(":root{--accent:light-dark(#0a5bad,")


def test_embed_js_keeps_its_name_and_is_asked_for_again_soon():
    answer = get(embed)
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    for known in ("{}", "W/{}", '"older", W/{}', "*"):
        again = get(embed, **{"if-none-match": known.format(answer.headers["ETag"])})
        assert again.status_code == 304
    assert len(gzip.compress(answer.get_body())) < 2048


def test_robots_stay_out_of_what_is_not_theirs():
    assert b"Disallow: /book/*/manage/" in get(robots).get_body()


def test_the_manifest_is_json_of_names():
    assert json.dumps(manifest())
