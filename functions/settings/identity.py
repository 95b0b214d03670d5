"""The settings of identity: which provider is trusted, and how people sign in with it.

OPENSLOT_OIDC_ISSUER         https://login.microsoftonline.com/TENANT/v2.0, https://keycloak.example/realms/NAME …;
                             with {tenantid} for TENANT where several of Entra's tenants are accepted
OPENSLOT_OIDC_AUDIENCE       the audiences of tokens that are accepted, with commas; by default the client's id
OPENSLOT_OIDC_CLIENT_ID      the client that signs people in to the console
OPENSLOT_OIDC_CLIENT_SECRET  its secret; none for a public client, which PKCE protects
OPENSLOT_OIDC_TENANTS        the tenants that are accepted, with commas; Entra's single one is in its issuer
OPENSLOT_OIDC_EMAIL_CLAIM    the claim of people's verified addresses (email): preferred_username for Entra
OPENSLOT_OIDC_APPLICATIONS   subjects that are programs, with commas: Keycloak's service accounts
OPENSLOT_OIDC_ACR            how strongly who exports or erases a person's data signs in, with commas, best first
OPENSLOT_HEADER_PRINCIPAL    on: trust the platform's X-MS-CLIENT-PRINCIPAL; only where it strips it from outside
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.settings.rules import is_safe, split_address
from shared.delivery.identity.identity import Trust


ENTRA = re.compile(
    r"https://login\.(?:microsoftonline\.(?:com|us)|partner\.microsoftonline\.cn)/([0-9a-f-]{36})/v2\.0"
)
PREFIX = "OPENSLOT_OIDC_"
KEYS = ("ISSUER", "AUDIENCE", "CLIENT_ID", "CLIENT_SECRET", "TENANTS", "EMAIL_CLAIM", "APPLICATIONS", "ACR")
HEADERS = "OPENSLOT_HEADER_PRINCIPAL"
NAMES = (HEADERS, *(f"{PREFIX}{key}" for key in KEYS))
CLAIM = re.compile(r"[!-~]{1,200}")
LEVEL, MOST_LEVELS = re.compile(r"[!-~]{1,100}"), 5


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """Without `trust`, nobody can sign in and no token is accepted."""

    trust: Trust | None = None
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    believes_headers: bool = False
    levels: tuple[str, ...] = ()


def read_identity(environ: Mapping[str, str]) -> IdentitySettings:
    """Return the settings. Raises ValueError with all problems in one message."""
    issuer, headers = environ.get(f"{PREFIX}ISSUER", ""), environ.get(HEADERS) or "off"
    problems = [] if headers in ("on", "off") else [f"{HEADERS} is neither on nor off"]
    tenants = _tenants(environ, issuer)
    if not issuer and (lonely := [f"{PREFIX}{key}" for key in KEYS if environ.get(f"{PREFIX}{key}")]):
        problems.append(f"{PREFIX}ISSUER is not set, and {lonely[0]} is")
    if problems or not issuer:
        _raise(problems)
        return IdentitySettings(believes_headers=headers == "on")
    client = environ.get(f"{PREFIX}CLIENT_ID", "")
    trust = Trust(
        issuer=issuer,
        audiences=_list(environ, "AUDIENCE") or frozenset({client} - {""}),
        tenants=tenants,
        email_claim=environ.get(f"{PREFIX}EMAIL_CLAIM") or "email",
        applications=_list(environ, "APPLICATIONS"),
    )
    levels = tuple(dict.fromkeys(_parts(environ, "ACR")))
    _raise([*_problems(trust), *_wrong_levels(levels)])
    secret = environ.get(f"{PREFIX}CLIENT_SECRET", "")
    return IdentitySettings(trust, client, secret, headers == "on", levels)


def _raise(problems: list[str]) -> None:
    if problems:
        raise ValueError("; ".join(problems))


def _tenants(environ: Mapping[str, str], issuer: str) -> frozenset[str]:
    single = ENTRA.fullmatch(issuer)
    return _list(environ, "TENANTS") or frozenset({single[1]} if single else ())


def _problems(trust: Trust) -> list[str]:
    address = split_address(trust.issuer.replace("{tenantid}", "tenant"))
    found = [
        (address is not None and is_safe(address), "ISSUER is not an https address"),
        (bool(trust.audiences), "AUDIENCE or CLIENT_ID is not set"),
        ("{tenantid}" not in trust.issuer or bool(trust.tenants), "TENANTS is not set for an issuer of many"),
        (bool(CLAIM.fullmatch(trust.email_claim)), "EMAIL_CLAIM is not the name of a claim"),
    ]
    return [PREFIX + text for holds, text in found if not holds]


def _wrong_levels(levels: tuple[str, ...]) -> list[str]:
    is_right = len(levels) <= MOST_LEVELS and all(map(LEVEL.fullmatch, levels))
    return [] if is_right else [f"{PREFIX}ACR is not one to five levels with commas"]


def _list(environ: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(_parts(environ, name))


def _parts(environ: Mapping[str, str], name: str) -> list[str]:
    parts = (part.strip() for part in environ.get(PREFIX + name, "").split(","))
    return [part for part in parts if part]
