"""A function app that shows what the host does with it, and a way to write others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from pathlib import Path

HOST_JSON = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}

SAMPLE = """
import asyncio, json, os
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)


def seen(req: func.HttpRequest, name: str) -> func.HttpResponse:
    document = {
        "function": name, "method": req.method, "url": req.url, "headers": dict(req.headers), "query": dict(req.params),
        "route": dict(req.route_params), "body": req.get_body().decode("latin-1"),
    }
    return func.HttpResponse(json.dumps(document), mimetype="application/json")


@app.route("see", methods=["GET", "POST"])
async def see(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "see")


@app.route("any")
async def every_method(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "every_method")


@app.route("headed", methods=["GET", "HEAD"])
async def headed(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("body")


@app.route("page/{first}", methods=["GET"])
async def a_first(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "a_first")


@app.route("page/about", methods=["GET"])
async def b_about(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "b_about")


@app.route("split", methods=["GET"])
async def split_read(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "split_read")


@app.route("split", methods=["POST"])
async def split_write(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "split_write")


@app.route("number/{id:int}", methods=["GET"])
async def number(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "number")


@app.route("maybe/{x?}", methods=["GET"])
async def maybe(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "maybe")


@app.route("usual/{x=5}", methods=["GET"])
async def usual(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "usual")


@app.route("rest/{*rest}", methods=["GET"])
async def rest(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "rest")


@app.route("file/{name}.ics", methods=["GET"])
async def calendar_file(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req, "calendar_file")


@app.route("switched_off", methods=["GET"])
async def switched_off(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("on")


@app.route("raises", methods=["GET"])
async def raises(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("a secret")


@app.route("nothing", methods=["GET"])
async def nothing(req: func.HttpRequest) -> func.HttpResponse:
    return None


@app.route("text", methods=["GET"])
async def text(req: func.HttpRequest) -> str:
    return "text"


@app.route("wrapped", methods=["GET"])
def wrapped(req: func.HttpRequest) -> func.HttpResponse:
    async def late():
        return func.HttpResponse("late")
    return late()


@app.route("cookies", methods=["POST"])
async def cookies(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("")
    for line in req.get_json():
        response.headers.add("Set-Cookie", line)
    return response


@app.route("vary", methods=["GET"])
async def vary(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("")
    response.headers.add("Vary", "Cookie")
    response.headers.add("Vary", "Accept-Language")
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@app.route("status/{code:int}", methods=["GET"])
async def status(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(status_code=int(req.route_params["code"]), headers={"ETag": '"1"'})


@app.route("setting/{name}", methods=["GET"])
async def setting(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(os.environ.get(req.route_params["name"], "absent"))


@app.route("slow", methods=["GET"])
async def slow(req: func.HttpRequest) -> func.HttpResponse:
    print("slow begins", flush=True)
    await asyncio.sleep(0.7)
    return func.HttpResponse("x" * 5_000_000)


@app.route("where", methods=["GET"])
def where(req: func.HttpRequest) -> func.HttpResponse:
    import sys
    return func.HttpResponse(json.dumps({"cwd": os.getcwd(), "path": sys.path}))


@app.timer_trigger(schedule="0 0 3 * * *", arg_name="timer")
async def nightly(timer: func.TimerRequest) -> None:
    print("nightly", flush=True)


@app.timer_trigger(schedule="0 0 3 * * *", arg_name="timer")
async def broken(timer: func.TimerRequest) -> None:
    raise RuntimeError("broken timer")
"""


def write_app(folder: Path, source: str, host_json: dict[str, object] | None = None) -> Path:
    """A function app of one file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "function_app.py").write_text(source)
    (folder / "host.json").write_text(json.dumps(host_json or HOST_JSON))
    return folder
