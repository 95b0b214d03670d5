"""How strong a sign-in was: `acr` of OpenID Connect, and Entra's authentication contexts (`acrs`)."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.delivery.identity.claims import Claims


LONGEST, MOST = 100, 10  # characters of a level; of those that one token names
log = logging.getLogger("openslot")


def asking_for(levels: Sequence[str], document: Mapping[str, Any], *, is_entra: bool) -> dict[str, str]:
    """Return the parameters of a sign-in that ask for one of these levels, the best first; none for none.

    A claim that is essential is asked for where the provider takes it: with `acr_values` alone it may be content
    with the session that it has. Both at once mean nothing (OpenID Connect Core, 5.5.1.1).
    """
    if not levels:
        return {}
    if is_entra:
        return _essential("acrs", {"value": levels[0]})
    announced = document.get("acr_values_supported")
    known = [one for one in levels if isinstance(announced, list) and one in announced]
    if not known:
        log.warning("the identity provider announces no level of OPENSLOT_OIDC_ACR (acr_values_supported)")
        known = list(levels)
    if document.get("claims_parameter_supported") is True:
        return _essential("acr", {"values": known})
    return {"acr_values": " ".join(known)}


def _essential(claim: str, wanted: Mapping[str, object]) -> dict[str, str]:
    return {"claims": json.dumps({"id_token": {claim: {"essential": True, **wanted}}}, separators=(",", ":"))}


def levels_of(claims: Claims) -> frozenset[str]:
    """Return the levels that a checked token says a sign-in had."""
    said = [claims.get("acr"), *_several(claims.get("acrs"))]
    return frozenset(one for one in said if isinstance(one, str) and 0 < len(one) <= LONGEST)


def _several(value: object) -> Iterable[object]:
    return value[:MOST] if isinstance(value, list) else [value]
