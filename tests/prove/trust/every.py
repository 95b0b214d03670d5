"""The figures of trust: tokens that somebody forged, forms and requests that nobody meant."""

from __future__ import annotations

import functools

from tests.prove.trust.forms import run_forms
from tests.prove.trust.requests import prove_requests
from tests.prove.trust.tokens import prove_tokens


TOKENS, FORMS, REQUESTS = 1_000_000, 20_000, 20_000


def prove_trust(share: float, seed: int) -> bool:
    """Try a share of them, by a seed of its own; return whether nothing was taken and nothing was a fault."""
    tell = functools.partial(print, flush=True)
    tokens = prove_tokens(int(TOKENS * share), seed, tell)
    forms = run_forms(int(FORMS * share), seed, tell)
    return prove_requests(int(REQUESTS * share), seed, tell) and forms and tokens
