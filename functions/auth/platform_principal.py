"""The platform's own sign-in (X-MS-CLIENT-PRINCIPAL), accepted only where the settings say so.

The header is safe only where the platform authenticates requests before the app and strips it from outside.
"""

import base64
import json
from typing import Any

import azure.functions as func

from functions.auth.session import SAFE_METHODS, site_of
from functions.http.problems import FormExpired
from functions.wiring import services
from shared.domain.access.permissions import KNOWN_SCOPES, SESSION, Caller


HEADER = "x-ms-client-principal"
ENTRA = "http://schemas.microsoft.com/identity/claims/"
NAMES = {
    "oid": (f"{ENTRA}objectidentifier", "oid"),
    "tid": (f"{ENTRA}tenantid", "tid"),
    "scp": (f"{ENTRA}scope", "scp"),
    "name": ("name",),
    "roles": ("roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"),
    "groups": ("groups",),
}
EMAILS = ("preferred_username", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn")


def caller_of_platform(req: func.HttpRequest) -> Caller | None:
    """Return the caller whom the platform names, or None. Without scopes they count as a person in a session.

    Raises FormExpired for a change from another site: the browser would send the platform's cookie with that too.
    """
    claims = _claims(str(req.headers.get(HEADER, "")))
    trust = services().settings.identity.trust
    tenant, subject = _first(claims, *NAMES["tid"]), _first(claims, *NAMES["oid"])
    if not subject or (trust and trust.tenants and tenant not in trust.tenants):
        return None
    site = site_of(req)
    # any site can send a form with origin "null" (from a sandboxed frame)
    is_anybodys = site == "foreign" or (site == "unsaid" and req.headers.get("origin") == "null")
    if req.method not in SAFE_METHODS and is_anybodys:
        raise FormExpired
    email = _first(claims, *EMAILS)
    scopes = KNOWN_SCOPES.intersection(_first(claims, *NAMES["scp"]).split())
    roles = {f"role:{value}" for kind, value in claims if kind in NAMES["roles"]}
    groups = {f"group:{value}" for kind, value in claims if kind in NAMES["groups"]}
    return Caller(
        subject,
        email if "@" in email else "",
        _first(claims, *NAMES["name"]),
        tenant,
        scopes or frozenset({SESSION}),
        frozenset(roles | groups),
    )


def _claims(header: str) -> list[tuple[str, str]]:
    if not header:
        return []
    try:
        document: dict[str, Any] = json.loads(base64.b64decode(header, validate=True))
        return [(str(one["typ"]), str(one["val"])) for one in document["claims"]]
    # a malformed header is no sign-in, and no fault of ours to log
    except (ValueError, LookupError, TypeError, RecursionError):
        return []


def _first(claims: list[tuple[str, str]], *kinds: str) -> str:
    return next((value for wanted in kinds for kind, value in claims if kind == wanted), "")
