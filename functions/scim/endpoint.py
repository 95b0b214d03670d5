"""SCIM 2.0 (RFC 7643, 7644): the identity provider reports here which accounts exist or are disabled."""

import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

import azure.functions as func
from pydantic import JsonValue, RootModel

from functions.http.boundary import boundary, parse_json
from functions.http.client_address import client_address
from functions.http.problems import Unauthenticated, headers_of, status_of
from functions.scim.documents import USER, Patch, ScimDocument, document_of, patched, profile_of, said_of
from functions.scim.errors import NoSuchMethod, Refused
from functions.scim.filter import parse_filter
from functions.wiring import Services, services
from shared.domain.access.account import Account
from shared.domain.errors import Conflict, InvalidFields, NotFound, Refusal
from shared.use_cases.organisation.accounts import (
    change_account,
    create_account,
    delete_account,
    find_account,
    find_accounts,
    find_by_user_name,
)


MESSAGES = "urn:ietf:params:scim:api:messages:2.0"
CONFIGURATION = "urn:ietf:params:scim:schemas:core:2.0"
BY_NAME = re.compile(r'\s*userName\s+eq\s+(?:"([^"\\]+)"|([^\s"()]+))\s*', re.IGNORECASE)  # what providers ask
ACCOUNT = re.compile(r"users/([0-9a-f]{32})", re.IGNORECASE)
MOST = 200  # accounts of one answer


class Sent(RootModel[dict[str, JsonValue]]):
    pass


async def _refuse(_: func.HttpRequest, refusal: Refusal) -> func.HttpResponse:
    is_wrong = isinstance(refusal, InvalidFields)
    status = 405 if isinstance(refusal, NoSuchMethod) else 400 if is_wrong else status_of(refusal)
    error: ScimDocument = {"schemas": [f"{MESSAGES}:Error"], "status": str(status)}
    error["detail"] = str(refusal) if is_wrong else refusal.detail or refusal.title
    if isinstance(refusal, Conflict):
        error["scimType"] = "uniqueness"
    elif status == 400:
        otherwise = "invalidValue" if is_wrong else "invalidSyntax"
        error["scimType"] = refusal.kind if isinstance(refusal, Refused) else otherwise
    return _answer(error, status, headers_of(refusal))


scim = boundary(_refuse)


@scim
async def scim_api(req: func.HttpRequest) -> func.HttpResponse:
    """Serve one request of the identity provider: users, and the descriptions of this service."""
    _require_provider(req)
    path = str(req.route_params.get("path", "")).strip("/")
    if match := ACCOUNT.fullmatch(path):
        return await _account(req, match[1].lower())
    if path.lower() == "users":
        return await _users(req)
    known = {one.lower(): document for one, document in _descriptions().items()}
    if path.lower() not in known:
        raise NotFound
    if req.method != "GET":
        raise NoSuchMethod
    return _answer(known[path.lower()])


def _require_provider(req: func.HttpRequest) -> None:
    """Raise NotFound where no provider is set up, Unauthenticated for who is not the provider."""
    app = services()
    if not app.settings.scim_token:
        raise NotFound
    scheme, _, given = str(req.headers.get("authorization", "")).partition(" ")
    # in constant time, and as bytes: compare_digest takes no other text than ASCII
    is_right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), app.settings.scim_token.encode())
    if scheme.lower() != "bearer" or not is_right:
        # only failures are counted: guesses of the token are limited, the provider never is
        app.limiter.count_read(client_address(req), app.now())
        raise Unauthenticated(is_invalid=bool(given))


async def _users(req: func.HttpRequest) -> func.HttpResponse:
    app = services()
    if req.method == "GET":
        return await _list(req)
    if req.method != "POST":
        raise NoSuchMethod
    profile = profile_of(parse_json(req, Sent).root)
    account = await create_account(profile, context=app.context)
    return _answer(_shown(account, app), 201, {"Location": _address(account, app)})


async def _account(req: func.HttpRequest, name: str) -> func.HttpResponse:
    app = services()
    to: dict[str, Any] = {"context": app.context}
    if req.method == "GET":
        return _answer(_shown(await find_account(name, store=app.store), app))
    if req.method == "DELETE":
        await delete_account(name, **to)
        return func.HttpResponse(status_code=204)
    if req.method == "PATCH":
        steps = parse_json(req, Patch).operations
        return _answer(_shown(await change_account(name, lambda before: patched(before, steps), **to), app))
    if req.method != "PUT":
        raise NoSuchMethod
    sent = parse_json(req, Sent).root  # without `active`, a disabled account stays disabled
    edited = await change_account(name, lambda before: profile_of({"active": before.active} | said_of(sent)), **to)
    return _answer(_shown(edited, app))


async def _list(req: func.HttpRequest) -> func.HttpResponse:
    app = services()
    found = await _found(req.params.get("filter", ""), app)
    first, count = max(1, _number(req, "startIndex", 1)), min(MOST, max(0, _number(req, "count", 100)))
    page = found[first - 1 : first - 1 + count]
    return _answer(_listed([_shown(one, app) for one in page], len(found), first))


async def _found(wanted: str, app: Services) -> list[Account]:
    store = app.store
    if not wanted:
        return await find_accounts(store=store)
    matches = parse_filter(wanted)
    if match := BY_NAME.fullmatch(wanted):
        return await find_by_user_name(match[1] or match[2], store=store)
    return [one for one in await find_accounts(store=store) if matches(_shown(one, app))]


def _number(req: func.HttpRequest, name: str, otherwise: int) -> int:
    text = req.params.get(name, str(otherwise))
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise Refused("invalidValue", f"{name} is a number")
    return int(text)


def _descriptions() -> Mapping[str, ScimDocument]:
    no = {"supported": False}
    user = {
        "schemas": [f"{CONFIGURATION}:ResourceType"],
        "id": "User",
        "name": "User",
        "endpoint": "/Users",
        "schema": USER,
    }
    provider = {
        "schemas": [f"{CONFIGURATION}:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {**no, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": no,
        "sort": no,
        "etag": no,
        "authenticationSchemes": [
            {"type": "oauthbearertoken", "name": "Bearer token", "description": "As the app's settings have it"}
        ],
    }
    return {
        "ServiceProviderConfig": provider,
        "ResourceTypes": _listed([user], 1, 1),
        "ResourceTypes/User": user,
    }


def _listed(documents: list[ScimDocument], total: int, first: int) -> ScimDocument:
    return {
        "schemas": [f"{MESSAGES}:ListResponse"],
        "totalResults": total,
        "startIndex": first,
        "itemsPerPage": len(documents),
        "Resources": documents,
    }


def _shown(account: Account, app: Services) -> ScimDocument:
    return document_of(account, _address(account, app))


def _address(account: Account, app: Services) -> str:
    return f"{app.settings.public_url}/scim/v2/Users/{account.id}"


def _answer(
    document: ScimDocument, status: int = 200, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    text = json.dumps(document, ensure_ascii=False)
    return func.HttpResponse(
        text, status_code=status, headers=dict(headers or {}), mimetype="application/scim+json"
    )
