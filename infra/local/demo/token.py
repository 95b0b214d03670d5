"""`make token EMAIL=admin@demo.example`: a bearer token of the running demo, on standard output.

    python -m infra.local.demo.token EMAIL [SCOPE …]

`PORT` says which demo (7071). People's tokens come by the code flow with PKCE, as an app gets them, for the scopes
that are named or else for all; app@demo.example's by its own credentials, with application permissions.
"""

from __future__ import annotations

import hashlib
import secrets
import sys
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from infra.local.demo import people as demo_people
from infra.local.pieces import AUDIENCE, CLIENT_SECRET
from infra.local.plan import Plan


BACK = "http://localhost/token"
COMMAND_LINE = "command-line"


class NoToken(Exception):
    """There is none for this address; the message says why."""


def token(issuer: str, email: str, *scopes: str) -> str:
    """Return an access token. Raises NoToken, and httpx's errors where the provider is not there."""
    if email == demo_people.APPLICATION:
        return _exchange(issuer, {"grant_type": "client_credentials"}, (email, CLIENT_SECRET))
    if email not in {person.email for person in demo_people.PEOPLE}:
        names = ", ".join([*(person.email for person in demo_people.PEOPLE), demo_people.APPLICATION])
        raise NoToken(f"nobody in the demo is {email}; there are {names}")
    verifier = secrets.token_urlsafe(48)
    form = {
        "grant_type": "authorization_code",
        "client_id": COMMAND_LINE,
        "redirect_uri": BACK,
        "code_verifier": verifier,
        "code": _code(issuer, email, scopes or demo_people.SCOPES, verifier),
    }
    return _exchange(issuer, form)


def _code(issuer: str, email: str, scopes: tuple[str, ...], verifier: str) -> str:
    """Sign in as a browser would: ask, pick who one is, and follow until the way leads back to the app."""
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "client_id": COMMAND_LINE,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": " ".join(["openid", "email", "profile", *scopes]),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "resource": AUDIENCE,
    }
    with httpx.Client(base_url=issuer, timeout=10) as browser:
        answer = browser.get("/auth", params=query)
        for _ in range(8):
            target = urljoin(str(answer.url), answer.headers.get("location", ""))
            if not answer.is_redirect or target.startswith(BACK):
                break
            is_pick = urlsplit(target).path.startswith("/pick/")
            answer = browser.post(target, data={"email": email}) if is_pick else browser.get(target)
    found = parse_qs(urlsplit(target).query).get("code") if target.startswith(BACK) else None
    if not found:
        raise NoToken(f"the provider gave no code: {answer.status_code} {target[:200]}")
    return found[0]


def _exchange(issuer: str, form: dict[str, str], credentials: tuple[str, str] | None = None) -> str:
    # oidc-provider reads credentials as RFC 6749 writes them: form-encoded before they are joined.
    body = {**form, "resource": AUDIENCE}
    if credentials:
        body |= {"client_id": credentials[0], "client_secret": credentials[1]}
    answer = httpx.post(f"{issuer}/token", data=body, timeout=10)
    if answer.status_code != 200:
        raise NoToken(f"the provider gave no token: {answer.text[:300]}")
    return str(answer.json()["access_token"])


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    issuer = Plan.of_here().identity_url
    try:
        print(token(issuer, *sys.argv[1:]))
    except NoToken as none:
        print(none, file=sys.stderr)
        return 1
    except httpx.HTTPError as error:
        print(f"No provider answers at {issuer} ({type(error).__name__}); is `make run` running?", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
