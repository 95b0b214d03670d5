"""Forged and altered tokens of each kind: how many are taken for ours. None may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple, get_args

from shared.domain.links import Scope, SignedLink, read_link, sign
from shared.domain.signed_text import seal, unseal
from shared.use_cases.sms.opt_outs import read_stop_token, stop_token
from tests.prove.trust.alter import altered


OLD, NEW, OTHERS = "an-older-secret-" * 3, "the-newest-secret-" * 3, "somebody-elses-secret-" * 3
SECRET = f"{NEW}\n{OLD}"
NOW = datetime(2027, 1, 12, 9, tzinfo=UTC)
EXPIRES = int((NOW + timedelta(days=90)).timestamp())
Taken = Callable[[str], bool]


class TokenKind(NamedTuple):
    """Tokens of a kind, ours and those that somebody signed with another secret, and what takes one."""

    name: str
    ours: list[str]
    foreign: list[str]
    is_taken: Taken


def kinds() -> list[TokenKind]:
    found = []
    for scope in get_args(Scope):
        links = [SignedLink(scope, "clinic", f"a{number}", f"s{number}", 1, EXPIRES) for number in range(9)]
        ours = [sign(SECRET, one) for one in links]
        wrong = [
            sign(SECRET, one._replace(scope=other)) for one in links for other in get_args(Scope) if other != scope
        ]

        def link_taken(token: str, scope: Scope = scope) -> bool:
            return read_link(SECRET, token, scope, NOW) is not None

        found.append(TokenKind(f"{scope} link", ours, [*wrong, *(sign(OTHERS, one) for one in links)], link_taken))
    for purpose in ("session", "sign-in", "draft"):
        texts = [f'{{"sub":"{number}","exp":{EXPIRES}}}' for number in range(9)]

        def seal_taken(token: str, purpose: str = purpose) -> bool:
            return unseal(SECRET, purpose, token) is not None

        foreign = [seal(OTHERS, purpose, one) for one in texts] + [seal(SECRET, "another", one) for one in texts]
        found.append(
            TokenKind(f"sealed {purpose}", [seal(SECRET, purpose, one) for one in texts], foreign, seal_taken)
        )
    codes = [f"abcdefghij{letter}{other}" for letter in "abc" for other in "xyz"]
    stops = [stop_token(SECRET, one) for one in codes]
    foreign = [stop_token(OTHERS, one) for one in codes]
    found.append(TokenKind("end of SMS", stops, foreign, lambda token: bool(read_stop_token(SECRET, token))))
    return found


def prove_tokens(count: int, seed: int, tell: Callable[[str], object]) -> bool:
    """Try so many; return whether none was taken, and each of ours was."""
    dice, tried, taken = Random(seed), 0, list[str]()
    every = kinds()
    refused = [one for kind in every for one in kind.ours if not kind.is_taken(one)]
    for kind in every:
        there = set(kind.ours)
        for _ in range(count // len(every) + 1):
            token = (
                dice.choice(kind.foreign)
                if dice.random() < 0.1
                else altered(dice.choice(kind.ours), kind.ours, dice)
            )
            if token in there:
                continue
            tried += 1
            if kind.is_taken(token):
                taken.append(f"{kind.name}: {token}")
    tell(f"{tried:,} forged or altered tokens of {len(every)} kinds: {len(taken)} taken")
    for one in [*taken[:20], *refused[:20]]:
        tell(f"  {one}")
    return not taken and not refused
