"""Reads who a token's claims are about: Entra ID, Keycloak and standard providers use different ones."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.delivery.identity.identity import InvalidToken, Trust
from shared.domain.access.permissions import KNOWN_SCOPES, Caller


LONGEST_NAME, LONGEST_EMAIL = 200, 254
Claims = Mapping[str, Any]


def as_caller(claims: Claims, trust: Trust) -> Caller:
    """Return the caller of checked claims. Raise InvalidToken if they name no subject."""
    if not (isinstance(claims.get("sub"), str) and claims["sub"]):
        raise InvalidToken("it speaks of nobody")
    program = is_application(claims, trust)
    words = _words(claims.get("scp", claims.get("scope")))
    granted = {*words, *_words(claims.get("roles"))} if program else words
    return Caller(
        subject=_subject(claims, trust),
        email="" if program else _email(claims, trust),
        name=_text(claims.get("name"))[:LONGEST_NAME],
        tenant=_text(claims.get("tid")),
        scopes=KNOWN_SCOPES.intersection(granted),
        groups=frozenset() if program else frozenset(_groups(claims)),
        is_application=program,
    )


def is_application(claims: Claims, trust: Trust) -> bool:
    """Return whether a token is a program's, not a person's.

    Entra says so (`idtyp`), or omits delegated scopes and has the same id as subject and object. With standard
    providers a program's subject is its client (RFC 9068, section 5). For others the settings name the programs.
    """
    if trust.tenants:
        said = claims.get("idtyp")
        return said == "app" if said else "scp" not in claims and claims.get("oid") == claims["sub"]
    return claims["sub"] in {claims.get("client_id"), claims.get("azp"), *trust.applications}


def _subject(claims: Claims, trust: Trust) -> str:
    if not trust.tenants:
        return f"{claims['iss']}#{claims['sub']}"
    if not (found := _text(claims.get("oid"))):
        raise InvalidToken("it has no object id")
    return found


def _email(claims: Claims, trust: Trust) -> str:
    """Return the address if it is verified, or from a claim that the settings trust; otherwise an empty text."""
    email = _text(claims.get(trust.email_claim))
    is_verified = trust.email_claim != "email" or any(
        claims.get(name) in (True, 1, "1", "true") for name in ("email_verified", "xms_edov")
    )
    return email if is_verified and "@" in email and len(email) <= LONGEST_EMAIL else ""


def _groups(claims: Claims) -> Iterable[str]:
    realm = claims.get("realm_access")
    yield from (f"role:{role}" for role in _words(claims.get("roles")))
    yield from (f"role:{role}" for role in _words(realm.get("roles") if isinstance(realm, Mapping) else None))
    yield from (f"group:{group}" for group in _words(claims.get("groups")))


def _words(value: object) -> list[str]:
    """Return the words of a claim, which is a list or a text with spaces."""
    if isinstance(value, list):
        return [one for one in value if isinstance(one, str)]
    return value.split() if isinstance(value, str) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
